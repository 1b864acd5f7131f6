"""What is drawn of a call: two tracks, what each side said and when, and how long answers took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from calls.audio import duration_s
from calls.reminder import AnswerDelay, AttemptResult, Turn
from calls.transcript import UNKNOWN_WORD, Word
from robot.listening.hearing import HeardTurn
from robot.live_table import OUTCOMES
from robot.summary import answer_delays, delays_text
from scenarios.captions import ANSWERS

MEANINGS = {
    **ANSWERS,
    "unclear": "непонятно",
    "backchannel": "не ответ",
    "aside": "между делом",
    "answer": "ответил",
}
USUAL_LETTERS_PER_S = 13.0
UNCLEAR_WORD = "‹?›"


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said from `start_s` to `end_s`; `cut`: it was interrupted; `key`: it was a key."""

    start_s: float
    end_s: float
    words: tuple[Word, ...] = field(default=(), repr=False)
    caption: str = ""
    cut: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The robot's first sample after a turn of the patient, and what the time before it was spent on."""

    speech_ended_s: float
    started_s: float
    delay: AnswerDelay


@dataclass(frozen=True, slots=True)
class CallSheet:
    """Everything that the picture shows. Times are seconds of the recording."""

    title: str
    subtitles: tuple[str, ...]
    robot_pcm: bytes | None = field(repr=False)
    patient_pcm: bytes = field(repr=False)
    robot: tuple[Utterance, ...] = ()
    patient: tuple[Utterance, ...] = ()
    replies: tuple[Reply, ...] = ()
    turn_ends_s: tuple[float, ...] = ()

    @property
    def duration_s(self) -> float:
        return max(duration_s(self.robot_pcm or b""), duration_s(self.patient_pcm))


def sheet_of(result: AttemptResult, robot_pcm: bytes, patient_pcm: bytes, zone: ZoneInfo) -> CallSheet:
    """A call that the store remembers, with both tracks of its recording."""
    delays = delays_text(answer_delays([result]))
    turns = result.conversation.turns
    replies = tuple(
        Reply(turn.start_s - turn.answer_delay.total_s, turn.start_s, turn.answer_delay)
        for turn in turns
        if turn.answer_delay
    )
    return CallSheet(
        title=f"{OUTCOMES[result.outcome]} · {result.began_at.astimezone(zone):%d.%m.%Y %H:%M}",
        subtitles=(f"попытка {result.attempt}", *([delays] if delays else [])),
        robot_pcm=robot_pcm,
        patient_pcm=patient_pcm,
        robot=_robot_utterances([turn for turn in turns if turn.speaker == "robot"]),
        patient=tuple(_patient_utterance(turn) for turn in turns if turn.speaker == "patient"),
        replies=replies,
        turn_ends_s=tuple(reply.speech_ended_s + reply.delay.endpointing_s for reply in replies),
    )


def sheet_of_recording(
    name: str, robot_pcm: bytes | None, patient_pcm: bytes, heard: Sequence[HeardTurn]
) -> CallSheet:
    """A recording that nothing is stored about, with what the robot would hear in it."""
    return CallSheet(
        title=name,
        subtitles=("Запись без истории: реплики и слова — по распознаванию.",),
        robot_pcm=robot_pcm,
        patient_pcm=patient_pcm,
        patient=tuple(_heard_utterance(turn) for turn in heard),
        turn_ends_s=tuple(turn.taken_s for turn in heard),
    )


def _heard_utterance(turn: HeardTurn) -> Utterance:
    words = tuple(map(_readable, turn.transcript.words))
    meaning = turn.understood.meaning if turn.understood else "без слов"
    return Utterance(turn.start_s, turn.end_s, words, MEANINGS.get(meaning, meaning))


def _patient_utterance(turn: Turn) -> Utterance:
    words = tuple(_readable(word) for word in turn.words) or spread(turn.text, turn.start_s, turn.end_s)
    if turn.meaning == "key":
        return Utterance(turn.start_s, turn.end_s, words, "клавиша", key=True)
    return Utterance(turn.start_s, turn.end_s, words, MEANINGS.get(turn.meaning, turn.meaning))


def _readable(word: Word) -> Word:
    text = UNCLEAR_WORD if word.text == UNKNOWN_WORD else word.text
    return Word(text, word.start_s, word.end_s, word.confidence)


def _robot_utterances(turns: Sequence[Turn]) -> tuple[Utterance, ...]:
    whole = [turn for turn in turns if turn.meaning != "cut"]
    seconds = sum(turn.end_s - turn.start_s for turn in whole)
    pace = sum(len(turn.text) for turn in whole) / seconds if seconds else USUAL_LETTERS_PER_S
    return tuple(_robot_utterance(turn, pace or USUAL_LETTERS_PER_S) for turn in turns)


def _robot_utterance(turn: Turn, letters_per_s: float) -> Utterance:
    """An interrupted sentence was heard only in part: words that would have come later are left out."""
    if turn.meaning != "cut":
        return Utterance(turn.start_s, turn.end_s, spread(turn.text, turn.start_s, turn.end_s))
    words = spread(turn.text, turn.start_s, turn.start_s + len(turn.text) / letters_per_s)
    said = tuple(word for word in words if word.start_s < turn.end_s)
    return Utterance(turn.start_s, turn.end_s, said, cut=True)


def spread(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """Words without known times, as if every letter took the same time."""
    letter_s = (end_s - start_s) / max(len(text), 1)
    words, at = [], 0
    for part in text.split():
        first = text.index(part, at)
        at = first + len(part)
        words.append(Word(part, start_s + first * letter_s, start_s + at * letter_s))
    return tuple(words)
