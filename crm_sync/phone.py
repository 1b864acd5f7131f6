"""Telephone numbers as people write them, as E.164."""

import re
import unicodedata

from calls.errors import MissingDependency

_LABEL = re.compile(
    r"^(?:тел(?:ефон)?|моб(?:ильный)?|сот(?:овый)?|дом(?:ашний)?|раб(?:очий)?|т|м|tel|mob)\b[.:\s]*", re.I
)
_SEPARATOR = re.compile(r"[,;\n/|]|\s+(?:или|и|or)\s+")
_EXTENSION = re.compile(r"(?:доб|вн|ext|x)\.?\s*\d+|#\s*\d+$", re.I)
_SCIENTIFIC = re.compile(r"\d[.,]?\d*e\+?\d+", re.I)
_WRITTEN = re.compile(r"\+?[\d\s().\-]+")
_RUSSIA = 7
_RUSSIAN_MOBILE = re.compile(r"9\d{9}")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


class BadPhone(ValueError):
    """This is no number that can be dialled; the text says why and quotes nothing."""


def e164(text: str, region: str = "RU") -> str:
    """The first number of the text that can be dialled; BadPhone when there is none.

    An extension is refused: behind it sits a switchboard, and a stranger would hear of the visit.
    """
    cleaned = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    if not cleaned:
        raise BadPhone("нет номера телефона")
    if _SCIENTIFIC.fullmatch(cleaned):
        raise BadPhone("номер округлён таблицей; задайте столбцу текстовый формат")
    if _EXTENSION.search(cleaned):
        raise BadPhone("номер с добавочным набрать нельзя")
    trouble = BadPhone("это не номер телефона")
    for part in _SEPARATOR.split(cleaned):
        try:
            return _one(part.strip(), region)
        except BadPhone as error:
            trouble = error
    raise trouble


def _one(text: str, region: str) -> str:
    try:
        import phonenumbers
    except ModuleNotFoundError as error:
        raise MissingDependency(
            "Библиотека phonenumbers не установлена.", hint="pip install phonenumbers"
        ) from error
    bare = _LABEL.sub("", text)
    if not _WRITTEN.fullmatch(bare):
        raise BadPhone("это не номер телефона")
    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException as error:
        raise BadPhone("это не номер телефона") from error
    if not phonenumbers.is_possible_number(number):
        raise BadPhone("в номере слишком мало или слишком много цифр")
    if not phonenumbers.is_valid_number(number) and not _newly_assigned(number.country_code, number):
        raise BadPhone("таких номеров в этой стране нет")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _newly_assigned(country: int | None, number: object) -> bool:
    """The library's list of mobile ranges lags behind; a patient must not be lost for that."""
    return country == _RUSSIA and bool(_RUSSIAN_MOBILE.fullmatch(str(getattr(number, "national_number", ""))))
