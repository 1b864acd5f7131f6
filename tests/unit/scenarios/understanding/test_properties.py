"""Whatever a recogniser or a talkative patient adds, a yes never becomes a no, nor a no a yes."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from calls.transcript import Transcript
from scenarios.understanding import Meaning, Question, understander
from scenarios.understanding.phrases import LEARNT, NOW, ZONE, Phrase, read_phrases

RUSSIAN = understander("ru")
SIDES = (Meaning.CONFIRM, Meaning.CANCEL)
PHRASES = [
    phrase
    for name in ("tune", "minimal_pairs")
    for phrase in read_phrases(LEARNT / "ru" / f"{name}.tsv")
    if phrase.question is Question.CONFIRM_VISIT and phrase.meaning in SIDES
]
FILLERS = ("ну", "вот", "значит", "э", "а", "ой ну", "слушайте", "девушка", "как бы")
POLITE = ("пожалуйста", "спасибо", "извините", "здравствуйте", "будьте добры", "до свидания", "всего доброго")

phrases = st.sampled_from(PHRASES)
chances = st.randoms(use_true_random=False)


def meaning_of(text: str) -> Meaning:
    return RUSSIAN.understand(Transcript.of(text), Question.CONFIRM_VISIT, NOW, ZONE).meaning


def other_side(meaning: Meaning) -> Meaning:
    return Meaning.CANCEL if meaning is Meaning.CONFIRM else Meaning.CONFIRM


def assert_not_flipped(phrase: Phrase, text: str) -> None:
    assert meaning_of(text) is not other_side(phrase.meaning), text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases, st.sampled_from(FILLERS), st.data())
def test_fillers(phrase: Phrase, filler: str, data: st.DataObject) -> None:
    words = phrase.text.split()
    at = data.draw(st.integers(0, len(words)))
    assert_not_flipped(phrase, " ".join([*words[:at], filler, *words[at:]]))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(phrases, st.sampled_from(POLITE), st.booleans())
def test_politeness(phrase: Phrase, polite: str, first: bool) -> None:
    assert_not_flipped(phrase, f"{polite} {phrase.text}" if first else f"{phrase.text} {polite}")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(phrases, st.data())
def test_repeated_words(phrase: Phrase, data: st.DataObject) -> None:
    words = phrase.text.split()
    at = data.draw(st.integers(0, len(words) - 1))
    assert_not_flipped(phrase, " ".join([*words[: at + 1], *words[at:]]))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(phrases)
def test_the_whole_said_twice(phrase: Phrase) -> None:
    assert_not_flipped(phrase, f"{phrase.text} {phrase.text}")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases)
def test_without_punctuation_and_yo(phrase: Phrase) -> None:
    bare = "".join(letter for letter in phrase.text if letter.isalnum() or letter in " -")
    assert_not_flipped(phrase, bare.replace("ё", "е").lower())


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases)
def test_ne_heard_as_net(phrase: Phrase) -> None:
    words = [word.strip(",.…!?").lower() for word in phrase.text.split()]
    assert_not_flipped(phrase, " ".join("нет" if word == "не" else word for word in words))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases)
def test_net_heard_as_ne_never_confirms_a_no(phrase: Phrase) -> None:
    """But «нет, отменяйте» heard as «не отменяйте» is just that to any ear: such words are left out."""
    words = [word.strip(",.…!?").lower() for word in phrase.text.split()]
    if phrase.meaning is Meaning.CANCEL and "отменяйте" not in words:
        assert_not_flipped(phrase, " ".join("не" if word == "нет" else word for word in words))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases)
def test_ne_and_net_doubled(phrase: Phrase) -> None:
    words = [word.strip(",.…!?").lower() for word in phrase.text.split()]
    doubled = [part for word in words for part in ((word, word) if word in ("не", "нет") else (word,))]
    assert_not_flipped(phrase, " ".join(doubled))
    both = [part for word in words for part in (("нет", "не") if word == "не" else (word,))]
    assert_not_flipped(phrase, " ".join(both))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases, chances)
def test_small_words_dropped(phrase: Phrase, chance: random.Random) -> None:
    """Prepositions, pronouns and particles may get lost; a lost «не» cannot be heard, so it stays."""
    small = {"я", "мы", "к", "в", "на", "а", "ну", "же", "и", "у", "меня", "вам", "это"}
    words = phrase.text.split()
    kept = [word for word in words if word.strip(",.…!?").lower() not in small or chance.random() < 0.5]
    if kept:
        assert_not_flipped(phrase, " ".join(kept))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases, st.data())
def test_an_unheard_word_never_turns_an_answer(phrase: Phrase, data: st.DataObject) -> None:
    words = phrase.text.split()
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = "[unk]"
    assert_not_flipped(phrase, " ".join(words))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(phrases)
def test_an_unheard_ne_never_confirms(phrase: Phrase) -> None:
    words = [
        "[unk]" if word.strip(",.…!?").lower() in ("не", "нет") else word for word in phrase.text.split()
    ]
    if "[unk]" in words and phrase.meaning is Meaning.CANCEL:
        assert meaning_of(" ".join(words)) is not Meaning.CONFIRM


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.sampled_from(("", "да", "конечно", "в десять", "я")))
def test_an_unheard_word_before_a_promise_leaves_no_confirmation(before: str) -> None:
    assert meaning_of(f"{before} [unk] приду") not in SIDES


@settings(max_examples=24, deadline=None, derandomize=True)
@given(st.permutations(["я", "завтра", "обязательно", "приду"]))
def test_word_order_of_a_yes(words: list[str]) -> None:
    assert meaning_of(" ".join(words)) is Meaning.CONFIRM


@settings(max_examples=24, deadline=None, derandomize=True)
@given(st.permutations(["я", "завтра", "к сожалению", "не приду"]))
def test_word_order_of_a_no(words: list[str]) -> None:
    assert meaning_of(" ".join(words)) is Meaning.CANCEL


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    assert meaning_of(text) not in SIDES or any(letter.isalpha() for letter in text)


WORDS = st.sampled_from(sorted({word for phrase in PHRASES for word in phrase.text.lower().split()}))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(WORDS, min_size=1, max_size=8))
def test_a_bare_ne_before_a_promise_never_confirms(words: list[str]) -> None:
    assert meaning_of(f"{' '.join(words)} не приду") is not Meaning.CONFIRM
