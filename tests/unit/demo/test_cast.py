"""The demonstration's cast and its file of appointments fit together."""

import csv
import io
from collections import Counter
from datetime import date, datetime

import pytest

from calls.outcome import Outcome
from demo.cast import (
    CAST,
    appointments_csv,
    configuration_yaml,
    converse,
    people,
    roles_by_appointment,
)
from demo.person import Answer, HearOut, Press, Ring, Say, lines_of
from demo.phone_number import digits_of

DAY = date(2027, 3, 3)


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(appointments_csv(DAY)), delimiter=";"))


def test_24_visits_of_one_day_in_two_branches_with_several_doctors() -> None:
    found = rows()
    assert len(found) == 24
    assert {datetime.strptime(row["Дата"], "%d.%m.%Y").date() for row in found} == {DAY}
    assert len({row["Номер записи"] for row in found}) == 24
    assert len({row["Филиал"] for row in found}) == 2
    assert len({row["Врач"] for row in found}) >= 4


def test_nobody_is_in_two_places_at_once() -> None:
    booked = Counter((row["Врач"], row["Время"]) for row in rows())
    assert booked.most_common(1)[0][1] == 1


def test_two_patients_have_two_visits_each() -> None:
    visits = Counter(row["Пациент"] for row in rows())
    assert sorted(visits.values(), reverse=True)[:3] == [2, 2, 1]


def test_every_visit_has_a_part_and_every_part_a_visit() -> None:
    roles = roles_by_appointment()
    assert set(roles) == {row["Номер записи"] for row in rows()}
    assert {role.plays for role in roles.values()} == {role.plays for role in CAST}


def test_made_up_numbers_and_one_that_is_none() -> None:
    numbers = [role.phone for role in CAST]
    assert len(set(numbers)) == len(numbers)
    mobiles = [number for number in numbers if number.startswith("+7900000")]
    landlines = [number for number in numbers if number.startswith("+7495")]
    assert (len(mobiles), len(landlines), len(numbers)) == (20, 1, 22)
    assert [role.attempts for role in CAST if role.person is None] == [0]


def test_all_outcomes_of_a_campaign_are_played() -> None:
    outcomes = Counter(role.outcome for role in CAST)
    assert outcomes[Outcome.CONFIRMED] >= 5
    assert set(outcomes) == {
        Outcome.CONFIRMED,
        Outcome.CANCELLED,
        Outcome.WANTS_RESCHEDULE,
        Outcome.NOT_UNDERSTOOD,
        Outcome.WANTS_OPERATOR,
        Outcome.WRONG_NUMBER,
        Outcome.DO_NOT_CALL,
        Outcome.NO_ANSWER,
        Outcome.DECLINED,
        Outcome.VOICEMAIL,
        Outcome.UNREACHABLE,
        Outcome.HUNG_UP,
        Outcome.LINE_LOST,
        Outcome.INVALID_NUMBER,
    }


def test_whoever_speaks_has_a_voice() -> None:
    assert all(voice for voice, _ in lines_of(people().values()))
    assert {digits_of(number) for number in people()} == {
        digits_of(role.phone) for role in CAST if role.person
    }


def test_a_conversation_hears_each_prompt_out() -> None:
    assert converse(Say("да"), Press("1"), ring_s=2, greets=False) == (
        *(Ring(2), Answer()),
        *(HearOut(), Say("да")),
        *(HearOut(), Press("1")),
    )
    assert Say("алло") in converse(Say("да"), greets=True)


def test_the_configuration_dials_the_town() -> None:
    text = configuration_yaml("127.0.0.1", 5090)
    assert "host: 127.0.0.1" in text
    assert "port: 5090" in text
    assert "{" not in "".join(line for line in text.splitlines() if "after" not in line and "#" not in line)


@pytest.mark.parametrize(
    ("number", "digits"),
    [("+7 (900) 000-00-01", "79000000001"), ("busy", "busy"), ("room12", "room12"), ("", "")],
)
def test_spellings_of_a_number(number: str, digits: str) -> None:
    assert digits_of(number) == digits
