"""How an attempt or a reminder may end: a closed list, and what each means for the clinic."""

from enum import StrEnum


class Group(StrEnum):
    """The few columns of a report into which every outcome falls."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    TO_RESCHEDULE = "to_reschedule"
    ANSWERED = "answered"
    NEEDS_PERSON = "needs_person"
    NOT_REACHED = "not_reached"
    NOT_CALLED = "not_called"


class Outcome(StrEnum):
    """What one call, or a whole reminder, came to."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"
    WANTS_RESCHEDULE = "wants_reschedule"
    ANSWERED = "answered"
    CALLBACK_AT = "callback_at"
    WANTS_OPERATOR = "wants_operator"
    TRANSFERRED = "transferred"
    WRONG_NUMBER = "wrong_number"
    DO_NOT_CALL = "do_not_call"
    DECEASED = "deceased"
    NOT_UNDERSTOOD = "not_understood"
    SILENT = "silent"
    HUNG_UP = "hung_up"
    LINE_LOST = "line_lost"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    INVALID_NUMBER = "invalid_number"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    SUPERSEDED = "superseded"
    OPTED_OUT = "opted_out"
    EXPIRED = "expired"

    @property
    def group(self) -> Group:
        return _GROUPS[self]

    @property
    def reached(self) -> bool:
        """A person answered and spoke with the robot."""
        return self in _REACHED


_GROUPS = {
    Outcome.CONFIRMED: Group.CONFIRMED,
    Outcome.CANCELLED: Group.CANCELLED,
    Outcome.RESCHEDULED: Group.CONFIRMED,
    Outcome.WANTS_RESCHEDULE: Group.TO_RESCHEDULE,
    Outcome.ANSWERED: Group.ANSWERED,
    Outcome.CALLBACK_AT: Group.NEEDS_PERSON,
    Outcome.WANTS_OPERATOR: Group.NEEDS_PERSON,
    Outcome.TRANSFERRED: Group.NEEDS_PERSON,
    Outcome.WRONG_NUMBER: Group.NEEDS_PERSON,
    Outcome.DO_NOT_CALL: Group.NEEDS_PERSON,
    Outcome.DECEASED: Group.NEEDS_PERSON,
    Outcome.NOT_UNDERSTOOD: Group.NEEDS_PERSON,
    Outcome.SILENT: Group.NOT_REACHED,
    Outcome.HUNG_UP: Group.NOT_REACHED,
    Outcome.LINE_LOST: Group.NOT_REACHED,
    Outcome.VOICEMAIL: Group.NOT_REACHED,
    Outcome.BUSY: Group.NOT_REACHED,
    Outcome.DECLINED: Group.NOT_REACHED,
    Outcome.NO_ANSWER: Group.NOT_REACHED,
    Outcome.UNREACHABLE: Group.NOT_REACHED,
    Outcome.INVALID_NUMBER: Group.NEEDS_PERSON,
    Outcome.FAILED: Group.NOT_REACHED,
    Outcome.INTERRUPTED: Group.NOT_REACHED,
    Outcome.SUPERSEDED: Group.NOT_CALLED,
    Outcome.OPTED_OUT: Group.NOT_CALLED,
    Outcome.EXPIRED: Group.NOT_REACHED,
}

_REACHED = frozenset(
    {
        Outcome.CONFIRMED,
        Outcome.CANCELLED,
        Outcome.RESCHEDULED,
        Outcome.WANTS_RESCHEDULE,
        Outcome.ANSWERED,
        Outcome.CALLBACK_AT,
        Outcome.WANTS_OPERATOR,
        Outcome.TRANSFERRED,
        Outcome.WRONG_NUMBER,
        Outcome.DO_NOT_CALL,
        Outcome.DECEASED,
        Outcome.NOT_UNDERSTOOD,
    }
)
