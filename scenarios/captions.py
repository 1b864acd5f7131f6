"""What steps, answers and outcomes are called in a diagram and in a report, in Russian."""

from collections.abc import Mapping

from calls.outcome import Outcome
from scenarios.facts import CALL_SLOTS, FIXED_SLOTS
from scenarios.schema import number_range
from scenarios.text import SLOT

ANSWERS: Mapping[str, str] = {
    "confirm": "придёт",
    "cancel": "не придёт",
    "reschedule": "другое время",
    "late": "опоздает",
    "yes": "да",
    "no": "нет",
    "date": "назвал день",
    "number": "назвал число",
    "anything": "сказал своими словами",
    "callback": "перезвоните",
    "operator": "позовите человека",
    "repeat": "повторите",
    "hold": "подождите",
    "third_party": "ответил не пациент",
    "wrong_number": "ошиблись номером",
    "do_not_call": "больше не звоните",
    "deceased": "пациент умер",
    "machine": "автоответчик",
    "question": "другой вопрос",
    "question.price": "сколько стоит?",
    "question.address": "какой адрес?",
    "question.doctor": "к какому врачу?",
    "question.preparation": "как готовиться?",
    "question.time": "во сколько?",
    "question.documents": "какие документы?",
    "question.who_are_you": "кто это?",
    "unclear": "так и не поняли",
    "silence": "так и не ответил",
    "hearing_lost": "распознавание отказало",
}
CLINIC: Mapping[str, str] = {
    "clinic.name": "клиника",
    "clinic.phone": "телефон клиники",
    "clinic.address": "адрес клиники",
    "clinic.price": "цены",
    "clinic.documents": "документы",
}
# In the read-back a cancel is a yes.
READ_BACK: Mapping[str, str] = {"cancel": "да, отменить", "confirm": "нет, оставить"}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CONFIRMED: "визит подтверждён",
    Outcome.CANCELLED: "визит отменён",
    Outcome.RESCHEDULED: "записан на другое время",
    Outcome.WANTS_RESCHEDULE: "просит другое время",
    Outcome.ANSWERED: "ответ получен",
    Outcome.CALLBACK_AT: "перезвонить",
    Outcome.WANTS_OPERATOR: "просит человека",
    Outcome.TRANSFERRED: "говорит с человеком",
    Outcome.WRONG_NUMBER: "чужой номер",
    Outcome.DO_NOT_CALL: "больше не звонить",
    Outcome.DECEASED: "пациент умер",
    Outcome.NOT_UNDERSTOOD: "не поняли",
    Outcome.SILENT: "молчание",
    Outcome.VOICEMAIL: "автоответчик",
    Outcome.HUNG_UP: "положили трубку",
}
KINDS: Mapping[str, str] = {
    "say": "Сказать",
    "ask": "Спросить",
    "when": "Смотря по сведениям",
    "set": "Отметить",
    "send": "Послать сообщение",
    "visit": "Итог визита",
    "transfer": "Соединить с человеком",
    "offer_slots": "Предложить время",
    "call_back": "Договориться о звонке",
    "message": "Сообщение автоответчику",
    "back": "Ответить и вернуться",
    "repeat": "Повторить вопрос",
    "end": "Конец",
}
FACTS: Mapping[str, str] = {
    "visits: several": "визитов несколько",
    "visits: one": "визит один",
    "preparation известно": "нужна подготовка",
    "sex: female": "женщина",
    "sex: male": "мужчина",
    "age_group: child": "ребёнок",
    "age_group: adult": "взрослый",
    "age_group: elderly": "пожилой",
    "first_visit: yes": "первый визит",
    "first_visit: no": "не первый визит",
}


def with_slots_named(text: str) -> str:
    """A text with ‹день визита› in the place of {visit.date}."""
    return SLOT.sub(lambda match: f"‹{_slot(match['name'])}›", text)


def _slot(name: str) -> str:
    known = FIXED_SLOTS.get(name) or CALL_SLOTS.get(name)
    if known:
        return known[2].partition(":")[0].partition(";")[0]
    return CLINIC.get(name, name)


def answer(name: str, read_back: bool = False) -> str:
    """An answer's name for people: «придёт», «от 0 до 6»."""
    if read_back and name in READ_BACK:
        return READ_BACK[name]
    span = number_range(name)
    if span is not None and len(span) > 1:
        return f"от {span.start} до {span.stop - 1}"
    return ANSWERS.get(name, name)


def condition(caption: str) -> str:
    """A condition for people."""
    return FACTS.get(caption, caption)
