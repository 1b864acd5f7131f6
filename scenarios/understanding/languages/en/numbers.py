"""English numbers, cardinal and ordinal, up to 999."""

from collections.abc import Sequence

from scenarios.understanding.language import Number
from scenarios.understanding.tokens import Token

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()

CARDINALS: dict[str, int] = {word: value for value, word in enumerate(_SMALL)} | _TENS
ORDINALS: dict[str, int] = {word: value for value, word in enumerate(_ORDINALS)} | {"thirtieth": 30}
_ORDINAL_ENDINGS = ("st", "nd", "rd", "th")


def cardinal_at(tokens: Sequence[Token], at: int) -> Number | None:
    """A cardinal that starts here: «twenty five», «a hundred» is not one."""
    if at >= len(tokens):
        return None
    form = tokens[at].form
    if form.isdecimal():
        return Number(int(form), at, at + 1)
    parts = form.split("-")
    value = CARDINALS.get(parts[0])
    if value is None:
        return None
    if len(parts) > 1:
        return Number(value + CARDINALS.get(parts[1], 0), at, at + 1)
    end = at + 1
    if value in _TENS.values() and end < len(tokens) and 0 < CARDINALS.get(tokens[end].form, 0) < 10:
        value, end = value + CARDINALS[tokens[end].form], end + 1
    if end < len(tokens) and tokens[end].form == "hundred":
        value, end = value * 100, end + 1
    return Number(value, at, end)


def ordinal_at(tokens: Sequence[Token], at: int) -> Number | None:
    """An ordinal that starts here: «twenty second», «22nd», «first»."""
    if at >= len(tokens):
        return None
    form = tokens[at].form
    if form[:-2].isdecimal() and form.endswith(_ORDINAL_ENDINGS):
        return Number(int(form[:-2]), at, at + 1, True)
    parts = form.split("-")
    if len(parts) > 1 and parts[0] in _TENS and parts[1] in ORDINALS:
        return Number(_TENS[parts[0]] + ORDINALS[parts[1]], at, at + 1, True)
    if form in _TENS and at + 1 < len(tokens) and 0 < ORDINALS.get(tokens[at + 1].form, 0) < 10:
        return Number(_TENS[form] + ORDINALS[tokens[at + 1].form], at, at + 2, True)
    return Number(ORDINALS[form], at, at + 1, True) if form in ORDINALS else None


def find_numbers(tokens: Sequence[Token]) -> list[Number]:
    """All numbers of a turn in order; «the last one» is -1, «the first one» is one number."""
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        number = ordinal_at(tokens, at) or cardinal_at(tokens, at)
        if number is None and tokens[at].form == "last":
            number = Number(-1, at, at + 1, True)
        if number:
            after = tokens[number.end].form if number.end < len(tokens) else ""
            end = number.end + (number.ordinal and after == "one")
            found.append(Number(number.value, number.start, end, number.ordinal))
            at = end
        else:
            at += 1
    return found
