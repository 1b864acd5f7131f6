"""Foreign words and clauses around an answer: a wrong yes is worse than a question asked again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.transcript import Transcript
from scenarios.understanding import Meaning, Question, Understanding, understander
from scenarios.understanding.phrases import LEARNT, NOW, ZONE, Phrase, read_phrases

RUSSIAN = understander("ru")
ENGLISH = understander("en")
SIDES = (Meaning.CONFIRM, Meaning.CANCEL)
TUNE = [
    phrase
    for name in ("tune", "minimal_pairs")
    for phrase in read_phrases(LEARNT / "ru" / f"{name}.tsv")
    if phrase.question is Question.CONFIRM_VISIT
]
ANSWERS = [phrase for phrase in TUNE if phrase.meaning in SIDES]
# Said on the phone, but not about the visit; each alone, beside each other and beside an answer.
CHATTER = (
    "кошка опять на стол залезла",
    "саша закрой форточку",
    "у соседей ремонт второй месяц",
    "пенсию задержали",
    "картошку надо копать",
    "внуки приехали из Саратова",
    "телевизор орёт",
    "молоко убежало",
    "по радио передавали мороз",
    "сапоги промокли насквозь",
    "колонка сломалась",
    "вода капает с потолка",
    "сосед музыку включил",
    "цены опять подняли",
)
PURPOSES = (
    "за справкой",
    "за рецептом",
    "за рубашкой",
    "на рынок",
    "в аптеку",
    "в парикмахерскую",
    "до ларька",
)
OBJECTS = ("рассылку", "доставку", "подписку", "заказ пиццы", "рекламу", "бронь гостиницы")
ABILITIES = ("найти очки", "открыть дверь", "дозвониться", "вас понять", "застегнуть молнию")
STRANGERS = ("сантехник", "почтальон", "комиссия", "автобус", "курьер", "начальник")

chatter = st.sampled_from(CHATTER)


def understood(text: str, question: Question = Question.CONFIRM_VISIT) -> Understanding:
    return RUSSIAN.understand(Transcript.of(text), question, NOW, ZONE)


def is_clear(phrase: Phrase, side: Meaning) -> bool:
    """Whether it stands on a verb of coming, not on a particle or a change of mind, which may join two."""
    got = understood(phrase.text)
    long = len(phrase.text.split()) > 1 and "передума" not in phrase.text
    return long and phrase.meaning is got.meaning is side and not got.also and got.confidence > 0.95


CLEAR_YES, CLEAR_NO = ([phrase for phrase in ANSWERS if is_clear(phrase, side)] for side in SIDES)


def meaning_of(text: str) -> Meaning:
    return understood(text).meaning


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(chatter, min_size=1, max_size=4))
def test_chatter_alone_is_no_answer(clauses: list[str]) -> None:
    assert meaning_of(" ".join(clauses)) not in SIDES


DOUBTFUL = [phrase for phrase in TUNE if {label.meaning for label in phrase.labels} == {Meaning.UNCLEAR}]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(DOUBTFUL), max_size=2),
    chatter,
)
def test_doubtful_answers_beside_chatter_stay_doubtful(phrases: list[Phrase], clause: str) -> None:
    for text in (f"{said} {clause}" for said in (phrase.text for phrase in phrases)):
        assert meaning_of(text) not in SIDES, text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(ANSWERS), chatter, st.booleans())
def test_chatter_beside_an_answer_never_turns_it(phrase: Phrase, clause: str, first: bool) -> None:
    text = f"{clause} {phrase.text}" if first else f"{phrase.text} {clause}"
    assert meaning_of(text) in (phrase.meaning, Meaning.UNCLEAR, *understood(phrase.text).also) or (
        meaning_of(text) not in SIDES
    ), text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(CLEAR_YES), st.sampled_from(CLEAR_NO), st.booleans())
def test_two_opposite_answers_are_no_answer(yes: Phrase, no: Phrase, yes_first: bool) -> None:
    """Without a word of correction between them, neither may win over the other."""
    text = f"{yes.text}, {no.text}" if yes_first else f"{no.text}, {yes.text}"
    got = understood(text)
    assert got.meaning not in SIDES or "corrected" in got.why, f"{text}: {got.why}"


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize(
    "verb", ["приду", "зайду", "схожу", "пойду", "подъеду", "я завтра приду", "приду завтра"]
)
def test_coming_for_something_else_is_no_confirmation(verb: str, purpose: str) -> None:
    assert meaning_of(f"{verb} {purpose}") not in SIDES
    assert meaning_of(f"{purpose} {verb}") not in SIDES


@pytest.mark.parametrize("thing", OBJECTS)
@pytest.mark.parametrize(
    "verb", ["отмените", "отмените пожалуйста", "хочу отменить", "отменяйте", "отмените мне"]
)
def test_cancelling_something_else_is_no_cancellation(verb: str, thing: str) -> None:
    assert meaning_of(f"{verb} {thing}") not in SIDES
    assert meaning_of(f"да {verb} {thing}") not in SIDES


@pytest.mark.parametrize("deed", ABILITIES)
@pytest.mark.parametrize("verb", ["не могу", "не смогу", "никак не могу", "я не могу"])
def test_not_managing_something_else_is_no_cancellation(verb: str, deed: str) -> None:
    assert meaning_of(f"{verb} {deed}") not in SIDES


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("verb", ["придёт", "не придёт", "завтра придёт", "приедет", "не приедет завтра"])
def test_others_who_come_or_do_not_say_nothing_of_the_visit(verb: str, stranger: str) -> None:
    assert meaning_of(f"{stranger} {verb}") not in SIDES
    assert meaning_of(f"да {stranger} {verb}") not in SIDES


@pytest.mark.parametrize(
    "text",
    [
        "если отпустят приду",
        "приду если отпустят",
        "а если я не приду",
        "а вдруг я не приду",
        "приду когда рак на горе свистнет",
        "не приду пока не перезвоните",
        "кто сказал что я приду",
        "муж говорит приду",
        "хотела бы прийти",
        "я в больнице",
        "уезжаю",
    ],
)
def test_conditions_words_of_others_and_reasons_are_asked_again(text: str) -> None:
    assert meaning_of(text) not in SIDES


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("да приду у меня спина болит", Meaning.CONFIRM),
        ("приду мы с ребёнком на такси", Meaning.CONFIRM),
        ("не приду потому что колонка сломалась", Meaning.CANCEL),
        ("собиралась но не приду", Meaning.CANCEL),
        ("не смогу кошка заболела", Meaning.CANCEL),
        ("отмените запись к стоматологу", Meaning.CANCEL),
    ],
)
def test_what_is_known_beside_a_clear_answer_leaves_it_clear(text: str, meaning: Meaning) -> None:
    assert meaning_of(text) is meaning


@pytest.mark.parametrize(
    "text",
    [
        "I'll come by for my papers",
        "cancel the taxi",
        "I can't find my glasses",
        "the plumber is coming",
        "the doctor is coming",
        "cancel my flight",
        "he won't come to the phone",
        "I can't cancel",
    ],
)
def test_english_answers_about_something_else(text: str) -> None:
    got = ENGLISH.understand(Transcript.of(text), Question.CONFIRM_VISIT, NOW, ZONE)
    assert got.meaning not in SIDES


@pytest.mark.parametrize(
    "text", ["давайте не будем", "да сантехник придёт", "отменяйте такси", "да буду полы мыть"]
)
def test_the_read_back_is_confirmed_by_nothing_else(text: str) -> None:
    assert understood(text, Question.CONFIRM_CANCEL).meaning not in SIDES


@pytest.mark.parametrize("answer", ["приду", "да", "обязательно буду", "всё в силе", "не отменяйте", "ждите"])
@pytest.mark.parametrize("end", ["хотя нет", "ой нет", "хотя", "то есть нет"])
def test_a_yes_taken_back_is_no_yes(answer: str, end: str) -> None:
    assert meaning_of(f"{answer} {end}") is not Meaning.CONFIRM


@pytest.mark.parametrize(
    "no", ["не приду", "не могу", "не смогу", "не успею", "передумал", "некогда", "мне не надо"]
)
@pytest.mark.parametrize(
    "cancel", ["отмените", "хочу отменить", "отменить надо", "прошу отменить", "отменяйте"]
)
def test_two_ways_of_saying_no_are_no_yes(no: str, cancel: str) -> None:
    for text in (f"{no} {cancel}", f"{cancel} {no}", f"{no}, {cancel}", f"я {no} завтра {cancel} пожалуйста"):
        assert meaning_of(text) is not Meaning.CONFIRM, text
