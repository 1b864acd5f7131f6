"""What a campaign needs of the telephone: one call made and told about."""

from typing import Protocol

from calls.reminder import AttemptResult, Reminder


class Caller(Protocol):
    """Makes one call from the INVITE to its end."""

    async def prepare(self, reminder: Reminder) -> None:
        """Whatever takes time before the INVITE: a crash meanwhile costs the patient no attempt."""
        ...

    async def call(self, reminder: Reminder, attempt: str) -> AttemptResult:
        """Phone the patient once; what happens on the line is in the result, never raised."""
        ...
