"""The synthesis process: `python -m tts.worker FD`. One engine, one sentence after the other."""

import json

import msgspec

from calls.errors import ZvonarError
from tts.engines import ENGINES
from tts.errors import MouthFailed
from tts.port import SynthesisEngine, Voice
from tts.telephone import telephone_speech
from tts.wire import MouthRequest, NotSpoken, Speak, Spoken, Start
from workers.child import ParentPipe, run_child


def load_engine(kind: str, settings: bytes) -> SynthesisEngine:
    """The engine of that name; MissingDependency when there is none or it cannot be loaded."""
    engine: SynthesisEngine = ENGINES.build(kind, settings)
    return engine


class Worker:
    """Holds the engine between the two phases of a child's life."""

    def __init__(self) -> None:
        self._engine: SynthesisEngine | None = None

    def prepare(self, first: Start) -> dict[str, str]:
        self._engine = load_engine(first.engine, first.settings)
        able = self._engine.capabilities
        return {
            "version": able.version,
            "voices": json.dumps(able.voices),
            "languages": json.dumps(sorted(able.languages)),
        }

    def serve(self, pipe: ParentPipe) -> None:
        for request in pipe.requests():
            if isinstance(request, Speak):
                pipe.send(self._answer(request))

    def _answer(self, request: Speak) -> msgspec.Struct:
        assert self._engine is not None
        voice = Voice(request.voice, request.language, request.rate)
        try:
            pcm = telephone_speech(self._engine.speak(request.text, voice))
            if not pcm:
                raise MouthFailed("the voice said nothing audible")
        except ZvonarError as error:
            return NotSpoken(request.request, type(error).__name__, str(error), error.hint)
        return Spoken(request.request, pcm)


if __name__ == "__main__":
    worker = Worker()
    run_child(MouthRequest, worker.prepare, worker.serve)
