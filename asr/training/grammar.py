"""What patients say: phrases by class of answer, random dates and times; and speech not for the robot."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType

from asr.training import numerals

TEXTS = Path(__file__).parent / "ru"
PARTS_OF_DAY = ("утром", "днем", "вечером", "после обеда", "до обеда", "с утра", "ближе к вечеру", "ночью")
EXTRA_WORDS = (
    "одна одно две обе полтора половина половине четверть четверти полпервого полвторого полтретьего "
    "полчетвертого полпятого полшестого полседьмого полвосьмого полдевятого полдесятого "
    "полодиннадцатого полдвенадцатого полдень час часа часов часу минут минута минуты минуту "
    "утра дня вечера ночи недели дней суток "
    "ой ах эх эм ммм а и но или что если только уже еще тоже так там тут вот же ли бы "
    "он она они его ее их мне меня нам нас вам вас тебе "
    "внучка внук внука дочка дочери тетя дядя родители соседка сосед доктора врачу врача"
).split()
FILLERS = (*"ну эм ой а так вот это ммм сейчас девушка знаете значит слушайте".split(), "в общем")
CLASS_WEIGHTS = MappingProxyType(
    {
        "confirm": 17, "cancel": 17, "reschedule": 9, "callback": 4, "operator": 5, "repeat": 5,
        "wrong_number": 4, "do_not_call": 4, "deceased": 3, "third_party": 5, "late": 4, "question": 9,
        "hold": 3, "machine": 5, "unclear": 4, "courtesy": 4, "rating": 3, "number": 4, "when": 20,
        "pair": 8,
    }
)  # fmt: skip
MINIMAL_PAIRS = (
    ("отмените", "отменяйте"), ("перенесите", "переносите"), ("приду", "не приду"),
    ("придем", "не придем"), ("смогу", "не смогу"), ("могу", "не могу"), ("надо", "не надо"),
    ("нужно", "не нужно"), ("буду", "не буду"), ("подтверждаю", "не подтверждаю"), ("удобно", "неудобно"),
    ("верно", "неверно"), ("правильно", "неправильно"), ("отменяйте", "не отменяйте"),
    ("отменяю", "не отменяю"), ("переносите", "не переносите"), ("звоните", "не звоните"),
    ("устраивает", "не устраивает"), ("подходит", "не подходит"), ("понял", "не понял"),
    ("согласна", "не согласна"), ("согласен", "не согласен"), ("записывайте", "не записывайте"),
    ("оставляйте", "не оставляйте"), ("нет", "не"), ("хочу", "не хочу"), ("знаю", "не знаю"),
    ("умер", "умерла"), ("передам", "передал"), ("первого", "третьего"), ("седьмого", "восьмого"),
    ("двенадцать", "девятнадцать"), ("пятнадцать", "пятьдесят"), ("шестнадцать", "шестьдесят"),
    ("июня", "июля"), ("января", "февраля"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence and the class of answer it stands for (`other` is speech that is not for the robot)."""

    text: str
    label: str


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """Read the phrases of every class from `phrases.txt`."""
    found: dict[str, list[str]] = {}
    label = ""
    for line in (TEXTS / "phrases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            label = line[1:-1]
        elif line and not line.startswith("#"):
            found.setdefault(label, []).extend(line.split("|"))
    return {name: tuple(items) for name, items in found.items()}


@cache
def other_speech() -> tuple[str, ...]:
    """Sentences that are not part of any dialogue with the robot."""
    lines = (TEXTS / "other_speech.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def vocabulary() -> tuple[str, ...]:
    """The closed list of words the model can write, sorted."""
    listed = (TEXTS / "words.txt").read_text(encoding="utf-8").splitlines()
    words = (
        numerals.calendar_words() | set(EXTRA_WORDS) | {line for line in listed if not line.startswith("#")}
    )
    for items in phrases().values():
        for phrase in items:
            words.update(re.sub(r"{\w+}", " ", phrase).split())
    for phrase in (*PARTS_OF_DAY, *FILLERS, *(side for pair in MINIMAL_PAIRS for side in pair)):
        words.update(phrase.split())
    words.update(HOURS_GENITIVE)
    words.update(
        word for template in (*DATE_FORMS, *TIME_FORMS, *WHEN_FORMS) for word in _fixed_words(template)
    )
    return tuple(sorted(words))


def _fixed_words(template: str) -> list[str]:
    return re.sub(r"{\w+}", " ", template).split()


DATE_FORMS = (
    "{day_of_month} {month_of}", "{day_of_month} {month_of}", "{day_of_month}", "{day_neuter} {month_of}",
    "{day_neuter}", "{day}", "в {day}", "{day}", "во вторник", "в следующий {day}", "в эту {day}",
    "в этот {day}", "завтра", "послезавтра", "сегодня", "в {month_in}", "на {day_neuter}", "на {day}",
    "после {day_of}", "до {day_of}", "только не в {day}", "кроме {day_of}",
    "{day} {day_of_month} {month_of}", "{day_name}", "{month}", "через {number} дней",
)  # fmt: skip
TIME_FORMS = (
    "{clock}", "{clock}", "в {clock}", "в {clock}", "к {clock}", "на {clock}", "после {hour_after}",
    "до {hour_after}", "в половине {hour_of}", "половина {hour_of}", "в {half}", "без {minutes_of} {hour}",
    "{minutes} минут {hour_of}", "около {hour_after}", "с {hour_after} до {hour_after}", "в {hour} утра",
    "в {hour} вечера", "в {hour} дня", "ровно в {hour}",
)  # fmt: skip
WHEN_FORMS = (
    "{date}", "{date}", "{date}", "{time}", "{time}", "{time}", "{date} {time}", "{date} {time}",
    "{date} {part}", "{part} {date}", "{time} {date}", "перенесите на {date}", "перенесите на {time}",
    "перенесите {date}", "можно {date}", "можно {time}", "давайте {date}", "давайте {time}",
    "лучше {date}", "лучше {time}", "нет давайте {date}", "нет лучше {time}", "я могу {date}",
    "могу только {date}", "мне удобно {date}", "мне удобно {time}", "запишите на {date}",
    "запишите меня {date} {time}", "давайте {date} {time}", "только {time}", "{date} или {date}",
    "{time} или {time}", "{date} можно", "приду {date}", "не могу {date} давайте {date}",
    "не смогу {date}", "{date} не могу", "{date} мне неудобно", "{date} меня устраивает", "да {date}",
    "да {time}", "хочу {date}", "а {date} есть", "есть {date}", "{date} {time} пожалуйста",
)  # fmt: skip


@dataclass(slots=True)
class SentenceSource:
    """An endless supply of labelled sentences; equal generators give equal sentences."""

    rng: Random
    _fill: dict[str, Callable[[], str]] = field(init=False)

    def __post_init__(self) -> None:
        pick = self.rng.choice
        self._fill = {
            "date": lambda: self.expand(pick(DATE_FORMS)),
            "time": lambda: self.expand(pick(TIME_FORMS)),
            "clock": self._clock,
            "part": lambda: pick(PARTS_OF_DAY),
            "day": lambda: pick(numerals.DAYS_ACCUSATIVE),
            "day_of": lambda: pick(numerals.DAYS_GENITIVE),
            "day_name": lambda: pick(numerals.DAYS),
            "month": lambda: pick(numerals.MONTHS),
            "month_of": lambda: pick(numerals.MONTHS_GENITIVE),
            "month_in": lambda: pick(numerals.MONTHS_PREPOSITIONAL),
            "day_of_month": lambda: numerals.ordinal_genitive(self.rng.randint(1, 31)),
            "day_neuter": lambda: numerals.ordinal_neuter(self.rng.randint(1, 31)),
            "hour": lambda: numerals.cardinal(self.rng.randint(1, 12)),
            "hour_of": lambda: pick(numerals.ORDINALS_GENITIVE[:12]),
            "hour_after": lambda: pick(HOURS_GENITIVE),
            "half": lambda: pick(HALF_HOURS),
            "minutes": lambda: numerals.cardinal(pick((5, 10, 15, 20, 25))),
            "minutes_of": lambda: pick((*numerals.MINUTES_GENITIVE.values(), "четверти")),
            "number": lambda: numerals.cardinal(self.rng.randint(0, 99 if self.rng.random() < 0.2 else 59)),
            "hundred": lambda: numerals.cardinal(self.rng.randint(1, 9) * 100),
        }

    def expand(self, template: str) -> str:
        """Fill every {slot} of a template."""
        filled = re.sub(r"{(\w+)}", lambda slot: self._fill[slot[1]](), template)
        return re.sub(r"\bв втор", "во втор", filled)

    def phrase(self) -> Phrase:
        """A sentence of the dialogue."""
        label = self.rng.choices(list(CLASS_WEIGHTS), list(CLASS_WEIGHTS.values()))[0]
        if label == "when":
            return Phrase(self.expand(self.rng.choice(WHEN_FORMS)), "reschedule")
        if label == "pair":
            return Phrase(self._around(self.rng.choice(self.rng.choice(MINIMAL_PAIRS))), "pair")
        return Phrase(self.expand(self.rng.choice(phrases()[label])), label)

    def sentence(self) -> Phrase:
        """A sentence to train on: mostly dialogue, some lists of words, some speech not for the robot."""
        kind = self.rng.random()
        if kind < 0.60:
            return self._hesitant(self.phrase())
        if kind < 0.72:
            return Phrase(self.rng.choice(vocabulary()), "word")
        if kind < 0.82:
            return Phrase(" ".join(self.rng.choices(vocabulary(), k=self.rng.randint(2, 4))), "word")
        return Phrase(self.rng.choice(other_speech()), "other")

    def _hesitant(self, phrase: Phrase) -> Phrase:
        if self.rng.random() < 0.12:
            return Phrase(f"{self.rng.choice(FILLERS)} {phrase.text}", phrase.label)
        return phrase

    def _around(self, side: str) -> str:
        before = self.rng.choice(
            ("", "", "", "я ", "да ", "нет ", "нет нет ", "мы ", "ну ", "да я ", "нет я ")
        )
        after = self.rng.choice(
            ("", "", "", " пожалуйста", " завтра", " запись", " спасибо", " мне", " на {date}")
        )
        return self.expand(f"{before}{side}{after}")

    def _clock(self) -> str:
        hour = self.rng.randint(8, 20) if self.rng.random() < 0.7 else self.rng.randint(0, 23)
        minute = self.rng.choice((0, 0, 15, 30, 30, 45, self.rng.randint(1, 59)))
        if minute == 0:
            hours = f" {numerals.hours_word(hour)}"
            ending = self.rng.choice((hours, hours, " ноль ноль", ""))
            return "час" if hour == 1 and ending != " ноль ноль" else numerals.cardinal(hour) + ending
        if self.rng.random() < 0.2:
            return f"{numerals.cardinal(hour)} {numerals.hours_word(hour)} {numerals.cardinal(minute)} минут"
        zero = "ноль " if minute < 10 else ""
        return f"{numerals.cardinal(hour)} {zero}{numerals.cardinal(minute)}"


HOURS_GENITIVE = (
    "часа двух трех четырех пяти шести семи восьми девяти десяти одиннадцати двенадцати "
    "шестнадцати семнадцати восемнадцати"
).split()
HALF_HOURS = tuple(word for word in EXTRA_WORDS if word.startswith("пол") and word.endswith("ого"))
