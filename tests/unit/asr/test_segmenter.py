"""Speech events out of synthetic windows: the detector's probabilities are scripted, time is audio time."""

from array import array

import pytest

from asr.segmenter import (
    WINDOW_BYTES,
    WINDOW_S,
    Background,
    EnergyGate,
    GatedVoice,
    Segmenter,
    SegmentEvent,
    Settings,
    SpeechBegan,
    SpeechEnded,
    SpeechPaused,
    level_dbfs,
)

LOUD = array("h", [3000, -3000] * 128).tobytes()
QUIET = array("h", [30, -30] * 128).tobytes()
SILENT = bytes(WINDOW_BYTES)
ROOM = array("h", [400, -400] * 128).tobytes()
NO_DETECTOR_LAG = Settings(min_speech_s=0.09, gate_hold_s=0.0)


class LevelDetector:
    """Takes every loud window for voice, and counts how often it is asked."""

    def __init__(self, probability: float = 0.9) -> None:
        self.value = probability
        self.asked = 0
        self.resets = 0

    def probability(self, window: bytes) -> float:
        self.asked += 1
        return self.value if level_dbfs(window) > -40 else 0.01

    def reset(self) -> None:
        self.resets += 1


def windows(pattern: str) -> bytes:
    """Audio by letters: `#` voice, `.` silence, `~` a whisper below the gate's noise."""
    return b"".join({"#": LOUD, ".": SILENT, "~": QUIET}[letter] for letter in pattern)


def events_of(pattern: str, pauses_s: tuple[float, ...] = (0.25, 0.5)) -> list[SegmentEvent]:
    return Segmenter(LevelDetector(), pauses_s, NO_DETECTOR_LAG).feed(windows(pattern))


def test_silence_brings_nothing() -> None:
    assert events_of("." * 100) == []


def test_a_click_is_no_speech() -> None:
    assert events_of("..##" + "." * 40) == []


def test_speech_begins_with_its_first_window() -> None:
    assert events_of("...." + "#" * 10) == [SpeechBegan(4 * WINDOW_S)]


def test_each_pause_is_told_once_and_then_the_end() -> None:
    heard = events_of("...." + "#" * 10 + "." * 60)
    assert [type(event) for event in heard] == [SpeechBegan, SpeechPaused, SpeechPaused, SpeechEnded]
    first, second = heard[1], heard[2]
    assert isinstance(first, SpeechPaused)
    assert isinstance(second, SpeechPaused)
    assert first.started_s == pytest.approx(4 * WINDOW_S)
    assert first.ended_s == second.ended_s == pytest.approx(14 * WINDOW_S)
    assert 0.25 <= first.silence_s < 0.25 + WINDOW_S
    assert 0.5 <= second.silence_s < 0.5 + WINDOW_S


def test_a_gap_shorter_than_the_shortest_pause_is_not_told() -> None:
    assert events_of("#" * 6 + "." * 5 + "#" * 6) == [SpeechBegan(0.0)]


def test_voice_after_a_told_pause_begins_again_and_re_arms_the_pauses() -> None:
    heard = events_of("#" * 6 + "." * 10 + "#" * 6 + "." * 10)
    kinds = [type(event) for event in heard]
    assert kinds == [SpeechBegan, SpeechPaused, SpeechBegan, SpeechPaused]
    again, paused = heard[2], heard[3]
    assert isinstance(again, SpeechBegan)
    assert isinstance(paused, SpeechPaused)
    assert again.at_s == pytest.approx(16 * WINDOW_S)
    assert paused.started_s == 0.0
    assert paused.ended_s == pytest.approx(22 * WINDOW_S)


def test_speech_after_its_end_is_a_new_stretch() -> None:
    heard = events_of("#" * 6 + "." * 40 + "#" * 6 + "." * 10)
    paused = heard[-1]
    assert isinstance(paused, SpeechPaused)
    assert paused.started_s == pytest.approx(46 * WINDOW_S)


def test_a_new_turn_silences_the_pause_in_progress() -> None:
    segmenter = Segmenter(LevelDetector(), (0.25, 0.5), NO_DETECTOR_LAG)
    segmenter.feed(windows("#" * 6 + "." * 10))
    segmenter.new_turn()
    assert segmenter.feed(windows("." * 40)) == []


def test_a_new_turn_in_mid_speech_starts_where_it_was_taken() -> None:
    segmenter = Segmenter(LevelDetector(), (0.25,), NO_DETECTOR_LAG)
    segmenter.feed(windows("#" * 6))
    segmenter.new_turn()
    paused = segmenter.feed(windows("#" * 4 + "." * 10))[0]
    assert isinstance(paused, SpeechPaused)
    assert paused.started_s == pytest.approx(6 * WINDOW_S)


def test_pieces_of_any_length_give_the_same_events() -> None:
    audio = windows("...." + "#" * 9 + "." * 30 + "#" * 5 + "." * 30)
    whole = Segmenter(LevelDetector(), (0.25, 0.8), NO_DETECTOR_LAG).feed(audio)
    for size in (320, 2, 514, 4096):
        segmenter = Segmenter(LevelDetector(), (0.25, 0.8), NO_DETECTOR_LAG)
        pieces = [segmenter.feed(audio[at : at + size]) for at in range(0, len(audio), size)]
        assert [event for piece in pieces for event in piece] == whole


def test_a_voice_that_fades_has_ended_whatever_the_detector_says() -> None:
    class Convinced(LevelDetector):
        def probability(self, window: bytes) -> float:
            return 1.0

    settings = Settings(gate_hold_s=1.0)
    heard = Segmenter(Convinced(), (0.25,), settings).feed(windows("#" * 10 + "~" * 12))
    paused = heard[1]
    assert isinstance(paused, SpeechPaused)
    assert paused.ended_s == pytest.approx(10 * WINDOW_S)


def test_between_the_two_probabilities_voice_lasts_but_does_not_begin() -> None:
    detector = LevelDetector(probability=0.4)
    segmenter = Segmenter(detector, (0.25,), NO_DETECTOR_LAG)
    assert segmenter.feed(windows("#" * 10)) == []
    detector.value = 0.9
    segmenter.feed(windows("#" * 5))
    detector.value = 0.4
    assert segmenter.feed(windows("#" * 30)) == []


def test_the_detector_is_not_asked_about_silence() -> None:
    detector = LevelDetector()
    Segmenter(detector, (0.25,), Settings()).feed(windows("." * 300))
    assert detector.asked == 0


def test_after_a_gap_the_detector_is_reset_and_told_what_came_before() -> None:
    detector = LevelDetector()
    voice = GatedVoice(detector, NO_DETECTOR_LAG, Background(-52.0))
    for letter in "....." + "#":
        voice.probability(windows(letter), level_dbfs(windows(letter)))
    assert detector.resets == 1
    assert detector.asked == GatedVoice.CONTEXT_WINDOWS + 1
    assert voice.asked == 1


def test_the_background_follows_the_line_but_not_a_sentence() -> None:
    background = Background(-52.0)
    for _ in range(70):
        background.hear(-70.0)
    assert background.level_dbfs == pytest.approx(-62.0, abs=0.1)
    before = background.level_dbfs
    for _ in range(31):
        background.hear(-15.0)
    assert background.level_dbfs == pytest.approx(before + 2.0, abs=0.1)
    for _ in range(1000):
        background.hear(-30.0)
    assert background.level_dbfs == pytest.approx(-30.0)


def test_steady_noise_closes_the_gate_and_speech_above_it_opens_it() -> None:
    background = Background(-52.0)
    gate = EnergyGate(Settings(gate_hold_s=0.0), background)
    for _ in range(400):
        background.hear(-30.0)
    assert not gate.passes(-30.0)
    assert gate.passes(-24.0)
    assert not gate.passes(-30.0)


class HearsVoicesEverywhere(LevelDetector):
    """In a room where others talk."""

    def probability(self, window: bytes) -> float:
        return 0.95


def test_the_gate_is_held_open_for_a_while() -> None:
    gate = EnergyGate(Settings(gate_hold_s=0.32), Background(-52.0))
    gate.passes(-70.0)
    assert gate.passes(-10.0)
    assert [gate.passes(-70.0) for _ in range(11)] == [True] * 9 + [False] * 2


def test_a_word_begins_though_the_noise_covers_a_part_of_it() -> None:
    def began(*windows: bytes) -> bool:
        segmenter = Segmenter(HearsVoicesEverywhere(), (0.25,), Settings())
        segmenter.feed(ROOM * 150)
        return any(isinstance(event, SpeechBegan) for event in segmenter.feed(b"".join(windows)))

    assert began(LOUD, ROOM, LOUD)
    assert not began(LOUD, ROOM, ROOM, LOUD, ROOM, ROOM, LOUD)


def test_the_voices_of_a_room_do_not_hide_the_end_of_an_answer() -> None:
    segmenter = Segmenter(HearsVoicesEverywhere(), (0.25,), Settings())
    segmenter.feed(ROOM * 150)
    heard = segmenter.feed(LOUD * 12 + ROOM * 10)
    paused = heard[-1]
    assert isinstance(paused, SpeechPaused | SpeechEnded)
    pauses = [event for event in heard if isinstance(event, SpeechPaused)]
    assert pauses[0].ended_s == pytest.approx(162 * WINDOW_S)


def test_a_turn_can_be_told_to_begin_later() -> None:
    segmenter = Segmenter(LevelDetector(), (0.25, 0.5), NO_DETECTOR_LAG)
    segmenter.feed(LOUD * 70 + SILENT * 10)
    segmenter.begin_turn_at(40 * WINDOW_S)
    [paused] = [event for event in segmenter.feed(SILENT * 8) if isinstance(event, SpeechPaused)]
    assert (paused.started_s, paused.ended_s) == pytest.approx((40 * WINDOW_S, 70 * WINDOW_S))
    assert segmenter.speech == pytest.approx((40 * WINDOW_S, 70 * WINDOW_S))
