"""Answers that cannot come, keys that mean two things, numbers that are missing."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from scenarios.document import Document
from scenarios.findings import Finding, Severity
from scenarios.schema import ALWAYS_EXTRA, Answer, Scenario, answer_names, number_range
from scenarios.steps.ask import Step as Ask
from scenarios.understanding import Meaning, Question

# Names that make sense for one question only.
ONLY_FOR: Mapping[str, frozenset[Question]] = {
    "yes": frozenset({Question.YES_NO}),
    "no": frozenset({Question.YES_NO}),
    "date": frozenset({Question.ASK_DATE, Question.YES_NO}),
    "number": frozenset({Question.ASK_NUMBER, Question.SATISFACTION}),
    "anything": frozenset({Question.OPEN}),
}
NEEDED: Mapping[Question, tuple[frozenset[str], ...]] = {
    Question.CONFIRM_VISIT: (frozenset({"confirm"}), frozenset({"cancel"})),
    Question.CONFIRM_CANCEL: (frozenset({"cancel"}), frozenset({"confirm"})),
    Question.YES_NO: (frozenset({"yes"}), frozenset({"no"})),
    Question.ASK_DATE: (frozenset({"date"}),),
    Question.OPEN: (frozenset({"anything"}),),
}
NEVER_NAMED = frozenset({Meaning.ANSWER.value})
HIGHEST_MARK = 10


def check(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """All that concerns answers and keys."""
    yield from _always(scenario, document)
    yield from _phrases(scenario, document)
    for label in scenario.own:
        step = scenario.steps[label]
        if isinstance(step, Ask):
            yield from _names(step, label, document)
            yield from _numbers(step, label, document)
            yield from _keys(step.ask.answers, ("steps", label, "ask", "answers"), document)
            yield from _key_of_the_house(step, label, scenario, document)


def _always(scenario: Scenario, document: Document) -> Iterator[Finding]:
    known = [name for name in (*answer_names(), *ALWAYS_EXTRA) if name not in ONLY_FOR]
    written = document.value.get("always") if isinstance(document.value, dict) else None
    for name in written or {}:
        if name not in known or name in NEVER_NAMED:
            yield document.finding(
                ("always", name), f"такого не бывает: «{name}»", _guess(name, known), of_key=True
            )
    yield from _keys(scenario.always, ("always",), document)


def _phrases(scenario: Scenario, document: Document) -> Iterator[Finding]:
    known = [meaning.value for meaning in Meaning if meaning not in (Meaning.UNCLEAR, Meaning.ANSWER)]
    for language, by_meaning in scenario.phrases.items():
        if language not in scenario.languages:
            yield document.finding(("phrases", language), f"языка «{language}» в сценарии нет", of_key=True)
        for name in by_meaning:
            if name not in known:
                yield document.finding(
                    ("phrases", language, name),
                    f"такого смысла нет: «{name}»",
                    _guess(name, known),
                    of_key=True,
                )


def _names(step: Ask, label: str, document: Document) -> Iterator[Finding]:
    question, known = step.ask.question, answer_names()
    for name in step.ask.answers:
        path = ("steps", label, "ask", "answers", name)
        if number_range(name) is not None:
            if question not in ONLY_FOR["number"]:
                yield document.finding(
                    path, f"на вопрос {question} не отвечают числом", _suits("number"), of_key=True
                )
        elif name not in known or name in NEVER_NAMED:
            yield document.finding(
                path, f"такого ответа не бывает: «{name}»", _guess(name, known), of_key=True
            )
        elif name in ONLY_FOR and question not in ONLY_FOR[name]:
            yield document.finding(
                path, f"на вопрос {question} не бывает ответа «{name}»", _suits(name), of_key=True
            )
    for wanted in NEEDED.get(question, ()):
        if wanted.isdisjoint(step.ask.answers):
            name = ", ".join(sorted(wanted))
            yield document.finding(
                ("steps", label, "ask", "answers"),
                f"вопросу {question} не хватает ответа «{name}»",
                "Без него такой ответ пациента не поймут.",
                of_key=True,
            )


def _numbers(step: Ask, label: str, document: Document) -> Iterator[Finding]:
    spans = {name: span for name in step.ask.answers if (span := number_range(name)) is not None}
    path = ("steps", label, "ask", "answers")
    taken: dict[int, str] = {}
    for name, span in spans.items():
        if not span:
            yield document.finding(
                (*path, name), f"пустой промежуток «{name}»", "Сначала меньшее.", of_key=True
            )
        for number in span:
            if number in taken:
                yield document.finding(
                    (*path, name), f"число {number} уже есть в «{taken[number]}»", of_key=True
                )
                break
            taken[number] = name
    if step.ask.question is not Question.SATISFACTION:
        return
    if any(number > HIGHEST_MARK for number in taken):
        yield document.finding(path, "оценка не бывает больше десяти", of_key=True)
    missing = [str(number) for number in range(HIGHEST_MARK + 1) if number not in taken]
    if missing and "number" not in step.ask.answers:
        yield document.finding(path, f"нет ответа для оценок: {', '.join(missing)}", of_key=True)


def _keys(answers: Mapping[str, Answer], path: tuple[str, ...], document: Document) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for name, answer in answers.items():
        if answer.key is None:
            continue
        if answer.key in taken:
            yield document.finding(
                (*path, name, "key"), f"клавиша {answer.key} уже значит «{taken[answer.key]}»"
            )
        taken.setdefault(answer.key, name)


def _key_of_the_house(step: Ask, label: str, scenario: Scenario, document: Document) -> Iterator[Finding]:
    for name, answer in step.ask.answers.items():
        for always, house in scenario.always.items():
            if answer.key and answer.key == house.key and always != name:
                yield document.finding(
                    ("steps", label, "ask", "answers", name, "key"),
                    f"клавиша {answer.key} везде значит «{always}», а здесь — «{name}»",
                    "Возьмите другую клавишу: привычное менять опасно.",
                    Severity.WARNING,
                )


def _guess(name: str, known: tuple[str, ...] | list[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"Может быть, «{close[0]}»?" if close else "Бывает: " + ", ".join(known)


def _suits(name: str) -> str:
    return f"«{name}» бывает у вопросов: " + ", ".join(sorted(ONLY_FOR[name]))
