"""Russian numbers in any case, cardinal and ordinal, up to 999."""

from collections.abc import Sequence

from scenarios.understanding.language import Number
from scenarios.understanding.tokens import Token

_UNITS = "ноль один два три четыре пять шесть семь восемь девять".split()
_TEENS = (
    "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать "
    "девятнадцать"
).split()
_TENS = "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
_HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split()
_ORDINAL_UNITS = "нулевой первый второй третий четвертый пятый шестой седьмой восьмой девятый".split()
_ORDINAL_TEENS = (
    "десятый одиннадцатый двенадцатый тринадцатый четырнадцатый пятнадцатый шестнадцатый семнадцатый "
    "восемнадцатый девятнадцатый"
).split()
_ORDINAL_TENS = "двадцатый тридцатый сороковой пятидесятый".split()

CARDINALS: dict[str, int] = {word: value for value, word in enumerate(_UNITS + _TEENS)}
CARDINALS |= {word: 20 + 10 * at for at, word in enumerate(_TENS)}
CARDINALS |= {word: 100 + 100 * at for at, word in enumerate(_HUNDREDS)}
CARDINALS |= {"нуль": 0, "оба": 2}
ORDINALS: dict[str, int] = {word: value for value, word in enumerate(_ORDINAL_UNITS + _ORDINAL_TEENS)}
ORDINALS |= {word: 20 + 10 * at for at, word in enumerate(_ORDINAL_TENS)}
# «на восьмёрку», «десяточка»: marks out of ten.
MARKS: dict[str, int] = {
    "единица": 1,
    "двойка": 2,
    "тройка": 3,
    "четверка": 4,
    "пятерка": 5,
    "шестерка": 6,
    "семерка": 7,
    "восьмерка": 8,
    "девятка": 9,
    "десятка": 10,
    "десяточка": 10,
    "пятерочка": 5,
}


def _value(token: Token, table: dict[str, int]) -> int | None:
    return next((table[lemma] for lemma in sorted(token.shape.lemmas) if lemma in table), None)


def cardinal_at(tokens: Sequence[Token], at: int) -> Number | None:
    """A cardinal that starts here: «сто двадцать пять», «двух», «15»."""
    if at < len(tokens) and tokens[at].form.isdecimal():
        return Number(int(tokens[at].form), at, at + 1)
    total, end, unit = 0, at, 1000
    while end < len(tokens):
        value = _value(tokens[end], CARDINALS)
        if value is None or (end > at and (tokens[end].pause or not _may_follow(value, unit))):
            break
        total += value
        unit = _lowest_unit(value)
        end += 1
    return Number(total, at, end) if end > at else None


def ordinal_at(tokens: Sequence[Token], at: int) -> Number | None:
    """An ordinal that starts here: «двадцать второго», «первый», «25-го»."""
    if at >= len(tokens):
        return None
    form = tokens[at].form
    digits = form.rstrip("абвгдежзийклмнопрстуфхцчшщъыьэюя-")
    if digits != form and digits.isdecimal():
        return Number(int(digits), at, at + 1, True)
    tens = _value(tokens[at], CARDINALS)
    if tens in (20, 30, 40, 50) and at + 1 < len(tokens):
        unit = _value(tokens[at + 1], ORDINALS)
        if unit and unit < 10:
            return Number(tens + unit, at, at + 2, True)
    value = _value(tokens[at], ORDINALS)
    return Number(value, at, at + 1, True) if value is not None else None


def _lowest_unit(value: int) -> int:
    if value >= 100:
        return 100
    return 10 if value >= 20 else 1


def _may_follow(value: int, unit: int) -> bool:
    return 0 < value < unit


def find_numbers(tokens: Sequence[Token]) -> list[Number]:
    """All numbers of a turn, ordinals and marks too, in order."""
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        number = ordinal_at(tokens, at) or cardinal_at(tokens, at) or _mark_at(tokens, at)
        if number is None and "последний" in tokens[at].shape.lemmas:
            number = Number(-1, at, at + 1, True)
        if number:
            found.append(number)
        at = number.end if number else at + 1
    return found


def _mark_at(tokens: Sequence[Token], at: int) -> Number | None:
    value = _value(tokens[at], MARKS)
    return Number(value, at, at + 1) if value is not None else None
