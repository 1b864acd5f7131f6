"""A yes that names another day than the visit's is no confirmation."""

import pytest

from calls.outcome import Outcome
from scenarios.loader import load
from scenarios.trial import Trial

# The example visit is on Tuesday, the second of March, at nine; the call is made the day before.


@pytest.mark.parametrize(
    "said",
    ["да, приду завтра", "приду завтра в девять", "приду, завтра утром буду", "да, приду второго марта"],
)
def test_the_visits_own_time_confirms(said: str) -> None:
    trial = Trial(load("confirm-visit"))
    trial.begin()
    trial.reply(said)
    assert trial.outcome is Outcome.CONFIRMED


@pytest.mark.parametrize("said", ["приду в следующую пятницу", "приду послезавтра", "приду завтра вечером"])
def test_another_time_is_asked_about_again(said: str) -> None:
    trial = Trial(load("confirm-visit"))
    trial.begin()
    lines = trial.reply(said)
    assert trial.outcome is not Outcome.CONFIRMED
    assert lines
