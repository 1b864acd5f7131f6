"""Russian names and doctors' specialities in any case."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from calls.appointment import Sex
from tts.errors import UnknownForm
from tts.spoken.grammar import Case

PERSON_STYLES = ("full", "polite", "first", "surname")

_INITIAL = re.compile(r"^[А-ЯЁ]\.$")
_INITIALS_TOGETHER = re.compile(r"\b([А-ЯЁ]\.)(?=[А-ЯЁ])")
_PATRONYMIC = re.compile(r"(?:ович|евич|ьич|мич|кич|тич|овна|евна|ична|инична)$", re.IGNORECASE)
_TURKIC = {"оглы": Sex.MALE, "улы": Sex.MALE, "кызы": Sex.FEMALE, "гызы": Sex.FEMALE}
_LETTER_NAMES = dict(
    zip(
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯ",
        "а бэ вэ гэ дэ е ё жэ зэ и и ка эль эм эн о пэ эр эс тэ у эф ха цэ че ша ща э ю я".split(),
        strict=True,
    )
)
_SEX_BY_SURNAME = (
    (re.compile(r"(?:ов|ев|ёв|ин|ын|[сц]кий|[сц]кой|ый)$"), Sex.MALE),
    (re.compile(r"(?:ова|ева|ёва|ина|ына|[сц]кая|ая)$"), Sex.FEMALE),
)


@dataclass(frozen=True, slots=True, repr=False)
class FullName:
    """A name taken apart; what is not there is empty. `initials` are capital letters without dots."""

    surname: str = ""
    first: str = ""
    patronymic: str = ""
    initials: str = ""


def parse_name(name: str) -> FullName:
    """Take «Фамилия Имя Отчество» apart; «Имя Отчество», «Имя Фамилия» and initials are known too."""
    words = _INITIALS_TOGETHER.sub(r"\1 ", name.replace(",", " ")).split()
    initials = "".join(word[0] for word in words if _INITIAL.match(word))
    words = [_capitalised(word) for word in words if not _INITIAL.match(word)]
    if not words:
        raise UnknownForm("имя пустое")
    patronymic, words = _without_patronymic(words)
    if len(words) == 1:
        return FullName(first=words[0], patronymic=patronymic) if patronymic else _single(words[0], initials)
    if _is_first_name(words[0]) and not _is_first_name(words[1]):
        words = [*words[1:], words[0]]
    return FullName(" ".join(words[:-1]), words[-1], patronymic, initials)


def _capitalised(word: str) -> str:
    if word.lower() in _TURKIC:
        return word.lower()
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def _without_patronymic(words: list[str]) -> tuple[str, list[str]]:
    if len(words) > 2 and words[-1] in _TURKIC:
        return " ".join(words[-2:]), words[:-2]
    for place in range(len(words) - 1, 0, -1):
        if _PATRONYMIC.search(words[place]):
            return words[place], words[:place] + words[place + 1 :]
    return "", words


def _single(word: str, initials: str) -> FullName:
    if not initials and _is_first_name(word):
        return FullName(first=word)
    return FullName(surname=word, initials=initials)


def _is_first_name(word: str) -> bool:
    best = [parse for parse in morphology().parse(word) if "nomn" in parse.tag]
    return bool(best) and "Name" in best[0].tag


@cache
def morphology() -> Any:
    """The morphological dictionary; loading it takes 0.1 s."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@cache
def _detector() -> Any:
    from pytrovich.detector import PetrovichGenderDetector

    return PetrovichGenderDetector()


@cache
def _declension() -> Any:
    from pytrovich.maker import PetrovichDeclinationMaker

    return PetrovichDeclinationMaker()


def sex_of(name: FullName) -> Sex | None:
    """The sex that the patronymic, the first name or the surname shows; None when none of them does."""
    from pytrovich.enums import Gender

    for turkic, sex in _TURKIC.items():
        if name.patronymic.endswith(turkic):
            return sex
    known = {"firstname": name.first, "middlename": name.patronymic}
    known = {part: word for part, word in known.items() if word}
    found = _detector().detect(**known) if known else Gender.ANDROGYNOUS
    if found is not Gender.ANDROGYNOUS:
        return Sex.MALE if found is Gender.MALE else Sex.FEMALE
    return next((sex for ending, sex in _SEX_BY_SURNAME if ending.search(name.surname)), None)


def person_words(
    name: str,
    case: Case = Case.NOMINATIVE,
    sex: Sex | None = None,
    style: str = "full",
    initials: bool = False,
) -> str:
    """A name in a case: full «Иванову Петру Сергеевичу», polite «Петру Сергеевичу», first, surname.

    Where the wanted parts are not known, those that are known are said. Initials are left out, or with
    `initials` spelled: «Иванову, пэ эс». Of unknown sex, only parts that show theirs are declined.
    """
    parsed = parse_name(name)
    sex = sex or sex_of(parsed)
    parts = {
        "LASTNAME": parsed.surname,
        "FIRSTNAME": parsed.first,
        "MIDDLENAME": parsed.patronymic,
    }
    wanted = _parts_of(parsed, style)
    words = " ".join(_declined(part, parts[part], case, sex) for part in wanted if parts[part])
    if initials and parsed.initials and "LASTNAME" in wanted:
        return words + ", " + " ".join(_LETTER_NAMES[letter] for letter in parsed.initials)
    return words


def _parts_of(name: FullName, style: str) -> tuple[str, ...]:
    wanted = {
        "full": ("LASTNAME", "FIRSTNAME", "MIDDLENAME"),
        "polite": ("FIRSTNAME", "MIDDLENAME"),
        "first": ("FIRSTNAME",),
        "surname": ("LASTNAME",),
    }[style]
    if style in ("polite", "first") and not name.first:
        return ("LASTNAME",)
    return ("FIRSTNAME", "MIDDLENAME") if style == "surname" and not name.surname else wanted


def _declined(part: str, word: str, case: Case, sex: Sex | None) -> str:
    from pytrovich.enums import Case as TheirCase
    from pytrovich.enums import Gender, NamePart

    if case is Case.NOMINATIVE or sex is None or word.rsplit(maxsplit=1)[-1] in _TURKIC:
        return word
    gender = Gender.MALE if sex is Sex.MALE else Gender.FEMALE
    declined = str(_declension().make(NamePart[part], gender, TheirCase[case.name], word))
    # Воробьём, Соловьём: the stress is on the ending of every surname of this kind.
    return declined.removesuffix("ьем") + "ьём" if declined.endswith("ьем") else declined


# --- Specialities ------------------------------------------------------------------------------------------

_GRAMMEMES = {
    Case.NOMINATIVE: "nomn",
    Case.GENITIVE: "gent",
    Case.DATIVE: "datv",
    Case.ACCUSATIVE: "accs",
    Case.INSTRUMENTAL: "ablt",
    Case.PREPOSITIONAL: "loct",
}
_WORD = re.compile(r"([А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*)")
_NEVER_DECLINED = {"лор", "узи", "узд", "мрт", "кт", "экг", "лфк", "вич", "врио", "ио"}
_STARTS_ANEW = re.compile(r"([,/;]|\bи\b)")


def speciality_words(text: str, case: Case = Case.NOMINATIVE) -> str:
    """A speciality in a case: «врачу-терапевту», «детскому стоматологу», «врачу общей практики».

    Only the head noun and the adjectives that agree with it change; what depends on it stays.
    """
    lowered = _lowered(text.strip())
    if not lowered:
        raise UnknownForm("специальность пустая")
    if case is Case.NOMINATIVE:
        return lowered
    return "".join(
        piece if _STARTS_ANEW.fullmatch(piece) else _one_speciality(piece, case)
        for piece in _STARTS_ANEW.split(lowered)
    )


def _one_speciality(phrase: str, case: Case) -> str:
    """Adjectives before the head agree with it; one after it only as the last word («врач участковый»)."""
    words = _WORD.split(phrase)
    head_seen = False
    for place in range(1, len(words), 2):
        if head_seen and place < len(words) - 2:
            break
        words[place], is_head = _inflected(words[place], case, head_seen)
        head_seen = head_seen or is_head
    return "".join(words)


def _lowered(text: str) -> str:
    """Lower case, but abbreviations such as УЗИ stay for the dictionary."""
    words = re.split(r"(\w+)", text)
    return "".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


def _inflected(word: str, case: Case, head_seen: bool) -> tuple[str, bool]:
    """The word in the case, and whether it is the head noun."""
    if word.isupper() or word in _NEVER_DECLINED:
        return word, False
    if "-" in word:
        parts = word.split("-")
        done = [_inflected(part, case, head_seen) for part in parts]
        return "-".join(part for part, _ in done), any(is_head for _, is_head in done)
    for parse in morphology().parse(word):
        tag = parse.tag
        if "nomn" not in tag or "sing" not in tag or not parse.is_known:
            continue
        if tag.POS == "ADJF" or (tag.POS == "NOUN" and not head_seen):
            return _in_case(parse, case), tag.POS == "NOUN"
    if word.endswith("лог") and not head_seen:
        return word.removesuffix("лог") + _like_stomatologist(case), True
    return word, False


def _like_stomatologist(case: Case) -> str:
    """The last syllable of the many -логи that the dictionary does not know."""
    return _in_case(morphology().parse("стоматолог")[0], case).removeprefix("стомато")


def _in_case(parse: Any, case: Case) -> str:
    wanted = {_GRAMMEMES[case]}
    if case is Case.ACCUSATIVE and parse.tag.POS == "ADJF" and parse.tag.gender == "masc":
        wanted = {"gent"}  # a person is meant: «к детскому», «через детского хирурга»
    inflected = parse.inflect(wanted)
    return str(inflected.word) if inflected else str(parse.word)
