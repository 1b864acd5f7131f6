"""Texts as the voice will get them: slots, cases, digits, translations, re-asks that repeat themselves."""

from collections.abc import Iterator
from difflib import get_close_matches

from scenarios.document import Document, Path_
from scenarios.facts import CALL_SLOTS, FIXED_SLOTS, known_in_call_only, slot_kind
from scenarios.findings import Finding, Severity
from scenarios.schema import Scenario
from scenarios.steps.ask import Step as Ask
from scenarios.steps.set import Step as Set
from scenarios.text import CASES, SLOT, SlotName, Text, slots_of, stray_braces
from tts.errors import UnknownForm, Unspeakable
from tts.spoken import check_speakable, spoken_forms

CLINIC_FACTS = ("name", "phone", "address", "price", "documents", "hours")
ALWAYS_SAVED = frozenset({"wish", "callback_wish"})
# A word that any language's voice can say, in the place of a slot.
STAND_IN = {"ru": "слово", "en": "word"}


def texts_of(scenario: Scenario) -> Iterator[tuple[str, Path_, Text, bool]]:
    """Every own text: its step, its path in the file, and whether it is spoken."""
    for label in sorted(scenario.own):
        step = scenario.steps[label]
        for spoken, places in ((True, step.texts()), (False, step.notes())):
            for place, text in places:
                yield label, ("steps", label, *_parts(place)), text, spoken
    for name, answer in scenario.always.items():
        if answer.say:
            yield "", ("always", name, "say"), answer.say, True


def check(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """All that concerns texts."""
    saved = saved_answers(scenario)
    for _, path, text, spoken in texts_of(scenario):
        yield from _languages(scenario, document, path, text)
        for language, variants in text.by_language:
            for variant in variants:
                yield from _slots(document, path, variant, saved)
                if spoken:
                    yield from _speakable(document, path, variant, language or scenario.main_language)
    for label in scenario.own:
        step = scenario.steps[label]
        if isinstance(step, Ask):
            yield from _asked_again(step, label, document)
    for index, language in enumerate(scenario.languages):
        if language not in STAND_IN:
            yield document.finding(
                ("languages", index), f"языка «{language}» робот не знает", "Есть: " + ", ".join(STAND_IN)
            )


def check_supply(scenario: Scenario, document: Document, supplied: frozenset[str]) -> Iterator[Finding]:
    """Texts whose every variant needs something that is not supplied."""
    for _, path, text, _ in texts_of(scenario):
        for language in scenario.languages:
            variants = text.variants(language, scenario.main_language)
            lacking = [_lacking(variant, supplied) for variant in variants]
            if lacking and all(lacking):
                yield document.finding(
                    path,
                    f"никто не даёт сведения {{{lacking[0]}}}",
                    "Добавьте столбец в CRM, строку в настройки клиники или вариант текста без этой вставки.",
                )


def _lacking(variant: str, supplied: frozenset[str]) -> str | None:
    for slot in slots_of(variant):
        if not known_in_call_only(slot.name) and slot.name not in supplied:
            return slot.name
    return None


def _parts(place: str) -> Path_:
    return tuple(int(part) if part.isdecimal() else part for part in place.split("."))


def _languages(scenario: Scenario, document: Document, path: Path_, text: Text) -> Iterator[Finding]:
    for language in scenario.languages:
        if not text.variants(language, scenario.main_language):
            yield document.finding(
                path, f"текст не переведён на язык «{language}»", f"Добавьте {language}: …"
            )
    for language, _ in text.by_language:
        if language and language not in scenario.languages:
            yield document.finding(
                path,
                f"текст на языке «{language}», которого нет в languages",
                f"Языки сценария: {', '.join(scenario.languages)}",
                Severity.WARNING,
            )


def _slots(document: Document, path: Path_, variant: str, saved: frozenset[str]) -> Iterator[Finding]:
    if stray_braces(variant):
        yield document.finding(
            path,
            "скобка { или } не составляет вставки",
            "Вставка пишется так: {visit.date} или {doctor:dative}",
        )
    for slot in slots_of(variant):
        yield from _slot(document, path, slot, saved)


def _slot(document: Document, path: Path_, slot: SlotName, saved: frozenset[str]) -> Iterator[Finding]:
    known = (*FIXED_SLOTS, *CALL_SLOTS)
    if slot.name.startswith("answer."):
        if slot.name.removeprefix("answer.") not in saved:
            yield document.finding(
                path,
                f"ответ {{{slot.name}}} нигде не сохраняется",
                "Сохранённые: " + (", ".join(sorted(saved)) or "—"),
            )
    elif not slot.name.startswith("clinic.") and slot.name not in known:
        close = get_close_matches(slot.name, (*known, *(f"clinic.{name}" for name in CLINIC_FACTS)), 1)
        hint = f"Может быть, {{{close[0]}}}?" if close else "Вставки: " + ", ".join(known)
        yield document.finding(path, f"неизвестная вставка {{{slot.name}}}", hint)
        return
    if slot.case and slot.case not in CASES:
        close = get_close_matches(slot.case, CASES, 1)
        yield document.finding(
            path,
            f"неизвестный падеж «{slot.case}»",
            f"Может быть, «{close[0]}»?" if close else "Падежи: " + ", ".join(CASES),
        )
    yield from _style(document, path, slot)


def _style(document: Document, path: Path_, slot: SlotName) -> Iterator[Finding]:
    if not slot.style:
        return
    kind, _ = slot_kind(slot.name)
    styles = [style for style in spoken_forms("ru").styles.get(kind, ()) if style]
    if slot.style not in styles:
        yield document.finding(
            path, f"у {{{slot.name}}} нет вида «{slot.style}»", "Виды: " + (", ".join(styles) or "нет")
        )


def _speakable(document: Document, path: Path_, variant: str, language: str) -> Iterator[Finding]:
    if language not in STAND_IN:
        return
    try:
        check_speakable(SLOT.sub(STAND_IN[language], variant), language)
    except Unspeakable as error:
        if stray_braces(variant) and error.character in "{}":
            return
        sign = error.character
        hint = (
            "Голос не читает цифр: напишите словами."
            if sign.isdigit()
            else "Напишите словами на языке сценария."
        )
        message = f"голос не скажет «{sign}»" if sign else "в тексте нет ни одного слова"
        yield document.finding(path, message, hint)
    except UnknownForm:
        return


def saved_answers(scenario: Scenario) -> frozenset[str]:
    """The names under which something is kept in the call."""
    names = set(ALWAYS_SAVED)
    for step in scenario.steps.values():
        if isinstance(step, Ask) and step.ask.save:
            names.add(step.ask.save)
        if isinstance(step, Set):
            names |= step.set.results.keys()
    return frozenset(names)


def _asked_again(step: Ask, label: str, document: Document) -> Iterator[Finding]:
    path = ("steps", label, "ask")
    if not step.ask.again:
        yield document.finding(
            path,
            f"в шаге «{label}» нет текстов again: робот повторит те же слова",
            "Тот, кто не понял с первого раза, не поймёт и со второго.",
            Severity.WARNING,
        )
    texts = [step.ask.text, *step.ask.again]
    if len(set(texts)) < len(texts):
        yield document.finding(
            (*path, "again"), f"в шаге «{label}» переспросы повторяются", "Скажите иначе.", Severity.WARNING
        )
