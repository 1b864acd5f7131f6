"""The demonstration's patients: who answers which number, what they do, and what must come of it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources

from calls.outcome import Outcome
from demo.person import (
    Act,
    Announce,
    Answer,
    Beep,
    CutIn,
    GoDead,
    HangUp,
    HearOut,
    KeyPath,
    NeverAnswer,
    Person,
    Press,
    Reject,
    Ring,
    Say,
    Script,
    Wait,
)
from demo.phone_number import digits_of

# What is said stands as it is spoken: a comma is a pause of the voice, and nobody pauses in «да приду».
TOMORROW = "{завтра}"
MAN, WOMAN = "man", "woman"
LANDLINE = "+74950000006"

BUSY = Reject(486, "Q.850;cause=17")
DECLINED = Reject(603, "Q.850;cause=21")
SWITCHED_OFF = Reject(480, "Q.850;cause=20")
GREETING = "Здравствуйте. Сейчас я не могу ответить. Оставьте сообщение после сигнала."
ANNOUNCEMENT = "Аппарат абонента выключен или находится вне зоны действия сети."


@dataclass(frozen=True, slots=True)
class Role:
    """One patient's part. `plays` says in Russian what is played; `attempts` is how often the phone rings."""

    phone: str = field(repr=False)
    plays: str
    person: Person | None
    outcome: Outcome
    attempts: int = 1


def converse(*replies: Act, ring_s: float = 0.6, greets: bool = False) -> Script:
    """Pick up, and after each of the robot's prompts act the next reply."""
    opening: list[Act] = [Ring(ring_s), Answer()]
    if greets:
        opening += [Wait(0.2), Say("алло")]
    for reply in replies:
        opening += [HearOut(), reply]
    return tuple(opening)


def talker(voice: str, *replies: str | Act, greets: bool = False) -> Person:
    """Somebody who says the replies in turn, and the last one again whenever the robot asks again."""
    acts = [Say(reply) if isinstance(reply, str) else reply for reply in replies]
    return Person((converse(*acts, greets=greets),), voice, insists=True)


def _mobile(number: int) -> str:
    return f"+790000000{number:02}"


def _confirming() -> tuple[Role, ...]:
    yes = Outcome.CONFIRMED
    engaged = (Ring(0.3), BUSY)
    busy = Person((engaged, engaged, converse(Say("да обязательно приду"))), WOMAN, insists=True)
    cuts_in = (Ring(0.6), Answer(), CutIn(1.5), Say("да да я приду"), HearOut(), Say("да приду"))
    no_no = "нет, не отменяйте, я приду"
    return (
        Role(_mobile(1), "«да, приду» о двух визитах", talker(WOMAN, "да приду", greets=True), yes),
        Role(_mobile(2), "«да, конечно» о двух визитах", talker(MAN, "да конечно", "да все верно"), yes),
        Role(_mobile(3), f"«{no_no}»", talker(WOMAN, no_no, "я приду"), yes),
        Role(_mobile(4), "просит повторить, потом «да»", talker(MAN, "повторите пожалуйста", "да"), yes),
        Role(_mobile(5), "клавиша 1 (RFC 4733)", talker(WOMAN, Press("1")), yes),
        Role(LANDLINE, "клавиша 1 (SIP INFO)", talker(MAN, Press("1", KeyPath.INFO)), yes),
        Role(_mobile(7), "молчит, потом «подтверждаю»", talker(WOMAN, Wait(0.0), "да подтверждаю"), yes),
        Role(_mobile(8), "перебивает: «да, да, я приду»", Person((cuts_in,), MAN, insists=True), yes),
        Role(_mobile(9), "дважды занято, потом «обязательно»", busy, yes, attempts=3),
    )


def _other_wishes() -> tuple[Role, ...]:
    no = talker(MAN, "нет я не приду", "да, отмените запись")
    later = talker(WOMAN, "перенесите на другой день", greets=True)
    odd = talker(MAN, "кошка спит на подоконнике", "вчера был сильный дождь", "в магазине кончилась гречка")
    operator = talker(WOMAN, "соедините с оператором")
    wrong = talker(MAN, "вы ошиблись номером")
    never = talker(WOMAN, "больше не звоните")
    return (
        Role(_mobile(10), "«нет», потом «да, отмените»", no, Outcome.CANCELLED),
        Role(_mobile(11), "просит перенести", later, Outcome.WANTS_RESCHEDULE),
        Role(_mobile(12), "трижды говорит невпопад", odd, Outcome.NOT_UNDERSTOOD),
        Role(_mobile(13), "просит оператора", operator, Outcome.WANTS_OPERATOR),
        Role(_mobile(14), "«вы ошиблись номером»", wrong, Outcome.WRONG_NUMBER),
        Role(_mobile(15), "«больше не звоните»", never, Outcome.DO_NOT_CALL),
    )


def _unreached() -> tuple[Role, ...]:
    machine = Person(((Ring(1.0), Answer(), Wait(0.3), Say(GREETING), Beep()),), MAN)
    announced = Person(((Announce(ANNOUNCEMENT), SWITCHED_OFF),), WOMAN)
    hangs_up = Person(((Ring(0.6), Answer(), CutIn(1.2), HangUp()),))
    dies = Person(((Ring(0.6), Answer(), CutIn(1.0), GoDead()),))
    return (
        Role(_mobile(16), "не отвечает", Person(((NeverAnswer(),),)), Outcome.NO_ANSWER, attempts=2),
        Role(_mobile(17), "отклоняет звонок", Person(((Ring(0.8), DECLINED),)), Outcome.DECLINED),
        Role(_mobile(18), "автоответчик с сигналом", machine, Outcome.VOICEMAIL),
        Role(_mobile(19), "сеть: «аппарат выключен»", announced, Outcome.UNREACHABLE, attempts=2),
        Role(_mobile(20), "бросает трубку", hangs_up, Outcome.HUNG_UP, attempts=2),
        Role(_mobile(21), "связь пропадает", dies, Outcome.LINE_LOST, attempts=2),
        Role("уточнить", "вместо номера слово", None, Outcome.INVALID_NUMBER, attempts=0),
    )


CAST: tuple[Role, ...] = (*_confirming(), *_other_wishes(), *_unreached())


def people() -> dict[str, Person]:
    """The town's inhabitants by phone number."""
    return {role.phone: role.person for role in CAST if role.person}


def appointments_csv(tomorrow: date) -> str:
    """The clinic's file of appointments, on the day that the campaign is about."""
    template = resources.files("demo").joinpath("data/appointments.csv").read_text(encoding="utf-8")
    return template.replace(TOMORROW, tomorrow.strftime("%d.%m.%Y"))


def configuration_yaml(sip_host: str, sip_port: int) -> str:
    """The demonstration's configuration, its trunk being the patients' address."""
    template = resources.files("demo").joinpath("data/zvonar.yaml").read_text(encoding="utf-8")
    return template.replace("{sip_host}", sip_host).replace("{sip_port}", str(sip_port))


def roles_by_appointment() -> Mapping[str, Role]:
    """What is played for each visit, by its reference in the CSV file."""
    roles = {_key(role.phone): role for role in CAST}
    rows = csv.DictReader(io.StringIO(appointments_csv(date.min)), delimiter=";")
    return {row["Номер записи"]: roles[_key(row["Телефон"])] for row in rows}


def _key(phone: str) -> str:
    """The number whichever way it is written: 8 and +7 begin the same one."""
    digits = digits_of(phone)
    return "7" + digits[1:] if digits.isdigit() and digits.startswith("8") and len(digits) == 11 else digits
