"""Robot and patient on one clock."""

import wave
from pathlib import Path

from calls.audio import FRAME_BYTES
from dialer.recording import Recorder

LOUD = b"\x10\x27" * (FRAME_BYTES // 2)


def test_robot_left_patient_right_where_they_spoke(tmp_path: Path) -> None:
    recorder = Recorder()
    for frame in range(10):
        recorder.hear(frame, LOUD if frame >= 8 else bytes(FRAME_BYTES))
    recorder.speak(2, 4, LOUD * 5)
    recorder.write(tmp_path / "deep" / "call.wav")
    with wave.open(str(tmp_path / "deep" / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        stereo = file.readframes(file.getnframes())
    left = [stereo[4 * 160 * frame] for frame in range(10)]
    right = [stereo[4 * 160 * frame + 2] for frame in range(10)]
    assert [bool(sample) for sample in left] == [frame in (2, 3) for frame in range(10)]
    assert [bool(sample) for sample in right] == [frame >= 8 for frame in range(10)]


def test_lost_frames_become_silence() -> None:
    recorder = Recorder()
    recorder.hear(5, LOUD)
    assert recorder.frames == 6
