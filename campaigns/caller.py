"""What a campaign needs of the telephone: one call made and told about."""

from typing import Protocol

from calls.reminder import AttemptResult, Reminder


class Caller(Protocol):
    """Makes one call from the INVITE to its end."""

    async def call(self, reminder: Reminder, attempt: str) -> AttemptResult:
        """Phone the patient once; what happens on the line is in the result, never raised."""
        ...
