"""A tour of the other ready-made scenarios: one patient each, with slots, ratings and a machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calls.outcome import Outcome
from demo.cast import GREETING, MAN, TOMORROW, WOMAN, Role, talker
from demo.person import Answer, Beep, Person, Press, Ring, Say, Wait

HEADERS = "Номер записи;Дата;Время;Телефон;Пациент;Пол;Врач;Специальность;Филиал;Услуга;Подготовка"
SLOT_HEADERS = "Номер записи;Дата;Время;Врач;Филиал;Занято"
OFFICE = "Орлова Мария Павловна;терапевт;На Садовой"
FREE = ((2, "10:00"), (2, "15:30"), (3, "09:00"), (4, "12:00"), (5, "17:00"))


@dataclass(frozen=True, slots=True)
class Stop:
    """One call of the tour: with which scenario, about which visit, and what its patient plays."""

    scenario: str
    reference: str
    patient: str
    sex: str
    time: str
    role: Role
    preparation: str = ""

    @property
    def row(self) -> str:
        cells = (self.reference, TOMORROW, self.time, self.role.phone, self.patient, self.sex, OFFICE)
        return ";".join((*cells, "приём терапевта", self.preparation))


def _phone(number: int) -> str:
    return f"+79000000{number:03}"


def _stops() -> Sequence[Stop]:
    machine = Person(((Ring(0.5), Answer(), Wait(0.3), Say(GREETING), Beep()),), MAN)
    moves = talker(WOMAN, "перенесите на другой день", "два", "да верно")
    checks_up = talker(MAN, "да", Press("1"), "да верно")
    comes = talker(MAN, "да приду", "да")
    moved = talker(WOMAN, "да", Press("3"), "да верно")
    return (
        Stop(
            *("confirm-reschedule", "Т-1", "Алексеева Ольга Игоревна", "ж", "18:00"),
            Role(_phone(101), "переносит: второй вариант, «да»", moves, Outcome.RESCHEDULED),
        ),
        Stop(
            *("confirm-preparation", "Т-2", "Борисов Пётр Иванович", "м", "18:15"),
            Role(_phone(102), "«да, приду», подготовка понятна", comes, Outcome.CONFIRMED),
            "Прийти натощак, взять полис.",
        ),
        Stop(
            *("after-visit", "Т-3", "Волкова Нина Петровна", "ж", "18:30"),
            Role(_phone(103), "оценка голосом: «десять»", talker(WOMAN, "десять"), Outcome.ANSWERED),
        ),
        Stop(
            *("recall-checkup", "Т-4", "Гусев Олег Павлович", "м", "18:45"),
            Role(_phone(104), "на осмотр: «да», клавиша 1, «да»", checks_up, Outcome.RESCHEDULED),
        ),
        Stop(
            *("visit-moved", "Т-5", "Дроздова Вера Ильинична", "ж", "19:00"),
            Role(_phone(105), "врач болен: другое время, клавиша 3", moved, Outcome.RESCHEDULED),
        ),
        Stop(
            *("waiting-list", "Т-6", "Ершов Глеб Антонович", "м", "19:15"),
            Role(_phone(106), "раньше не нужно: «нет»", talker(MAN, "нет"), Outcome.ANSWERED),
        ),
        Stop(
            *("confirm-visit", "Т-7", "Жукова Инна Львовна", "ж", "19:30"),
            Role(_phone(107), "автоответчик: сообщение после сигнала", machine, Outcome.VOICEMAIL),
        ),
    )


STOPS = tuple(_stops())


def people() -> dict[str, Person]:
    """The patients of the tour by phone number."""
    return {stop.role.phone: stop.role.person for stop in STOPS if stop.role.person}


def appointments_csv(tomorrow: date) -> str:
    """The visits, all of tomorrow."""
    rows = "\n".join((HEADERS, *(stop.row for stop in STOPS)))
    return rows.replace(TOMORROW, tomorrow.strftime("%d.%m.%Y")) + "\n"


def slots_csv(tomorrow: date) -> str:
    """Free times of the days after tomorrow."""
    rows = [SLOT_HEADERS]
    for number, (days, time) in enumerate(FREE, 1):
        day = (tomorrow + timedelta(days=days)).strftime("%d.%m.%Y")
        rows.append(f"С-{number};{day};{time};Орлова Мария Павловна;На Садовой;")
    return "\n".join(rows) + "\n"
