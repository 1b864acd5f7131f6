"""`offer_slots: {…}` — find free times, let the patient choose, read the choice back, book it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from calls.slot import Slot
from scenarios.answering import Reply, Turn, read
from scenarios.asking import aside, give_up, listen_for, missed
from scenarios.exchange import BookSlot, DialogueEvent, FindSlots, Pressed, SlotBooked, SlotsFound
from scenarios.schema import Answer, Body, Exit, Label, Next, Resume, StepBase
from scenarios.talk import Talk, offer_facts
from scenarios.text import Text
from scenarios.understanding import Meaning, Question, When

SEARCHES = 4
OFFERED_OF_MANY = 20  # free times asked for, so that some are left once the patient's wish is heard
SOONEST = timedelta(hours=2)


class OfferSlots(Body):
    """Предложить свободное время и записать."""

    searching: Text | None = Field(default=None, description="Что сказать, пока ищем")
    intro: Text | None = Field(default=None, description="Что сказать перед вариантами")
    wish_not_met: Text | None = Field(
        default=None, description="Что сказать, если на названное время мест нет"
    )
    option: Text = Field(description="Один вариант; вставки {offer.number}, {offer.date}, {offer.time}")
    ask: Text = Field(description="Вопрос: какой вариант подходит")
    again: list[Text] = Field(default_factory=list, max_length=5, description="Как переспросить")
    check: Text = Field(description="Переспрос: «Записываю вас {offer.date}, {offer.time}. Верно?»")
    check_again: Text | None = Field(default=None, description="Как повторить переспрос")
    taken: Text | None = Field(default=None, description="Что сказать, если время успели занять")
    days: int = Field(default=14, ge=1, le=90, description="На сколько дней вперёд искать")
    before_visit: bool = Field(default=False, description="Искать только время раньше нынешней записи")
    limit: int = Field(default=3, ge=1, le=5, description="Сколько вариантов называть сразу")
    answers: dict[str, Answer] = Field(
        default_factory=dict, description="Другие ответы: cancel, confirm (оставить как есть) …"
    )
    booked: Label = Field(description="Куда идти, когда записали; вставки {offer.date}, {offer.time}")
    none: Label = Field(description="Куда идти, если ничего не нашлось или не подошло")


class Step(StepBase):
    """Предложить свободное время, переспросить, записать."""

    falls_through: ClassVar[bool] = False
    waits: ClassVar[bool] = True

    offer_slots: OfferSlots

    def enter(self, talk: Talk) -> Next:
        talk.forget()
        talk.say(self.offer_slots.searching)
        return self._search(talk)

    def resume(self, talk: Talk, how: Resume) -> Next:
        if talk.memory.stage == "checking":
            return self._check(talk, self.offer_slots.check)
        return self._offer(talk) if talk.memory.slots else self._search(talk)

    def hear(self, talk: Talk, event: DialogueEvent) -> Next:
        match talk.memory.stage, event:
            case "searching", SlotsFound(slots):
                return self._found(talk, slots)
            case "offering", _:
                return self._chosen(talk, event)
            case "checking", _:
                return self._checked(talk, event)
            case "booking", SlotBooked(booked):
                return self._booked(talk, booked)
            case _:
                return None

    def _search(self, talk: Talk) -> Next:
        memory = talk.memory
        memory.searches += 1
        if memory.searches > SEARCHES:
            return self._none(talk)
        memory.stage = "searching"
        earliest = talk.now + SOONEST
        latest = earliest + timedelta(days=self.offer_slots.days)
        if self.offer_slots.before_visit:
            latest = min(latest, talk.facts.visits[talk.visit].starts_at)
        if latest <= earliest:
            return self._none(talk)
        talk.command(FindSlots(earliest, latest, OFFERED_OF_MANY))
        return None

    def _found(self, talk: Talk, slots: tuple[Slot, ...]) -> Next:
        """Those that suit the wish; when none does, the next best are offered with an apology."""
        memory = talk.memory
        free = [slot for slot in slots if slot.reference not in memory.refused]
        suitable = [slot for slot in free if talk.wish is None or _suits(talk, talk.wish, slot)]
        if not free:
            return self._none(talk)
        if not suitable:
            talk.say(self.offer_slots.wish_not_met)
            talk.wish = None
        memory.slots = tuple((suitable or free)[: self.offer_slots.limit])
        return self._offer(talk)

    def _offer(self, talk: Talk) -> Next:
        memory = talk.memory
        memory.stage = "offering"
        talk.say(self.offer_slots.intro)
        for number, slot in enumerate(memory.slots, 1):
            talk.say(self.offer_slots.option, offer_facts(slot) | {"offer.number": number})
        talk.say(self.offer_slots.ask)
        return self._listen(talk, Question.CHOOSE_SLOT)

    def _chosen(self, talk: Talk, event: DialogueEvent) -> Next:
        reply = self._read(talk, event, Question.CHOOSE_SLOT)
        slots, understood = talk.memory.slots, reply.understanding
        if isinstance(event, Pressed) and event.digit in "12345"[: len(slots)]:
            return self._choose(talk, slots[int(event.digit) - 1])
        if understood and understood.meaning is Meaning.ANSWER:
            if understood.number is not None and 1 <= understood.number <= len(slots):
                return self._choose(talk, slots[understood.number - 1])
            if understood.when:
                return self._wished(talk, understood.when)
        if understood and understood.meaning in (Meaning.NO, Meaning.RESCHEDULE):
            if understood.when:
                return self._wished(talk, understood.when)
            return self._refuse(talk)
        if understood and understood.meaning is Meaning.YES and len(slots) == 1:
            return self._choose(talk, slots[0])
        return self._otherwise(talk, reply, self.offer_slots.again)

    def _wished(self, talk: Talk, when: When) -> Next:
        """A day or an hour instead of a number: one offer, several of them, or a new search."""
        suitable = [slot for slot in talk.memory.slots if _suits(talk, when, slot)]
        if len(suitable) == 1:
            return self._choose(talk, suitable[0])
        talk.wish = when
        talk.results["wish"] = when.phrase
        if suitable:
            talk.memory.slots = tuple(suitable)
            return self._offer(talk)
        return self._search(talk)

    def _refuse(self, talk: Talk) -> Next:
        talk.memory.refused.extend(slot.reference for slot in talk.memory.slots)
        talk.wish = None
        return self._search(talk)

    def _choose(self, talk: Talk, slot: Slot) -> Next:
        talk.memory.chosen = slot
        talk.memory.stage = "checking"
        return self._check(talk, self.offer_slots.check)

    def _check(self, talk: Talk, text: Text) -> Next:
        assert talk.memory.chosen is not None
        talk.say(text, offer_facts(talk.memory.chosen))
        return self._listen(talk, Question.YES_NO)

    def _checked(self, talk: Talk, event: DialogueEvent) -> Next:
        """Only a clear yes books."""
        reply = self._read(talk, event, Question.YES_NO)
        understood, chosen = reply.understanding, talk.memory.chosen
        if (understood and understood.meaning is Meaning.YES) or event == Pressed("1"):
            assert chosen is not None
            talk.memory.stage = "booking"
            talk.command(BookSlot(talk.facts.visits[talk.visit].reference, chosen))
            return None
        if (understood and understood.meaning is Meaning.NO) or event == Pressed("2"):
            return (
                self._wished(talk, understood.when) if understood and understood.when else self._offer(talk)
            )
        return self._otherwise(talk, reply, [self.offer_slots.check_again or self.offer_slots.check])

    def _booked(self, talk: Talk, booked: bool) -> Next:
        chosen = talk.memory.chosen
        assert chosen is not None
        if not booked:
            talk.memory.refused.append(chosen.reference)
            talk.say(self.offer_slots.taken)
            return self._search(talk)
        talk.booked = chosen
        talk.results |= {"slot": chosen.reference, "slot_at": chosen.starts_at.isoformat()}
        talk.branch = "booked"
        return self.offer_slots.booked

    def _otherwise(self, talk: Talk, reply: Reply, again: list[Text]) -> Next:
        match reply.turn:
            case Turn.ANSWERED:
                assert reply.answer is not None
                return talk.take(reply.answer, reply.name)
            case Turn.ASIDE:
                return aside(talk, reply)
            case Turn.NOTHING:
                return None
            case Turn.DEAF:
                talk.keys_only = True
                talk.return_to = Resume(talk.label)
                return give_up(talk, "hearing_lost", None)
            case turn:
                checking = talk.memory.stage == "checking"
                text, target = missed(talk, turn, again, {})
                if target is not None:
                    return target
                chosen = talk.memory.chosen
                extra = offer_facts(chosen) if checking and chosen else {}
                talk.say(text or self.offer_slots.ask, extra)
                return self._listen(talk, Question.YES_NO if checking else Question.CHOOSE_SLOT)

    def _read(self, talk: Talk, event: DialogueEvent, question: Question) -> Reply:
        return read(talk, event, question, self.offer_slots.answers)

    def _listen(self, talk: Talk, question: Question) -> Next:
        keys = {str(number): Answer(go=self.offer_slots.booked, key=str(number)) for number in range(1, 6)}
        listen_for(talk, question, self.offer_slots.answers | keys, 7.0)
        return None

    def _none(self, talk: Talk) -> Next:
        talk.branch = "none"
        return self.offer_slots.none

    def exits(self) -> Iterator[Exit]:
        yield Exit("booked", "записали", self.offer_slots.booked)
        yield Exit("none", "ничего не подошло", self.offer_slots.none)
        for name, answer in self.offer_slots.answers.items():
            yield Exit(name, "", answer.go)

    def texts(self) -> Iterator[tuple[str, Text]]:
        offer = self.offer_slots
        named = {
            "searching": offer.searching,
            "intro": offer.intro,
            "wish_not_met": offer.wish_not_met,
            "option": offer.option,
            "ask": offer.ask,
            "check": offer.check,
            "check_again": offer.check_again,
            "taken": offer.taken,
        }
        yield from ((f"offer_slots.{name}", text) for name, text in named.items() if text)
        yield from ((f"offer_slots.again.{index}", text) for index, text in enumerate(offer.again))
        for name, answer in offer.answers.items():
            if answer.say:
                yield f"offer_slots.answers.{name}.say", answer.say

    def answers_expected(self) -> dict[str, Answer]:
        return self.offer_slots.answers


def _suits(talk: Talk, wish: When, slot: Slot) -> bool:
    local = slot.starts_at.astimezone(talk.facts.zone)
    return wish.allows(local.date(), local.time())
