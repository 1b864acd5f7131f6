"""What a conversation may ask of the clinic while the patient waits."""

from typing import Protocol

from calls.slot import Slot
from scenarios.exchange import BookSlot, FindSlots, SendMessage


class ClinicDesk(Protocol):
    """Free times, bookings and messages; it answers in good time or says that it cannot."""

    async def find_slots(self, wanted: FindSlots) -> tuple[Slot, ...]:
        """Free times, best first; empty when there are none or the CRM does not answer."""
        ...

    async def book(self, wanted: BookSlot) -> bool:
        """Whether the slot is now the patient's."""
        ...

    async def send(self, message: SendMessage) -> None:
        """Queue a message; delivery is somebody else's work."""
        ...
