"""`call_back: {…}` — agree on a time to phone again, read it back and end the call."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from pydantic import Field

from scenarios.answering import Turn, read
from scenarios.asking import aside, brief, give_up, listen_for, missed
from scenarios.exchange import DialogueEvent
from scenarios.schema import Answer, Body, Exit, Label, Next, Resume, StepBase
from scenarios.talk import Talk
from scenarios.text import Text
from scenarios.understanding import Question, When

EARLIEST = time(9)  # when only a day was named
SOONEST = timedelta(minutes=30)


class CallBack(Body):
    """Когда перезвонить."""

    ask: Text = Field(description="Вопрос: когда удобно")
    again: list[Text] = Field(default_factory=list, max_length=5, description="Как переспросить")
    agreed: Label = Field(description="Куда идти, когда назван час; вставки {callback.date}, {callback.time}")
    day_only: Label | None = Field(default=None, description="Куда идти, когда назван день без часа")
    too_late: Label | None = Field(
        default=None, description="Куда идти, если названное время позже начала визита"
    )
    unknown: Label = Field(description="Куда идти, если время так и не названо")


class Step(StepBase):
    """Договориться, когда перезвонить."""

    falls_through = False
    waits = True

    call_back: CallBack

    def enter(self, talk: Talk) -> Next:
        talk.forget()
        said = talk.understanding.when if talk.understanding else None
        if said and (target := self._agree(talk, said)):
            return target
        if talk.keys_only:
            talk.branch = "unknown"
            return self.call_back.unknown
        talk.say(self.call_back.ask)
        return self._listen(talk)

    def resume(self, talk: Talk, how: Resume) -> Next:
        talk.say_words(brief(talk, self.call_back.ask, how))
        return self._listen(talk)

    def hear(self, talk: Talk, event: DialogueEvent) -> Next:
        reply = read(talk, event, Question.ASK_DATE, self._answers())
        said = reply.understanding.when if reply.understanding else None
        if said and (agreed := self._agree(talk, said)):
            return agreed
        match reply.turn:
            case Turn.ASIDE if reply.name not in ("callback", "third_party"):
                return aside(talk, reply)
            case Turn.NOTHING:
                return None
            case Turn.DEAF:
                talk.keys_only = True
                return give_up(talk, "unknown", self.call_back.unknown)
            case turn:
                miss = Turn.SILENT if turn is Turn.SILENT else Turn.UNCLEAR
                targets = {"unclear": self.call_back.unknown, "silence": self.call_back.unknown}
                text, target = missed(talk, miss, self.call_back.again, targets)
                if target is not None:
                    talk.branch = "unknown"
                    return target
                talk.say(text or self.call_back.ask)
                return self._listen(talk)

    def _answers(self) -> dict[str, Answer]:
        return {"date": Answer(go=self.call_back.agreed)}

    def _listen(self, talk: Talk) -> Next:
        listen_for(talk, Question.ASK_DATE, self._answers(), 7.0)
        return None

    def _agree(self, talk: Talk, said: When) -> str | None:
        named = moment_of(said, talk)
        if named is None:
            return None
        talk.callback, exact = named
        if self.call_back.too_late and talk.callback >= talk.facts.reminder.starts_at:
            talk.results["callback_wish"] = said.phrase
            talk.branch = "too_late"
            return self.call_back.too_late
        talk.results["callback_at"] = talk.callback.astimezone(UTC).isoformat()
        talk.results["callback_wish"] = said.phrase
        talk.branch = "agreed" if exact or not self.call_back.day_only else "day_only"
        return self.call_back.agreed if talk.branch == "agreed" else self.call_back.day_only

    def exits(self) -> Iterator[Exit]:
        yield Exit("agreed", "время названо", self.call_back.agreed)
        if self.call_back.day_only:
            yield Exit("day_only", "назван только день", self.call_back.day_only)
        if self.call_back.too_late:
            yield Exit("too_late", "позже визита", self.call_back.too_late)
        yield Exit("unknown", "время не названо", self.call_back.unknown)

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "call_back.ask", self.call_back.ask
        yield from ((f"call_back.again.{index}", text) for index, text in enumerate(self.call_back.again))


def moment_of(said: When, talk: Talk) -> tuple[datetime, bool] | None:
    """The first moment the patient named, and whether an hour was named; None when it is past or open."""
    now = talk.now.astimezone(talk.facts.zone)
    for window in said.windows:
        day = window.date_from or window.date_to or now.date()
        at = window.time_from or window.time_to or EARLIEST
        moment = datetime.combine(day, at, talk.facts.zone)
        if not window.has_date and moment <= now:
            moment += timedelta(days=1)
        if not window.has_time and day == now.date():
            moment = max(moment, now + SOONEST)
        if moment > now:
            return moment, window.has_time
    return None
