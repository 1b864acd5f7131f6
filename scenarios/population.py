"""Simulated patients with temperaments: what each of them says in answer to a question. Seeded, no clock."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from scenarios.exchange import Listen
from scenarios.understanding import Question

T = TypeVar("T")


class Intent(StrEnum):
    """What a patient has made up their mind to."""

    COMES = "comes"
    STAYS_AWAY = "stays_away"
    MOVES = "moves"


class Temperament(StrEnum):
    """How a patient talks."""

    POLITE = "polite"
    HASTY = "hasty"
    DEAF = "deaf"
    CHATTY = "chatty"
    CONFUSED = "confused"
    BUTTONS = "buttons"
    RELATIVE = "relative"
    ANGRY = "angry"
    MACHINE = "machine"


# How many of a hundred patients are like this; the shares of a clinic's list, roughly.
SHARES: Mapping[Temperament, int] = {
    Temperament.POLITE: 30,
    Temperament.HASTY: 16,
    Temperament.CHATTY: 12,
    Temperament.DEAF: 10,
    Temperament.CONFUSED: 8,
    Temperament.BUTTONS: 8,
    Temperament.RELATIVE: 5,
    Temperament.ANGRY: 3,
    Temperament.MACHINE: 8,
}
INTENTS: Mapping[Intent, int] = {Intent.COMES: 78, Intent.STAYS_AWAY: 9, Intent.MOVES: 13}
PLAIN = frozenset({Question.CONFIRM_VISIT, Question.CONFIRM_CANCEL})
Lines = Mapping[Intent, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """One language's words for the simulated."""

    visit: Lines
    read_back: Lines
    yes: tuple[str, ...]
    no: tuple[str, ...]
    slots: tuple[str, ...]
    no_slot: tuple[str, ...]
    dates: tuple[str, ...]
    numbers: tuple[str, ...]
    open: tuple[str, ...]
    asides: tuple[str, ...]
    repeats: tuple[str, ...]
    nonsense: tuple[str, ...]
    relative: str
    angry: tuple[str, ...]


RUSSIAN = Phrasebook(
    visit={
        Intent.COMES: ("да", "да, приду", "приду, спасибо", "да, конечно", "буду", "да-да, всё в силе"),
        Intent.STAYS_AWAY: (
            "нет",
            "не приду",
            "нет, не смогу",
            "отмените, пожалуйста",
            "не получится прийти",
        ),
        Intent.MOVES: (
            "перенесите",
            "давайте в пятницу",
            "можно в другой день?",
            "не могу завтра, перенесите",
        ),
    },
    read_back={
        Intent.COMES: ("нет, не отменяйте", "нет, я приду", "не надо отменять"),
        Intent.STAYS_AWAY: ("да", "верно", "да, отмените"),
        Intent.MOVES: ("перенесите лучше", "нет, перенесите"),
    },
    yes=("да", "да, верно", "подходит", "конечно"),
    no=("нет", "нет, не нужно", "не надо"),
    slots=("первый", "второй", "давайте первый", "номер два"),
    no_slot=("нет", "ничего не подходит"),
    dates=("завтра в пять", "в пятницу после обеда", "через час", "в среду"),
    numbers=("десять", "девять", "восемь", "семь", "пять", "два"),
    open=("всё хорошо было", "врач опоздал на час", "долго ждали в очереди", "грубая регистратура"),
    asides=(
        "а кто это?",
        "по какому адресу?",
        "а к какому врачу?",
        "сколько стоит приём?",
        "нужна подготовка?",
    ),
    repeats=("что?", "повторите, пожалуйста", "не слышу, ещё раз", "алло?"),
    nonsense=("ну как сказать", "ой, у меня тут каша убежала", "наверное", "посмотрим", "какой ещё визит"),
    relative="это не он, это его жена",
    angry=("больше не звоните", "позовите оператора", "вы ошиблись номером"),
)
ENGLISH = Phrasebook(
    visit={
        Intent.COMES: ("yes", "yes, I will come", "sure", "I'll be there"),
        Intent.STAYS_AWAY: ("no", "I can't make it", "please cancel"),
        Intent.MOVES: ("can we reschedule?", "I need another day"),
    },
    read_back={
        Intent.COMES: ("no, don't cancel", "no, I will come"),
        Intent.STAYS_AWAY: ("yes", "yes, cancel it"),
        Intent.MOVES: ("reschedule it instead",),
    },
    yes=("yes", "yes, please", "that's right"),
    no=("no", "no, thank you"),
    slots=("the first one", "the second one"),
    no_slot=("none of them",),
    dates=("tomorrow at five", "on Friday afternoon"),
    numbers=("ten", "nine", "eight", "five", "two"),
    open=("everything was fine", "the doctor was an hour late"),
    asides=("who is this?", "what is the address?", "how much is it?"),
    repeats=("pardon?", "say that again please"),
    nonsense=("well, you know", "maybe", "what appointment"),
    relative="this is his wife",
    angry=("don't call me again", "I want to talk to a person", "wrong number"),
)
PHRASEBOOKS: Mapping[str, Phrasebook] = {"ru": RUSSIAN, "en": ENGLISH}


class SimulatedPatient:
    """One patient; the generator is theirs alone, so a population is the same for the same seed."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._rng = rng
        self._words = PHRASEBOOKS[language]
        self.temperament = _drawn(SHARES, rng)
        self.intent = _drawn(INTENTS, rng)
        self._turns = 0

    def answer(self, listen: Listen) -> str:
        """What the patient does when it is their turn, as a line of a trial."""
        self._turns += 1
        plain = self._plain(listen.question)
        match self.temperament:
            case Temperament.POLITE:
                return plain
            case Temperament.HASTY:
                return self._pick((plain, self._bare(listen.question, plain)))
            case Temperament.DEAF:
                silent_or_again = ("(молчит)", *self._words.repeats)
                return plain if self._turns > 2 or self._rng.random() < 0.3 else self._pick(silent_or_again)
            case Temperament.CHATTY:
                return self._pick(self._words.asides) if self._rng.random() < 0.45 else plain
            case Temperament.CONFUSED:
                return self._pick(self._words.nonsense) if self._rng.random() < 0.5 else plain
            case Temperament.BUTTONS:
                return self._key(listen)
            case Temperament.RELATIVE:
                return self._words.relative if self._turns == 1 else plain
            case Temperament.ANGRY:
                return self._pick(self._words.angry)
            case Temperament.MACHINE:
                return "(автоответчик)" if self._turns == 1 else "(гудок)"

    def _plain(self, question: Question) -> str:
        """The honest answer in plain words."""
        words = self._words
        match question:
            case Question.CONFIRM_VISIT:
                return self._pick(words.visit[self.intent])
            case Question.CONFIRM_CANCEL:
                return self._pick(words.read_back[self.intent])
            case Question.CHOOSE_SLOT:
                return self._pick(words.slots if self._rng.random() < 0.8 else words.no_slot)
            case Question.ASK_DATE:
                return self._pick(words.dates)
            case Question.SATISFACTION | Question.ASK_NUMBER:
                return self._pick(words.numbers)
            case Question.OPEN:
                return self._pick(words.open)
            case Question.YES_NO:
                return self._pick(words.no if self.intent is Intent.STAYS_AWAY else words.yes)

    def _bare(self, question: Question, plain: str) -> str:
        return plain.partition(",")[0] if question in PLAIN else plain

    def _key(self, listen: Listen) -> str:
        """The keys are the same everywhere: one, two and three."""
        if listen.question in (Question.SATISFACTION, Question.ASK_NUMBER):
            return self._pick(("9", "7", "3"))
        key = {Intent.COMES: "1", Intent.STAYS_AWAY: "2", Intent.MOVES: "3"}[self.intent]
        return key if key in listen.keys else self._plain(listen.question)

    def _pick(self, words: tuple[str, ...]) -> str:
        return self._rng.choice(words)


def _drawn(shares: Mapping[T, int], rng: random.Random) -> T:
    return rng.choices(list(shares), weights=list(shares.values()))[0]
