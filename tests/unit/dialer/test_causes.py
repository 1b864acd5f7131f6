"""What SIP codes and Q.850 causes mean, and finding the causes in messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.outcome import Outcome
from dialer.causes import Q850_CAUSES, SIP_CODES, meaning_of, q850_cause_in


@pytest.mark.parametrize(
    ("sip_code", "cause", "outcome"),
    [
        (486, None, Outcome.BUSY),
        (600, None, Outcome.BUSY),
        (603, None, Outcome.DECLINED),
        (608, None, Outcome.DECLINED),
        (699, None, Outcome.DECLINED),
        (404, None, Outcome.INVALID_NUMBER),
        (484, None, Outcome.INVALID_NUMBER),
        (604, None, Outcome.INVALID_NUMBER),
        (480, None, Outcome.UNREACHABLE),
        (408, None, Outcome.NO_ANSWER),
        (487, None, Outcome.NO_ANSWER),
        (503, None, Outcome.FAILED),
        (500, None, Outcome.FAILED),
        (302, None, Outcome.FAILED),
        (499, None, Outcome.FAILED),
        (480, 19, Outcome.NO_ANSWER),
        (480, 20, Outcome.UNREACHABLE),
        (480, 17, Outcome.BUSY),
        (503, 17, Outcome.BUSY),
        (404, 28, Outcome.INVALID_NUMBER),
        (603, 1, Outcome.INVALID_NUMBER),
        (500, 38, Outcome.FAILED),
        (486, 16, Outcome.BUSY),
        (480, 31, Outcome.UNREACHABLE),
        (603, 127, Outcome.DECLINED),
    ],
)
def test_a_telling_cause_wins_over_the_code(sip_code: int, cause: int | None, outcome: Outcome) -> None:
    assert meaning_of(sip_code, cause).outcome is outcome


def test_every_row_gives_its_reason() -> None:
    rows = [*SIP_CODES.values(), *Q850_CAUSES.values()]
    assert all(row.reason for row in rows)


@given(st.integers(300, 699), st.none() | st.integers(0, 127))
def test_no_rejection_counts_as_a_conversation(sip_code: int, cause: int | None) -> None:
    assert not meaning_of(sip_code, cause).outcome.reached


@pytest.mark.parametrize(
    ("header", "cause"),
    [
        ("Reason: Q.850;cause=17", 17),
        ('reason : q.850 ; cause = 19 ; text="no answer"', 19),
        ('Reason: SIP;cause=480;text="away, Q.850;cause=1", Q.850;cause=20', 20),
        ('Reason: Q.850;text="x;cause=5";cause=21', 21),
        ("Reason: SIP;cause=486\r\nReason: Q.850;cause=17", 17),
        ("Reason: SIP;cause=486", None),
        ("Reason: Q.850", None),
        ("Reason: Q.850;cause=1700", None),
        ("X-Reason: Q.850;cause=17", None),
        ('Warning: 399 host "Reason: Q.850;cause=17"', None),
    ],
)
def test_the_cause_is_found_in_the_reason_headers(header: str, cause: int | None) -> None:
    message = f"SIP/2.0 480 Away\r\nVia: x\r\n{header}\r\nContent-Length: 0\r\n\r\nReason: Q.850;cause=99"
    assert q850_cause_in(message) == cause


@given(st.text())
def test_no_message_breaks_the_search(message: str) -> None:
    assert q850_cause_in("Reason: Q.850;" + message) is None or message
