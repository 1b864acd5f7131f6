"""How long a patient must listen before it is their turn, estimated from syllables."""

from collections.abc import Iterator, Mapping

from scenarios.example import BASES
from scenarios.facts import Facts
from scenarios.schema import Scenario
from scenarios.talk import words_of
from scenarios.text import Text

LONGEST_PROMPT_S = 12.0
SYLLABLE_S: Mapping[str, float] = {"ru": 0.155, "en": 0.16}  # measured on RHVoice Anna and Elena
COMMA_S = 0.2
SENTENCE_S = 0.3
VOWELS = frozenset("аеёиоуыэюяaeiouy")


def seconds_of(text: str, language: str) -> float:
    """How long the voice takes for a text that is ready to be spoken."""
    syllables = sum(character in VOWELS for character in text.casefold())
    sentences = sum(text.count(mark) for mark in ".!?") or 1
    commas = sum(text.count(mark) for mark in ",:;—")
    return syllables * SYLLABLE_S.get(language, 0.2) + commas * COMMA_S + sentences * SENTENCE_S


def longest_prompts(scenario: Scenario) -> Iterator[tuple[str, float]]:
    """For each step after which nothing was asked yet: the seconds up to the patient's turn."""
    totals: dict[str, float] = {}
    for language in scenario.languages:
        if language not in BASES:
            continue
        facts = BASES[language].facts_for(scenario)
        alone = {label: _alone_s(scenario, label, facts) for label in scenario.steps}
        for label in _heads(scenario):
            totals[label] = max(totals.get(label, 0.0), _chain_s(scenario, label, alone, ()))
    yield from totals.items()


def _heads(scenario: Scenario) -> list[str]:
    """Steps that follow the patient's turn, and the very first."""
    heads = [scenario.start, *(answer.go for answer in scenario.always.values())]
    for step in scenario.steps.values():
        if step.waits:
            heads.extend(exit_.target for exit_ in step.exits())
    return list(dict.fromkeys(label for label in heads if label in scenario.steps))


def _chain_s(scenario: Scenario, label: str, alone: Mapping[str, float], before: tuple[str, ...]) -> float:
    step = scenario.steps.get(label)
    if step is None or label in before:
        return 0.0
    if step.waits or step.kind in ("back", "repeat", "end"):
        return alone[label]
    following = [_chain_s(scenario, exit_.target, alone, (*before, label)) for exit_ in step.exits()]
    return alone[label] + max(following, default=0.0)


def _alone_s(scenario: Scenario, label: str, facts: Facts) -> float:
    """The step's own prompt; re-asks stand for themselves and are shorter."""
    texts = {place.rpartition(".")[2]: text for place, text in scenario.steps[label].texts()}
    prompt: Text | None = next(
        (texts[name] for name in ("say", "text", "ask", "message", "back", "repeat") if name in texts), None
    )
    if prompt is None:
        return 0.0
    return seconds_of(" ".join(words_of(prompt, scenario, facts)), facts.language)
