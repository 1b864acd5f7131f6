"""What an announcer may record: the sentences of a scenario that are the same in every call."""

from collections.abc import Iterator

from dialer.prompts import APOLOGIES
from scenarios.schema import Scenario
from scenarios.text import Text, sentences_of, slots_of
from tts.sentences import split_sentences


def fixed_sentences(scenario: Scenario, language: str) -> tuple[str, ...]:
    """Sentences without slots, each once, in the order of the file; the apology is said in any call."""
    sentences: dict[str, None] = {}
    for text in _texts(scenario):
        for variant in text.variants(language, scenario.main_language):
            fixed = (part for part in sentences_of(variant) if not slots_of(part))
            sentences.update(dict.fromkeys(each.text for part in fixed for each in split_sentences(part)))
    apology = split_sentences(APOLOGIES.get(language, APOLOGIES["en"]))
    return tuple(sentences | dict.fromkeys(each.text for each in apology))


def _texts(scenario: Scenario) -> Iterator[Text]:
    for step in scenario.steps.values():
        yield from (text for _, text in step.texts())
    yield from (answer.say for answer in scenario.always.values() if answer.say)
