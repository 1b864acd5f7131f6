"""A stream's events with a scripted recogniser: what it is fed, and what is made of its words."""

from array import array

import pytest

from asr.engines.fake import FAIL, FakeStream
from asr.engines.fake import Settings as FakeSettings
from asr.errors import RecognitionFailed
from asr.listener import LONGEST_HEARD_AGAIN_S, PREROLL_S, Listener, TimeMap
from asr.port import HearingEvent, Partial, Paused, SpeechStarted
from asr.segmenter import Segmenter, Settings, level_dbfs
from calls.audio import FRAME_BYTES, duration_s, silence
from calls.transcript import Transcript, Word

PAUSES_S = (0.25, 0.5)


class LoudIsVoice:
    """A voice-activity detector that goes by the level alone."""

    def probability(self, window: bytes) -> float:
        return 0.95 if level_dbfs(window) > -40 else 0.02

    def reset(self) -> None: ...


class Counting(FakeStream):
    """The scripted recogniser, with the audio it was given."""

    def __init__(self, *lines: str) -> None:
        super().__init__(FakeSettings(lines=lines))
        self.fed = bytearray()

    def accept(self, pcm: bytes) -> None:
        self.fed += pcm
        super().accept(pcm)


def voice(seconds: float, amplitude: int = 2500) -> bytes:
    return array("h", [amplitude, -amplitude] * round(4000 * seconds)).tobytes()


def listener(recogniser: FakeStream) -> Listener:
    return Listener(recogniser, Segmenter(LoudIsVoice(), PAUSES_S, Settings(gate_hold_s=0.0)))


def feed(to: Listener, audio: bytes) -> list[HearingEvent]:
    """As a call does, 20 ms at a time."""
    return [
        event for at in range(0, len(audio), FRAME_BYTES) for event in to.feed(audio[at : at + FRAME_BYTES])
    ]


def test_an_answer_is_started_heard_and_paused() -> None:
    heard = feed(listener(Counting("да приду")), silence(1.0) + voice(0.6) + silence(0.6))
    started, *rest = heard
    assert isinstance(started, SpeechStarted)
    assert started.at_s == pytest.approx(1.0, abs=0.04)
    partial = next(event for event in rest if isinstance(event, Partial))
    assert partial.transcript.text == "да приду"
    pauses = [event for event in rest if isinstance(event, Paused)]
    assert [round(event.silence_s, 1) for event in pauses] == [0.3, 0.5]
    assert all(event.transcript.text == "да приду" for event in pauses)
    assert pauses[0].speech_ended_s == pytest.approx(1.6, abs=0.04)


def test_partials_come_only_when_the_words_change() -> None:
    heard = feed(listener(Counting("да")), voice(2.0))
    assert [event.transcript.text for event in heard if isinstance(event, Partial)] == ["да"]


def test_the_recogniser_hears_only_what_is_around_speech() -> None:
    recogniser = Counting("да")
    feed(listener(recogniser), silence(3.0) + voice(0.5) + silence(3.0))
    least = PREROLL_S + 0.5 + PAUSES_S[0] - 0.05
    most = least + 0.3
    assert least <= duration_s(bytes(recogniser.fed)) <= most


def test_take_gives_the_words_once() -> None:
    subject = listener(Counting("да", "нет"))
    feed(subject, voice(0.4) + silence(0.3))
    assert subject.take().text == "да"
    assert subject.take() == Transcript()
    feed(subject, silence(0.5) + voice(0.4) + silence(0.3))
    assert subject.take().text == "нет"


def test_nothing_said_is_nothing_taken() -> None:
    subject = listener(Counting("да"))
    feed(subject, silence(1.0))
    assert subject.take() == Transcript()


def test_words_stand_at_their_moment_of_the_call() -> None:
    subject = listener(Counting("да приду"))
    feed(subject, silence(5.0) + voice(0.6) + silence(0.3))
    first, last = subject.take().words
    assert first.start_s == pytest.approx(5.0, abs=0.05)
    assert last.end_s == pytest.approx(5.6, abs=0.05)
    feed(subject, silence(4.0) + voice(0.6) + silence(0.3))
    again = subject.take().words
    assert again[0].start_s == pytest.approx(9.9, abs=0.05)
    assert again[-1].end_s == pytest.approx(10.5, abs=0.05)


def test_what_was_said_behind_the_patient_is_not_their_answer() -> None:
    recogniser = Counting("сколько стоит да", "да")
    subject = listener(recogniser)
    behind, answer = voice(1.5, amplitude=500), voice(0.6, amplitude=5000)
    paused = feed(subject, silence(1.0) + behind + answer + silence(0.3))[-1]
    assert isinstance(paused, Paused)
    assert paused.speech_started_s == pytest.approx(2.5, abs=0.05)
    [word] = subject.take().words
    assert word.text == "да"
    assert (word.start_s, word.end_s) == pytest.approx((2.5, 3.1), abs=0.05)


def test_a_long_talk_behind_the_patient_is_left_out_as_well() -> None:
    subject = listener(Counting("много слов", "ещё слова", "да"))
    words = (voice(0.4, amplitude=500) + silence(0.15)) * round((LONGEST_HEARD_AGAIN_S + 1) / 0.55)
    paused = feed(subject, words + silence(0.3) + voice(0.4, amplitude=500) + silence(0.3))[-1]
    assert isinstance(paused, Paused)
    assert paused.transcript.text == "много слов ещё слова"
    feed(subject, voice(0.6, amplitude=5000) + silence(0.3))
    assert subject.take().text == "да"


def test_words_that_cannot_be_heard_again_stay_though_somebody_is_louder_later() -> None:
    subject = listener(Counting("нет не приду", "извините", "извините до свидания"))
    low, raised = voice(0.5, amplitude=500) + silence(0.15), voice(0.4, amplitude=800) + silence(0.15)
    feed(subject, low + raised * round((LONGEST_HEARD_AGAIN_S + 1) / 0.55) + silence(0.3))
    feed(subject, voice(0.4, amplitude=800) + silence(0.3))
    feed(subject, voice(0.6, amplitude=1150) + silence(0.3))
    assert subject.take().text.startswith("нет не приду")


def test_a_loud_cough_after_the_answer_does_not_take_its_place() -> None:
    subject = listener(Counting("не приду [unk]", "[unk]"))
    feed(subject, voice(1.0, amplitude=1000) + voice(0.3, amplitude=9000) + silence(0.3))
    assert subject.take().text == "не приду [unk]"


def test_talk_before_a_nearer_voice_is_not_heard_again_after_a_breath() -> None:
    recogniser = Counting("сколько стоит да", "да приду")
    subject = listener(recogniser)
    feed(subject, voice(1.5, amplitude=500) + voice(0.6, amplitude=5000) + silence(0.3))
    before = len(recogniser.fed)
    feed(subject, voice(0.5, amplitude=5000) + silence(0.3))
    assert duration_s(bytes(recogniser.fed[before:])) < 0.3 + 0.6 + 0.3 + 0.5 + 0.3 + 0.1
    assert subject.take().text == "да приду"


def test_unread_talk_far_behind_the_answer_is_left_out() -> None:
    recogniser = Counting("да [unk]")
    subject = listener(recogniser)
    feed(subject, voice(0.6, amplitude=9000) + voice(0.6, amplitude=1500) + silence(0.3))
    assert subject.take().text == "да"


def test_a_pause_for_breath_does_not_end_the_turn() -> None:
    subject = listener(Counting("нет не отменяйте", "второй"))
    heard = feed(subject, voice(0.4) + silence(0.4) + voice(0.6) + silence(0.3))
    assert [type(event) for event in heard if not isinstance(event, Partial)] == [
        SpeechStarted,
        Paused,
        SpeechStarted,
        Paused,
    ]
    assert subject.take().text == "нет не отменяйте"


def test_after_a_breath_the_recogniser_hears_the_turn_again() -> None:
    recogniser = Counting("да")
    subject = listener(recogniser)
    feed(subject, voice(0.4) + silence(0.4))
    first = bytes(recogniser.fed)
    feed(subject, voice(0.5) + silence(0.3))
    assert recogniser.fed[len(first) : 2 * len(first)] == first


def test_the_recogniser_hears_what_was_too_quiet_for_the_segmenter() -> None:
    recogniser = Counting("да")
    subject = listener(recogniser)
    quiet = voice(0.9, amplitude=90)
    turn = voice(0.4) + quiet + voice(0.5)
    feed(subject, turn + silence(0.3))
    assert turn in bytes(recogniser.fed)


def test_silence_after_a_taken_turn_is_forgotten() -> None:
    recogniser = Counting("да", "нет")
    subject = listener(recogniser)
    feed(subject, voice(0.4) + silence(1.0))
    subject.take()
    before = len(recogniser.fed)
    feed(subject, voice(0.5) + silence(0.3))
    assert duration_s(bytes(recogniser.fed[before:])) <= PREROLL_S + 0.5 + 0.3 + 0.05


def test_a_long_turn_is_continued_and_not_heard_again() -> None:
    recogniser = Counting("длинное начало", "и конец")
    subject = listener(recogniser)
    sentence = (voice(0.5) + silence(0.1)) * 12
    assert duration_s(sentence) > LONGEST_HEARD_AGAIN_S
    feed(subject, sentence + silence(0.4) + voice(0.5) + silence(0.3))
    assert duration_s(bytes(recogniser.fed)) < duration_s(sentence) + 2
    assert subject.take().text == "длинное начало и конец"


def test_a_turn_taken_in_mid_speech_leaves_the_rest_to_the_next_one() -> None:
    subject = listener(Counting("первое", "второе"))
    feed(subject, voice(0.5))
    assert subject.take().text == "первое"
    feed(subject, voice(0.5, amplitude=3000) + silence(0.3))
    assert subject.take().text == "второе"


def test_a_recogniser_that_fails_is_not_hidden() -> None:
    with pytest.raises(RecognitionFailed):
        feed(listener(Counting(FAIL)), voice(0.5))


def test_times_are_mapped_by_the_anchor_in_force() -> None:
    times = TimeMap()
    times.anchor(0.0, 5.0)
    times.anchor(1.0, 9.0)
    assert [times.call_s(at) for at in (0.0, 0.5, 1.0, 1.5)] == [5.0, 5.5, 9.0, 9.5]
    assert times.call_s(-0.01) == pytest.approx(4.99)
    times.forget()
    times.anchor(2.0, 20.0)
    assert times.call_s(1.99) == pytest.approx(19.99)


def test_no_word_stands_outside_the_speech() -> None:
    times = TimeMap()
    placed = times.within(Transcript((Word("да", 0.1, 3.0, 0.5),)), 1.0, 2.0)
    assert placed.words == (Word("да", 1.0, 2.0, 0.5),)
