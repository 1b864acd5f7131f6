"""What sounds like a yes or a no and is none, and what is one although much is said beside it."""

import pytest

from calls.transcript import Transcript
from scenarios.understanding import Meaning, Question, understander
from scenarios.understanding.phrases import NOW, ZONE

RUSSIAN = understander("ru")
ENGLISH = understander("en")


def meaning_of(text: str, question: Question = Question.CONFIRM_VISIT) -> Meaning:
    return RUSSIAN.understand(Transcript.of(text), question, NOW, ZONE).meaning


@pytest.mark.parametrize(
    "text",
    [
        "конечно буду, в суде",
        "да приду нет не подходит",
        "мне приду",
        "мне буду",
        "утром да сможем нет не устраивает он",
        "приду и всё вам там разнесу",
        "иду иду",
        "да мам",
        "да, Серёж",
        "бесплатно приду",
        "скажи им что приду",
        "приду с адвокатом",
        "приду на следующей неделе за справкой",
        "отпустят приду",
        "дадут отгул буду",
        "приедет муж, спрошу",
        "приеду в пятницу вечером, встречай",
        "да, но",
        "да уж",
        "да никто",
        "его завтра не будет на работе",
        "не буду больше",
        "мамы сейчас нет",
        "не надо так громко",
        "внучка не сможет отвезти",
        "да, сегодня четверг",
        "да, клиника хорошая",
        "приду с инспекцией",
        "вызовите такси, приеду",
        "сделайте скидку приду",
        "да, Вань, приду",
        "не пройдёт, жулики",
        "нет, у нас ничего не болит",
        "скорее всего да, но меня не ждите",
        "пока нет",
        "не к вам, приду",
        "взорву вашу контору, приду",
        "домой еду, буду",
        "не приду на работу",
        "если не смогу, отмените",
        "да, приду, нет, не приду",
    ],
)
def test_it_is_asked_again(text: str) -> None:
    assert meaning_of(text) not in (Meaning.CONFIRM, Meaning.CANCEL)


@pytest.mark.parametrize("text", ["муж хочет отменить", "верно но", "ага конечно", "нет, то есть да"])
def test_nothing_is_cancelled_on_a_doubtful_read_back(text: str) -> None:
    assert meaning_of(text, Question.CONFIRM_CANCEL) is Meaning.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "да внучка меня проводит",
        "да, уже и такси заказала на утро",
        "да я помню, у меня на холодильнике записано",
        "муж не сможет, а я приду",
        "сначала не хотел идти, но буду точно",
        "а чего же не приду, приду",
        "приду, только скиньте адрес",
        "папа будет, мы ему такси закажем",
        "передайте врачу, приду",
        "да, завтра в четверг",
        "дочку в садик отведу и приду",
        "приду, а то я бы и проспала",
        "дедушка говорит что придёт",
        "мне уже сообщение приходило, приду",
        "буду, но минут на десять опоздаю, ладно?",
        "да у меня на календаре кружочком обведено приду",
    ],
)
def test_a_chatty_yes_is_a_yes(text: str) -> None:
    assert meaning_of(text) is Meaning.CONFIRM


@pytest.mark.parametrize(
    "text",
    [
        "нет я уехала из города",
        "нет, у меня похороны завтра",
        "меня на работу вызвали не приду",
        "не получится на работе завал отмените",
        "она не сможет она в больнице",
        "скажите доктору что я не приду",
        "не приду, похоже, снимайте запись",
        "видимо не смогу, отмените",
        "нет, завтра не буду. И переносить не надо.",
    ],
)
def test_a_no_with_its_reason_is_a_no(text: str) -> None:
    assert meaning_of(text) is Meaning.CANCEL


def test_one_who_comes_and_cannot_talk_need_not_be_called_again() -> None:
    assert meaning_of("да, приду, я за рулём") is Meaning.CONFIRM
    assert meaning_of("да, я за рулём") is Meaning.CALLBACK
    assert meaning_of("приду, я за рулём, перезвоните") is not Meaning.CONFIRM


def test_a_slight_hedge_alone_is_asked_again() -> None:
    assert meaning_of("похоже, не приду") is Meaning.UNCLEAR


def test_a_refusal_that_asks_for_free_times_wants_another_one() -> None:
    assert meaning_of("не смогу завтра, какие ещё числа свободны") is Meaning.RESCHEDULE
    assert meaning_of("нет завтра не могу а когда ещё окошки") is Meaning.RESCHEDULE


def test_an_unheard_word_does_no_harm_where_the_rest_is_beyond_doubt() -> None:
    assert meaning_of("меня дочка [unk] привезет так что буду") is Meaning.CONFIRM
    assert meaning_of("мама [unk] не сможет") is Meaning.UNCLEAR
    assert meaning_of("да [unk] приду") is Meaning.UNCLEAR


@pytest.mark.parametrize("text", ["да приду я приду", "даа", "я-то приду", "да да да"])
def test_small_words_and_drawn_out_ones(text: str) -> None:
    assert meaning_of(text) is Meaning.CONFIRM


def test_english_chatter() -> None:
    def meaning(text: str) -> Meaning:
        return ENGLISH.understand(Transcript.of(text), Question.CONFIRM_VISIT, NOW, ZONE).meaning

    assert meaning("of course my tooth is killing me") is Meaning.CONFIRM
    assert meaning("give my slot to somebody else, please") is Meaning.CANCEL
    assert meaning("yes but") is Meaning.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "дед не поедет никуда упёрся",
        "новая работа, отпрашиваться не стану, отмените",
        "да ну его не пойду",
        "мы в москве больше не живём отменяйте",
        "папу выписывают завтра поеду за ним приём снимите",
        "в другом конце города теперь обретаюсь, шиповник собираю, козу дою, не приду",
    ],
)
def test_a_refusal_bears_any_reason(text: str) -> None:
    assert meaning_of(text) is Meaning.CANCEL


@pytest.mark.parametrize(
    "text",
    [
        "талончик в сумочке лежит приду",
        "корову подою и приеду первым автобусом",
        "дети настояли, так что буду",
        "слушайте, ну сколько можно, я вам в чате ответил: буду!",
        "врачей не жалую, приду",
    ],
)
def test_a_promise_of_its_own_clause_bears_what_is_told_beside_it(text: str) -> None:
    assert meaning_of(text) is Meaning.CONFIRM


def test_who_will_be_late_is_on_the_way() -> None:
    understood = RUSSIAN.understand(
        Transcript.of("да приеду дороги плохие опоздаю"), Question.CONFIRM_VISIT, NOW, ZONE
    )
    assert (understood.meaning, understood.also) == (Meaning.CONFIRM, (Meaning.LATE,))
