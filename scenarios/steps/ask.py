"""`ask: {question, text, answers, …}` — put a question and follow the answer."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from scenarios.answering import MEASURED, Turn, number_names, read, side_question
from scenarios.asking import aside, brief, give_up, listen_for, missed
from scenarios.exchange import DialogueEvent, Listen, Pressed
from scenarios.schema import Answer, Body, Exit, Label, Next, Resume, StepBase, Word, number_range
from scenarios.talk import Talk
from scenarios.text import Text
from scenarios.understanding import Question

SECOND_DIGIT_S = 1.5


class Ask(Body):
    """Вопрос пациенту."""

    question: Question = Field(
        default=Question.YES_NO,
        strict=False,
        description=(
            "Что спрашиваем: confirm_visit (придёте?), confirm_cancel (отменить, верно?), yes_no, ask_date, "
            "ask_number, satisfaction (0–10), open (своими словами). От этого зависит, что значит «да»"
        ),
    )
    text: Text = Field(description="Вопрос")
    again: list[Text] = Field(default_factory=list, max_length=5, description="Как переспросить, не поняв")
    silent: list[Text] = Field(default_factory=list, max_length=5, description="Как позвать молчащего")
    by_key: Text | None = Field(
        default=None, description="Как спросить, если распознавание речи отказало: клавишами"
    )
    answers: dict[str, Answer] = Field(min_length=1, description="Ответы и шаги, к которым они ведут")
    save: Word | None = Field(
        default=None, description="Под каким именем сохранить ответ; потом {answer.имя}"
    )
    timeout_s: float = Field(
        default=5.0, ge=2, le=30, strict=False, description="Сколько секунд ждать ответа"
    )
    unclear: Label | None = Field(default=None, description="Куда идти, если так и не поняли")
    silence: Label | None = Field(default=None, description="Куда идти, если так и не ответили")


class Step(StepBase):
    """Спросить и пойти по ответу."""

    falls_through: ClassVar[bool] = False
    waits: ClassVar[bool] = True

    ask: Ask

    def enter(self, talk: Talk) -> Next:
        talk.forget()
        if talk.keys_only:
            return self._by_key(talk)
        talk.say(self.ask.text)
        return self._listen(talk)

    def resume(self, talk: Talk, how: Resume) -> Next:
        if talk.keys_only:
            return self._by_key(talk)
        talk.say_words(brief(talk, self.ask.text, how))
        return self._listen(talk, how.patience_s)

    def hear(self, talk: Talk, event: DialogueEvent) -> Next:
        digits = talk.memory.digits
        if digits:
            talk.memory.digits = ""
            second = event.digit if isinstance(event, Pressed) and event.digit.isdecimal() else ""
            event = event if not second and not _lapsed(event) else Pressed(digits + second)
        elif isinstance(event, Pressed) and self._may_grow(event.digit):
            talk.memory.digits = event.digit
            talk.listen(Listen(self.ask.question, frozenset("0123456789"), SECOND_DIGIT_S))
            return None
        return self._follow(talk, event)

    def _follow(self, talk: Talk, event: DialogueEvent) -> Next:
        reply = read(talk, event, self.ask.question, self.ask.answers)
        match reply.turn:
            case Turn.ANSWERED:
                assert reply.answer is not None
                self._save(talk, event, reply.name)
                target = talk.take(reply.answer, reply.name)
                side = side_question(talk, reply.understanding)
                if side is None:
                    return target
                talk.return_to = target
                return side.go
            case Turn.ASIDE:
                return aside(talk, reply)
            case Turn.NOTHING:
                return None
            case Turn.DEAF:
                talk.keys_only = True
                talk.return_to = Resume(talk.label)
                return give_up(talk, "hearing_lost", None)
            case turn:
                return self._again(talk, turn)

    def _again(self, talk: Talk, turn: Turn) -> Next:
        texts = self.ask.silent if turn is Turn.SILENT and self.ask.silent else self.ask.again
        text, target = missed(talk, turn, texts, {"unclear": self.ask.unclear, "silence": self.ask.silence})
        if target is not None:
            return target
        if talk.keys_only:
            return self._by_key(talk)
        talk.say(text or self.ask.text)
        return self._listen(talk)

    def _by_key(self, talk: Talk) -> Next:
        """Without ears only a question that says its keys can be asked."""
        if self.ask.by_key is None:
            return self.ask.unclear or talk.scenario.always["unclear"].go
        talk.say(self.ask.by_key)
        return self._listen(talk)

    def _listen(self, talk: Talk, patience_s: float = 0.0) -> Next:
        listen_for(talk, self.ask.question, self.ask.answers, max(self.ask.timeout_s, patience_s))
        return None

    def _may_grow(self, digit: str) -> bool:
        """Whether a second key could make a bigger number that is an answer too, such as ten."""
        if self.ask.question not in MEASURED or not digit.isdecimal() or digit == "0":
            return False
        longer = {int(digit + last) for last in "0123456789"}
        return "number" in self.ask.answers or any(
            not longer.isdisjoint(number_range(name) or ()) for name in self.ask.answers
        )

    def _save(self, talk: Talk, event: DialogueEvent, name: str) -> None:
        if self.ask.save is None:
            return
        understood = talk.understanding
        if understood is None:
            value = event.digit if isinstance(event, Pressed) else name
        elif understood.number is not None and number_names(understood.number, self.ask.answers):
            value = str(understood.number)
        else:
            value = understood.text
        talk.results[self.ask.save] = value

    def exits(self) -> Iterator[Exit]:
        for name, answer in self.ask.answers.items():
            yield Exit(name, "", answer.go)
        for name, target in (("unclear", self.ask.unclear), ("silence", self.ask.silence)):
            if target:
                yield Exit(name, "", target)

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "ask.text", self.ask.text
        for field, texts in (("again", self.ask.again), ("silent", self.ask.silent)):
            yield from ((f"ask.{field}.{index}", text) for index, text in enumerate(texts))
        if self.ask.by_key:
            yield "ask.by_key", self.ask.by_key
        for name, answer in self.ask.answers.items():
            if answer.say:
                yield f"ask.answers.{name}.say", answer.say

    def answers_expected(self) -> dict[str, Answer]:
        return self.ask.answers


def _lapsed(event: DialogueEvent) -> bool:
    """No second key came in time."""
    return type(event).__name__ == "StayedSilent"
