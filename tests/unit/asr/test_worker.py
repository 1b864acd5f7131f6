"""The recognition process's own logic, without a process."""

from pathlib import Path

import msgspec
import pytest

from asr import wire, worker
from asr.engines import fake
from asr.port import EarsFailed, Partial, Paused, SpeechStarted
from asr.segmenter import Settings as SegmenterSettings
from calls.audio import read_wav, silence
from calls.errors import MissingDependency
from calls.transcript import Transcript, Word

SPEECH = read_wav(Path(__file__).parents[2] / "contracts" / "data" / "reschedule.wav")
WORDS = (("да", 0.1, 0.4, 0.9),)
TRANSCRIPT = Transcript((Word("да", 0.1, 0.4, 0.9),))


def ready_worker(*lines: str) -> worker.Worker:
    subject = worker.Worker()
    settings = fake.Settings(lines=lines).model_dump_json().encode()
    facts = subject.prepare(wire.Start("fake", settings, SegmenterSettings().model_dump_json().encode()))
    assert facts["languages"] == '["en", "ru"]'
    return subject


def kinds(reports: list[msgspec.Struct]) -> list[type]:
    return [type(report) for report in reports]


def test_a_stream_from_opening_to_closing() -> None:
    subject = ready_worker("да")
    assert subject.handle(wire.Open(7, (), (0.25, 0.5))) == []
    reports = subject.handle(wire.Audio(7, silence(0.3) + SPEECH + silence(0.3)))
    assert kinds(reports) == [wire.Began, wire.Silent]
    (taken,) = subject.handle(wire.Take(7, 3))
    assert isinstance(taken, wire.Taken)
    assert (taken.stream, taken.request, taken.words[0][0]) == (7, 3, "да")
    assert subject.handle(wire.Close(7)) == []
    assert subject.handle(wire.Audio(7, SPEECH)) == []


@pytest.mark.parametrize(
    "request_", [wire.Audio(1, b""), wire.Take(1, 1), wire.Close(1), wire.Start("fake", b"{}", b"{}")]
)
def test_requests_for_no_stream_are_ignored(request_: wire.EarsRequest) -> None:
    assert ready_worker("да").handle(request_) == []


def test_a_failing_recogniser_loses_its_stream_only() -> None:
    subject = ready_worker(fake.FAIL)
    subject.handle(wire.Open(1, (), (0.25,)))
    subject.handle(wire.Open(2, (), (0.25,)))
    (lost,) = subject.handle(wire.Audio(1, SPEECH + silence(0.4)))
    assert isinstance(lost, wire.Lost)
    assert lost.stream == 1
    assert subject.handle(wire.Take(1, 1)) == []
    assert kinds(subject.handle(wire.Take(2, 1))) == [wire.Taken]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(MissingDependency, match="распознавателя «oracle» нет"):
        worker.load_engine("oracle", b"{}")


@pytest.mark.parametrize(
    ("event", "report"),
    [
        (SpeechStarted(1.5), wire.Began(7, 1.5)),
        (Partial(TRANSCRIPT, 2.0), wire.Heard(7, WORDS, 2.0)),
        (Paused(TRANSCRIPT, 1.0, 2.0, 0.3), wire.Silent(7, WORDS, 1.0, 2.0, 0.3)),
        (EarsFailed("gone"), wire.Lost(7, "gone")),
    ],
)
def test_events_on_the_wire(event, report) -> None:  # type: ignore[no-untyped-def]
    assert worker.report_of(7, event) == report


def test_every_message_survives_the_wire() -> None:
    decoder = msgspec.msgpack.Decoder(wire.EarsReport)
    sent = wire.Silent(7, WORDS, 1.0, 2.0, 0.3)
    assert decoder.decode(msgspec.msgpack.encode(sent)) == sent
    assert wire.unpack_words(wire.pack_words(TRANSCRIPT)) == TRANSCRIPT
