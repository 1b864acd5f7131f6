"""What a patient may mean, and in answer to which question."""

from dataclasses import dataclass
from enum import StrEnum

from scenarios.understanding.when import When


class Meaning(StrEnum):
    """The closed list of classes; `yes`, `no` and `answer` belong to questions that are not about coming."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    CALLBACK = "callback"
    OPERATOR = "operator"
    REPEAT = "repeat"
    WRONG_NUMBER = "wrong_number"
    DO_NOT_CALL = "do_not_call"
    DECEASED = "deceased"
    THIRD_PARTY = "third_party"
    LATE = "late"
    QUESTION = "question"
    HOLD = "hold"
    MACHINE = "machine"
    YES = "yes"
    NO = "no"
    ANSWER = "answer"
    UNCLEAR = "unclear"


class Topic(StrEnum):
    """What a patient's own question is about."""

    PRICE = "price"
    ADDRESS = "address"
    DOCTOR = "doctor"
    PREPARATION = "preparation"
    TIME = "time"
    DOCUMENTS = "documents"
    WHO_ARE_YOU = "who_are_you"


class Question(StrEnum):
    """What the robot has just asked: it decides what a bare «да» means."""

    CONFIRM_VISIT = "confirm_visit"  # will you come?
    CONFIRM_CANCEL = "confirm_cancel"  # the read-back: shall we cancel?
    YES_NO = "yes_no"
    CHOOSE_SLOT = "choose_slot"
    ASK_DATE = "ask_date"
    ASK_NUMBER = "ask_number"
    SATISFACTION = "satisfaction"  # 0 to 10
    OPEN = "open"  # anything: a bare yes or no says nothing


@dataclass(frozen=True, slots=True, repr=False)
class Understanding:
    """What was understood of one turn; `why` names the rules, in English, for a log of doubtful calls.

    `confidence` is between 0 and 1; `number` is the number or the ordinal of a choice. The patient's
    words never show in `repr`.
    """

    text: str
    meaning: Meaning
    also: tuple[Meaning, ...] = ()
    topic: Topic | None = None
    when: When | None = None
    number: int | None = None
    confidence: float = 1.0
    why: str = ""

    def __repr__(self) -> str:
        return f"<Understanding {self.meaning} confidence={self.confidence:.2f}>"
