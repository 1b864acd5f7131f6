"""Russian numbers in words: cardinals, ordinals, agreement, money, telephone numbers."""

import re
from itertools import pairwise

from tts.errors import UnknownForm
from tts.spoken.grammar import Case, Gender
from tts.spoken.values import kopecks_of, phone_digits

LARGEST = 999_999_999

_CASES = {
    Case.NOMINATIVE: "n",
    Case.GENITIVE: "g",
    Case.DATIVE: "d",
    Case.ACCUSATIVE: "a",
    Case.INSTRUMENTAL: "i",
    Case.PREPOSITIONAL: "p",
}
_GENDERS = {Gender.MASCULINE: "m", Gender.FEMININE: "f", Gender.NEUTER: "n"}

# What one, two to four, and five of them are called, by the case of the whole phrase.
_ROUBLES = {
    Case.NOMINATIVE: ("рубль", "рубля", "рублей"),
    Case.GENITIVE: ("рубля", "рублей", "рублей"),
    Case.DATIVE: ("рублю", "рублям", "рублям"),
    Case.ACCUSATIVE: ("рубль", "рубля", "рублей"),
    Case.INSTRUMENTAL: ("рублём", "рублями", "рублями"),
    Case.PREPOSITIONAL: ("рубле", "рублях", "рублях"),
}
_KOPECKS = {
    Case.NOMINATIVE: ("копейка", "копейки", "копеек"),
    Case.GENITIVE: ("копейки", "копеек", "копеек"),
    Case.DATIVE: ("копейке", "копейкам", "копейкам"),
    Case.ACCUSATIVE: ("копейку", "копейки", "копеек"),
    Case.INSTRUMENTAL: ("копейкой", "копейками", "копейками"),
    Case.PREPOSITIONAL: ("копейке", "копейках", "копейках"),
}
_ONE_THOUSAND = re.compile(r"^одн(?:а|ой|у) (тысяч\w*)")


def cardinal(n: int, case: Case = Case.NOMINATIVE, gender: Gender = Gender.MASCULINE) -> str:
    """«двадцать одну»; things, not people, in the accusative. A lone thousand has no «одна»."""
    from num2words import num2words

    if abs(n) > LARGEST:
        raise UnknownForm("число слишком велико, чтобы его произнести")
    words: str = num2words(n, lang="ru", case=_CASES[case], gender=_GENDERS[gender], animate=False)
    return _ONE_THOUSAND.sub(r"\1", words)


def ordinal(n: int, case: Case = Case.NOMINATIVE, gender: Gender = Gender.MASCULINE) -> str:
    """«двадцать первого», «третью»; inanimate in the accusative."""
    from num2words import num2words

    if not 0 <= n <= LARGEST:
        raise UnknownForm("порядкового числительного от этого числа нет")
    words: str = num2words(
        n, lang="ru", to="ordinal", case=_CASES[case], gender=_GENDERS[gender], animate=False
    )
    return words


def plural(n: int, one: str, few: str, many: str) -> str:
    """The noun's form after `n`: один час, два часа, пять часов."""
    tens, units = abs(n) // 10 % 10, abs(n) % 10
    if tens == 1 or units == 0 or units >= 5:
        return many
    return one if units == 1 else few


def money(value: object, case: Case = Case.NOMINATIVE) -> str:
    """Roubles, and kopecks where there are any: «тысяча пятьсот рублей»."""
    kopecks = kopecks_of(value)
    roubles, rest = divmod(kopecks, 100)
    parts = []
    if roubles or not rest:
        parts.append(f"{cardinal(roubles, case)} {_roubles(roubles, case)}")
    if rest:
        parts.append(f"{cardinal(rest, case, Gender.FEMININE)} {plural(rest, *_KOPECKS[case])}")
    return " ".join(parts)


def _roubles(count: int, case: Case) -> str:
    """After whole thousands always «рублей»: the thousand is what is declined."""
    whole_thousands = count > 0 and count % 1000 == 0
    return "рублей" if whole_thousands else plural(count, *_ROUBLES[case])


def phone(value: object) -> str:
    """A telephone number in the groups people say it in; a Russian one begins with «восемь»."""
    digits = phone_digits(value)
    if len(digits) == 11 and digits[0] in "78":
        groups = ["8", digits[1:4], digits[4:7], digits[7:9], digits[9:]]
    else:
        groups = _groups_of_unknown_number(digits)
        if str(value).lstrip().startswith("+"):
            return "плюс " + ", ".join(map(_group, groups))
    return ", ".join(map(_group, groups))


def _groups_of_unknown_number(digits: str) -> list[str]:
    """Pairs from the end, and three at the beginning of an odd number: 123-45-67."""
    first = len(digits) % 2 and min(3, len(digits))
    borders = [*([0] if first else []), *range(first, len(digits) + 1, 2)]
    return [digits[start:end] for start, end in pairwise(borders)]


def _group(digits: str) -> str:
    """Leading noughts are spoken one by one: 05 is «ноль пять»."""
    significant = digits.lstrip("0")
    words = ["ноль"] * (len(digits) - len(significant))
    return " ".join([*words, cardinal(int(significant))] if significant else words)


def digit_by_digit(value: object) -> str:
    """A code read digit by digit."""
    return " ".join(cardinal(int(digit)) for digit in phone_digits(value))
