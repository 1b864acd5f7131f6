"""Failures of a call; each knows what it means for the patient."""

from typing import ClassVar

from calls.errors import ZvonarError
from calls.outcome import Outcome


class CallFailure(ZvonarError):
    """A call could not be made or carried on."""

    may_have_rung: ClassVar[bool] = True
    may_retry: ClassVar[bool] = True
    outcome: ClassVar[Outcome] = Outcome.FAILED


class NoFreeLine(CallFailure):
    """Every line is in use: no INVITE was sent."""

    may_have_rung = False


class InviteNotSent(CallFailure):
    """The SIP library could not send the INVITE."""

    may_have_rung = False


class BadNumber(CallFailure):
    """The number cannot be dialled: no INVITE was sent."""

    may_have_rung = False
    may_retry = False
    outcome = Outcome.INVALID_NUMBER


class LineDown(CallFailure):
    """The process that carries the line has died; a call under way may have rung."""


class NoRoute(CallFailure):
    """No trunk or SIP domain is configured to call through: no INVITE was sent."""

    may_have_rung = False
    may_retry = False


class RegistrationRefused(ZvonarError):
    """The trunk refused our registration."""


class PortInUse(ZvonarError):
    """The SIP port that the configuration names is in use."""


class TrunkUnreachable(ZvonarError):
    """The trunk did not answer, or no SIP transport towards it could be opened."""
