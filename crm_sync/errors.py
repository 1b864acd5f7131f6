"""Failures of the CRM; each knows whether trying again may help. Their texts hold nothing personal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from calls.errors import BadInput, ZvonarError


class CrmError(ZvonarError):
    """The CRM did not do what it was asked."""

    may_retry: ClassVar[bool] = False


class CrmUnavailable(CrmError):
    """The CRM cannot be reached now, or its file is in use."""

    may_retry = True


class CrmRefused(CrmError):
    """The CRM will not take this, now or later."""


class NotSupported(CrmRefused):
    """This connector cannot do that; ask its capabilities first."""


class StaleAppointment(CrmRefused):
    """The appointment was moved or cancelled since it was read."""


class SlotTaken(CrmRefused):
    """Somebody else has booked this time."""


@contextmanager
def until_mended() -> Iterator[None]:
    """In the middle of a campaign a file that has gone bad is a CRM that does not answer: people mend it."""
    try:
        yield
    except BadInput as error:
        raise CrmUnavailable(str(error), hint=error.hint) from error
