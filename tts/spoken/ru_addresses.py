"""Russian postal addresses in words: «ул. 8 Марта, д. 12/3, корп. 2» and its like."""

import re

from tts.errors import UnknownForm
from tts.spoken.grammar import Case, Gender
from tts.spoken.ru_dates import MONTHS
from tts.spoken.ru_numbers import cardinal, ordinal

# An abbreviation is taken as such only with its dot, unless it could be nothing else.
ABBREVIATIONS = {
    "г.": "город",
    "гор.": "город",
    "обл.": "область",
    "р-н": "район",
    "пос.": "посёлок",
    "п.": "посёлок",
    "с.": "село",
    "дер.": "деревня",
    "мкр.": "микрорайон",
    "мкр": "микрорайон",
    "мкрн": "микрорайон",
    "мкр-н": "микрорайон",
    "ул.": "улица",
    "ул": "улица",
    "пр-т": "проспект",
    "пр-кт": "проспект",
    "просп.": "проспект",
    "пр.": "проспект",
    "пр-д": "проезд",
    "пр-зд": "проезд",
    "пер.": "переулок",
    "пер": "переулок",
    "пл.": "площадь",
    "б-р": "бульвар",
    "бул.": "бульвар",
    "бульв.": "бульвар",
    "наб.": "набережная",
    "ш.": "шоссе",
    "шос.": "шоссе",
    "туп.": "тупик",
    "кв-л": "квартал",
    "д.": "дом",
    "вл.": "владение",
    "корп.": "корпус",
    "к.": "корпус",
    "стр.": "строение",
    "лит.": "литера",
    "кв.": "квартира",
    "оф.": "офис",
    "каб.": "кабинет",
    "ком.": "комната",
    "пом.": "помещение",
    "эт.": "этаж",
    "под.": "подъезд",
    "подъ.": "подъезд",
    "м.": "метро",
    "ст.": "станция",
    "им.": "имени",
    "ак.": "академика",
    "акад.": "академика",
    "ген.": "генерала",
    "марш.": "маршала",
    "проф.": "профессора",
    "б.": "большая",
    "м-н": "микрорайон",
}
_TOKEN = re.compile(r"\d+-[а-я]+\b|\d+[а-я]?(?:\s?/\s?\d+[а-я]?)*(?![\w-])|[а-яё-]+\.?|№|.", re.IGNORECASE)
_ORDINAL_ENDINGS = {
    "й": (Case.NOMINATIVE, Gender.MASCULINE),
    "ый": (Case.NOMINATIVE, Gender.MASCULINE),
    "ий": (Case.NOMINATIVE, Gender.MASCULINE),
    "ой": (Case.NOMINATIVE, Gender.MASCULINE),
    "я": (Case.NOMINATIVE, Gender.FEMININE),
    "ая": (Case.NOMINATIVE, Gender.FEMININE),
    "е": (Case.NOMINATIVE, Gender.NEUTER),
    "ое": (Case.NOMINATIVE, Gender.NEUTER),
    "го": (Case.GENITIVE, Gender.MASCULINE),
    "ого": (Case.GENITIVE, Gender.MASCULINE),
    "му": (Case.DATIVE, Gender.MASCULINE),
    "х": (Case.GENITIVE, Gender.MASCULINE),
}
_DATED_STREET = re.compile(rf"(\d{{1,2}})\s+({'|'.join(MONTHS)})\b", re.IGNORECASE)
_YEAR_STREET = re.compile(r"(\d{4})\s*(?:г\.|года)")
_STOREY = re.compile(r"(\d{1,2})(?:-?й)?\s+(эт\.|этаж\b|под\.|подъезд\b)")


def address_words(text: str) -> str:
    """The address without abbreviations and digits; UnknownForm when nothing is left."""
    text = _DATED_STREET.sub(_day_and_month, text)
    text = _YEAR_STREET.sub(lambda found: f"{ordinal(int(found[1]), Case.GENITIVE)} года", text)
    text = _STOREY.sub(lambda found: f"{ordinal(int(found[1]))} {found[2]}", text)
    spoken = "".join(_token(found[0]) for found in _TOKEN.finditer(text))
    spoken = re.sub(r"\s+", " ", spoken).replace(" ,", ",").strip(" ,")
    if not spoken:
        raise UnknownForm("адрес пустой")
    return spoken


def _day_and_month(found: "re.Match[str]") -> str:
    """«8 Марта» is «восьмого марта»: the day is an ordinal in the genitive."""
    return f"{ordinal(int(found[1]), Case.GENITIVE, Gender.NEUTER)} {found[2].lower()}"


def _token(token: str) -> str:
    if token == "№":
        return "номер "
    if token[0].isdigit():
        return _number(token)
    lowered = token.lower()
    if lowered in ABBREVIATIONS:
        return ABBREVIATIONS[lowered] + " "
    return token


def _number(token: str) -> str:
    if "-" in token:
        digits, ending = token.split("-")
        if ending.lower() in ("летия", "лет"):
            return _jubilee(int(digits)) + ending.lower()
        if ending.lower() not in _ORDINAL_ENDINGS:
            return f"{cardinal(int(digits))} {ending}"
        return ordinal(int(digits), *_ORDINAL_ENDINGS[ending.lower()])
    return " дробь ".join(_house(part.strip()) for part in token.split("/"))


def _house(part: str) -> str:
    """«5А» is «пять а»."""
    digits = re.match(r"\d+", part)
    assert digits is not None
    letter = part[digits.end() :].lower()
    return cardinal(int(digits[0])) + (f" {letter}" if letter else "")


def _jubilee(years: int) -> str:
    """The first half of «шестидесятилетия»."""
    special = {40: "сорока", 90: "девяносто", 100: "сто"}
    return special.get(years) or cardinal(years, Case.GENITIVE).replace(" ", "")
