"""The recognition process: `python -m asr.worker FD`. One engine, many streams, one thread."""

import json

import msgspec

from asr.engines import ENGINES
from asr.errors import RecognitionFailed
from asr.listener import Listener
from asr.port import HearingEvent, Partial, Paused, RecognitionEngine, SpeechStarted
from asr.segmenter import Segmenter
from asr.segmenter import Settings as SegmenterSettings
from asr.voice_activity import SileroNetwork, SileroVoiceActivity
from asr.wire import (
    Audio,
    Began,
    Close,
    EarsRequest,
    Heard,
    Lost,
    Open,
    Silent,
    Start,
    Take,
    Taken,
    pack_words,
)
from workers.child import ParentPipe, run_child


def load_engine(kind: str, settings: bytes) -> RecognitionEngine:
    """The engine of that name; MissingDependency when there is none or it cannot be loaded."""
    engine: RecognitionEngine = ENGINES.build(kind, settings)
    return engine


def report_of(stream: int, event: HearingEvent) -> msgspec.Struct:
    """An event of the port for the wire."""
    match event:
        case SpeechStarted():
            return Began(stream, event.at_s)
        case Partial():
            return Heard(stream, pack_words(event.transcript), event.at_s)
        case Paused():
            return Silent(
                stream,
                pack_words(event.transcript),
                event.speech_started_s,
                event.speech_ended_s,
                event.silence_s,
            )
        case _:
            return Lost(stream, event.reason)


class Worker:
    """The streams of this process."""

    def __init__(self) -> None:
        self._listeners: dict[int, Listener] = {}

    def prepare(self, first: Start) -> dict[str, str]:
        self._engine = load_engine(first.engine, first.settings)
        self._segmenter_settings = SegmenterSettings.model_validate_json(first.segmenter)
        self._network = SileroNetwork()
        able = self._engine.capabilities
        return {
            "languages": json.dumps(sorted(able.languages)),
            "grammar": json.dumps(able.grammar),
            "confidences": json.dumps(able.confidences),
        }

    def serve(self, pipe: ParentPipe) -> None:
        for request in pipe.requests():
            reports = self.handle(request)
            if reports:
                pipe.send(*reports)

    def handle(self, request: EarsRequest) -> list[msgspec.Struct]:
        """What to tell the parent; a stream whose recogniser fails is lost, the others go on."""
        if isinstance(request, Start):
            return []
        try:
            return self._handle(request)
        except RecognitionFailed as error:
            self._listeners.pop(request.stream, None)
            return [Lost(request.stream, str(error))]

    def _handle(self, request: Open | Audio | Take | Close) -> list[msgspec.Struct]:
        if isinstance(request, Open):
            self._listeners[request.stream] = self._listener(request)
            return []
        listener = self._listeners.get(request.stream)
        if listener is None:
            return []
        match request:
            case Audio():
                return [report_of(request.stream, event) for event in listener.feed(request.pcm)]
            case Take():
                return [Taken(request.stream, request.request, pack_words(listener.take()))]
            case Close():
                del self._listeners[request.stream]
        return []

    def _listener(self, request: Open) -> Listener:
        segmenter = Segmenter(SileroVoiceActivity(self._network), request.pauses_s, self._segmenter_settings)
        return Listener(self._engine.open(request.phrases), segmenter)


if __name__ == "__main__":
    worker = Worker()
    run_child(EarsRequest, worker.prepare, worker.serve)
