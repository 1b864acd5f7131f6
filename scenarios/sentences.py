"""Which sentences a call may say, and which of its facts are missing: both found before dialling."""

from collections.abc import Iterator

from scenarios.facts import Facts, MissingFact, known_in_call_only
from scenarios.flow import reachable
from scenarios.schema import Scenario
from scenarios.text import Text, sentences_of, slots_of


def spoken_before_the_call(scenario: Scenario, facts: Facts) -> tuple[str, ...]:
    """Fixed and filled sentences in the order in which they are likely to be needed, each once."""
    sentences: dict[str, None] = {}
    for _, text in _texts(scenario, facts):
        for visit in range(len(facts.visits)):
            for sentence in _sentences(scenario, facts, text, visit):
                sentences[sentence] = None
    return tuple(sentences)


def missing_facts(scenario: Scenario, facts: Facts) -> tuple[str, ...]:
    """Slots without a value in a text that this call may need; such a call must not be placed."""
    missing: dict[str, None] = {}
    for _, text in _texts(scenario, facts):
        for visit in range(len(facts.visits)):
            slot = _missing(scenario, facts, text, visit)
            if slot:
                missing[slot] = None
    return tuple(missing)


def require_facts(scenario: Scenario, facts: Facts) -> None:
    """Refuse a call in which the robot would lack words: MissingFact names the slot."""
    missing = missing_facts(scenario, facts)
    if missing:
        raise MissingFact(missing[0])


def _texts(scenario: Scenario, facts: Facts) -> Iterator[tuple[str, Text]]:
    for label in reachable(scenario, facts):
        for place, text in scenario.steps[label].texts():
            yield f"{label}.{place}", text
    for name, answer in scenario.always.items():
        if answer.say:
            yield f"always.{name}", answer.say


def _sentences(scenario: Scenario, facts: Facts, text: Text, visit: int) -> Iterator[str]:
    for variant in text.variants(facts.language, scenario.main_language):
        try:
            yield from sentences_of(facts.fill(variant, visit))
            return
        except MissingFact:
            # What is known only in the call comes later; the other sentences can be made ready.
            fixed = [part for part in sentences_of(variant) if not _in_call(part)]
            if _in_call(variant) and fixed:
                yield from _fillable(facts, fixed, visit)
                return


def _fillable(facts: Facts, parts: list[str], visit: int) -> Iterator[str]:
    for part in parts:
        try:
            yield facts.fill(part, visit)
        except MissingFact:
            continue


def _missing(scenario: Scenario, facts: Facts, text: Text, visit: int) -> str | None:
    """The slot that keeps every variant from being said."""
    first: str | None = None
    for variant in text.variants(facts.language, scenario.main_language):
        missing = [
            slot.name
            for slot in slots_of(variant)
            if not known_in_call_only(slot.name) and not _known(facts, variant, slot.name, visit)
        ]
        if not missing:
            return None
        first = first or missing[0]
    return first


def _known(facts: Facts, variant: str, name: str, visit: int) -> bool:
    for slot in slots_of(variant):
        if slot.name == name:
            try:
                facts.spoken(slot, visit, {})
            except MissingFact:
                return False
    return True


def _in_call(variant: str) -> bool:
    return any(known_in_call_only(slot.name) for slot in slots_of(variant))
