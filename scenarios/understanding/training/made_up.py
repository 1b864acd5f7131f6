"""Phrases made up from word lists: coming to other places, other people who come, other things to cancel.

Labelled phrases name each of these places once or never. Made-up ones teach that it is the place that
decides, whichever it is.
"""

from collections.abc import Iterator
from itertools import product

from scenarios.understanding.meaning import Meaning, Question
from scenarios.understanding.phrases import Label, Phrase

_COMING = "приду зайду заеду приеду подойду подъеду схожу пойду поеду загляну доеду придём приедем".split()
_LEADS = ("", "да", "завтра", "я", "ага", "я завтра", "конечно")
_ELSEWHERE = (
    "в магазин|в школу|в садик|в банк|в театр|в церковь|в гараж|в офис|в спортзал|в бассейн|в суд|в налоговую"
    "|в мфц|в ресторан|в кафе|в гостиницу|в кино|в библиотеку|в деревню|в лес|в парк|в аэропорт|в собес"
    "|в баню|в институт|в общежитие|в цех|в гости|в город|на работу|на дачу|на почту|на вокзал|на завод"
    "|на стадион|на склад|на базу|на кладбище|на собрание|на смену|на урок|на стройку|на свадьбу|на футбол"
    "|на концерт|к маме|к подруге|к соседке|к начальнику|к нотариусу|к бухгалтеру|к куму|к сестре|домой"
    "|за посылкой|за ключами|за деньгами|за внуком|за ребёнком|за хлебом|за заказом|за зарплатой|за дочкой"
    "|за продуктами|за собакой|за картошкой|до магазина|до почты|до дома|до гаража"
).split("|")
_HERE = (
    "к вам|к врачу|к доктору|к кардиологу|на приём|в клинику|в поликлинику|в больницу|на осмотр"
    "|к десяти тридцать|на консультацию|к ивановой|к специалисту|на обследование|до вас|до поликлиники"
    "|до клиники"
).split("|")
_THERE = (
    "в школе|в магазине|в банке|в суде|в гараже|в офисе|в деревне|в гостях|в театре|в бассейне|в цеху"
    "|в дороге|на работе|на даче|на смене|на вокзале|на собрании|на свадьбе|у мамы|у сестры|у соседки"
    "|дома|за городом"
).split("|")
_AGREED = ("да", "да да", "ага", "конечно", "да буду", "да приду", "хорошо буду")
_THAT_TIME = (
    "завтра в понедельник",
    "завтра в десять тридцать",
    "завтра в пол одиннадцатого",
    "завтра в четверг",
    "в понедельник",
)
_VISITORS = (
    "мастер|сантехник|электрик|поезд|электричка|такси|почтальон|сосед|инспектор|бригада|подруга|няня|зима"
    "|зарплата|письмо|посылка|хозяйка|ремонтник|доставка|водитель|учительница|батюшка|слесарь|газовщик"
).split("|")
_ORDERS = (
    "заказ|доставку|подписку|билет|поездку|встречу|столик|рейс|тренировку|занятие|экскурсию|платёж|кредит"
    "|уборку|собрание|урок|бронь|путёвку|концерт|машину|отпуск|совещание"
).split("|")
_UNABLE = (
    "найти ключи|поднять сумку|вспомнить пароль|уснуть|завести машину|закрыть окно|включить телевизор"
    "|дозвониться маме|найти очки|выключить плиту|снять деньги|открыть банку|поймать кота|дойти до магазина"
).split("|")
_NOT_ABLE = ("не могу", "не смогу", "никак не могу")
_DEMANDS = (
    "не извинитесь|не вернёте деньги|не объясните|врач не выйдет|не скажете зачем|не дадите направление"
    "|не почините лифт|не ответите|не сделаете справку|человек не позвонит"
).split("|")


def made_up(language: str) -> list[Phrase]:
    """The made-up phrases of a language; none but Russian has any."""
    return list(_russian()) if language == "ru" else []


def _russian() -> Iterator[Phrase]:
    for lead, verb, place in product(_LEADS, _COMING, _ELSEWHERE):
        if _is_drawn(lead, verb, place, 9):
            yield _phrase(Meaning.UNCLEAR, lead, verb, place)
        elif _is_drawn(place, lead, verb, 11):
            yield _phrase(Meaning.UNCLEAR, lead, place, verb)
    for lead, verb, place in product(_LEADS, _COMING, _HERE):
        if _is_drawn(lead, verb, place, 4):
            yield _phrase(Meaning.CONFIRM, lead, verb, place)
    for lead, day in product(_AGREED, _THAT_TIME):
        yield _phrase(Meaning.CONFIRM, lead, day)
    for lead, place in product(_LEADS, _THERE):
        if _is_drawn(lead, place, "", 2):
            yield _phrase(Meaning.UNCLEAR, lead, "буду", place)
    for verb, visitor in product(("придёт", "приедет", "не придёт", "не приедет"), _VISITORS):
        yield _phrase(Meaning.UNCLEAR, "завтра" if _is_drawn(verb, visitor, "", 2) else "", verb, visitor)
        yield _phrase(Meaning.UNCLEAR, "да" if _is_drawn(visitor, verb, "", 2) else "завтра", visitor, verb)
    for verb, order in product(
        ("отмените", "отменяйте", "отменить", "снимите", "отмените пожалуйста"), _ORDERS
    ):
        yield _phrase(Meaning.UNCLEAR, verb, order)
        yield _phrase(Meaning.UNCLEAR, verb, order, question=Question.CONFIRM_CANCEL)
    for verb, deed in product(_NOT_ABLE, _UNABLE):
        yield _phrase(Meaning.UNCLEAR, verb, deed)
    for refusal, demand in product(("не приду", "не пойду", "никуда не поеду"), _DEMANDS):
        yield _phrase(Meaning.UNCLEAR, refusal, "пока", demand)


def _is_drawn(first: str, second: str, third: str, one_in: int) -> bool:
    """Every so many of a product, evenly and always the same ones."""
    return sum(map(ord, first + second + third)) % one_in == 0


def _phrase(meaning: Meaning, *words: str, question: Question = Question.CONFIRM_VISIT) -> Phrase:
    label = Label(meaning, frozenset(), None)
    return Phrase(question, (label,), " ".join(word for word in words if word))
