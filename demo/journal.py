"""What happened in one call, dated at the patient's end, and the robot's answer delays."""

from dataclasses import dataclass, field
from enum import StrEnum


class Happening(StrEnum):
    """Everything that a journal may hold."""

    INVITED = "invited"
    RANG = "rang"
    ANNOUNCED = "announced"
    ANSWERED = "answered"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    ROBOT_BEGAN = "robot_began"
    ROBOT_ENDED = "robot_ended"
    ROBOT_ANSWERED = "robot_answered"
    ROBOT_PRESSED = "robot_pressed"
    SPOKE = "spoke"
    FELL_SILENT = "fell_silent"
    SOUNDED = "sounded"
    PRESSED = "pressed"
    HELD = "held"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    WENT_DEAD = "went_dead"
    HUNG_UP = "hung_up"
    ROBOT_HUNG_UP = "robot_hung_up"
    ROBOT_VANISHED = "robot_vanished"
    NEVER_ACKNOWLEDGED = "never_acknowledged"


ENDINGS = frozenset(
    {
        Happening.REJECTED,
        Happening.CANCELLED,
        Happening.HUNG_UP,
        Happening.ROBOT_HUNG_UP,
        Happening.ROBOT_VANISHED,
        Happening.NEVER_ACKNOWLEDGED,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One happening, `at_s` seconds after the INVITE arrived."""

    at_s: float
    what: Happening
    detail: str = field(default="", repr=False)


class Journal:
    """The entries in the order of their writing; `at_s` of a prompt's end lies a pause earlier."""

    def __init__(self, began_s: float) -> None:
        self.began_s = began_s
        self.entries: list[Entry] = []

    def write(self, what: Happening, at_s: float, detail: str = "") -> None:
        """Note what happened at this moment of the clock's monotonic time."""
        self.entries.append(Entry(round(at_s - self.began_s, 4), what, detail))

    def count(self, what: Happening) -> int:
        return sum(entry.what is what for entry in self.entries)

    def first(self, what: Happening) -> Entry | None:
        return next((entry for entry in self.entries if entry.what is what), None)

    @property
    def by_time(self) -> list[Entry]:
        """The entries as they happened."""
        return sorted(self.entries, key=lambda entry: entry.at_s)

    @property
    def ending(self) -> Happening | None:
        """How the call ended; none while it lasts, and for a line that went dead."""
        return next((entry.what for entry in reversed(self.entries) if entry.what in ENDINGS), None)

    @property
    def robot_keys(self) -> str:
        """The keys that the robot pressed."""
        return "".join(entry.detail for entry in self.entries if entry.what is Happening.ROBOT_PRESSED)

    @property
    def answer_delays_s(self) -> list[float]:
        """From the patient's last audible sample, or key, to the robot's first audible sample after it.

        A sample of ours is dated when its packet left, as from a telephone that had to capture it first; one
        of the robot's when its packet arrived plus its place in the packet. Interruptions of the robot count.
        """
        delays: list[float] = []
        silent_since_s: float | None = None
        for entry in self.entries:
            if entry.what in (Happening.FELL_SILENT, Happening.PRESSED):
                silent_since_s = entry.at_s
            elif entry.what in (Happening.SPOKE, Happening.SOUNDED):
                silent_since_s = None
            elif entry.what is Happening.ROBOT_ANSWERED and silent_since_s is not None:
                delays.append(round(entry.at_s - silent_since_s, 4))
                silent_since_s = None
        return delays
