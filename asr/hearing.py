"""The ears of the whole program: streams spread over supervised recognition processes."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field

from asr import segmenter
from asr.engines import ENGINES
from asr.errors import RecognitionFailed
from asr.port import EarsFailed, HearingEvent, HearingRequest, HearingStream, Partial, Paused, SpeechStarted
from asr.wire import (
    Audio,
    Began,
    Close,
    EarsReport,
    EarsRequest,
    Heard,
    Lost,
    Open,
    Silent,
    Start,
    Take,
    Taken,
    unpack_words,
)
from calls.clock import Clock
from calls.errors import MissingDependency
from calls.transcript import Transcript
from workers.supervised import ChildDown, SupervisedChild, start_all
from workers.wire import Ready

log = structlog.get_logger(__name__)

POLL_S = 0.05
MOST_EVENTS = 256
HANG_TIMEOUT_S = 15.0
DIED = "the recogniser died"
BAD_MODEL = (
    "Модель повреждена, не того вида, слишком долго грузится или не помещается в память. "
    "Целы ли её файлы: zvonar models check"
)


class EngineChoice(BaseModel):
    """Which engine hears, and in how many processes."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(default="vosk", description="The engine: the name of a module in asr/engines")
    engine: dict[str, Any] = Field(default_factory=dict, description="The engine's own settings")
    processes: int = Field(default=1, ge=1, le=32, description="Processes to spread the calls over")
    load_timeout_s: float = Field(default=120.0, gt=0, description="Longest wait for a model to load")


class Settings(EngineChoice):
    """The main engine, the languages that have one of their own, and what is taken for speech."""

    languages: dict[str, EngineChoice] = Field(
        default_factory=dict, description="Languages with an engine of their own, such as en"
    )
    speech: segmenter.Settings = Field(default_factory=segmenter.Settings)
    take_timeout_s: float = Field(default=4.0, gt=0, description="A call that waits longer stops listening")
    open_timeout_s: float = Field(default=5.0, gt=0, description="How long a call waits for a restart")


class _Events:
    """A stream's events until they are read: a newer partial result replaces an unread one.

    When nobody reads for very long, the oldest events are dropped.
    """

    def __init__(self) -> None:
        self._waiting: deque[HearingEvent] = deque(maxlen=MOST_EVENTS)
        self._arrived = asyncio.Event()
        self._closed = False

    def put(self, event: HearingEvent) -> None:
        if isinstance(event, Partial) and self._waiting and isinstance(self._waiting[-1], Partial):
            self._waiting.pop()
        self._waiting.append(event)
        self._arrived.set()

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    async def read(self) -> AsyncIterator[HearingEvent]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()


class SupervisedStream:
    """One call's audio on its way to a process; implements `asr.port.HearingStream`."""

    def __init__(self, number: int, process: "_Process", take_timeout_s: float) -> None:
        self._number, self._process, self._take_timeout_s = number, process, take_timeout_s
        self._events = _Events()
        self._taking: dict[int, asyncio.Future[Transcript]] = {}
        self._takes = 0
        self._is_open = True

    def feed(self, pcm: bytes) -> None:
        if self._is_open:
            self._process.send(Audio(self._number, pcm))

    def events(self) -> AsyncIterator[HearingEvent]:
        return self._events.read()

    async def take(self) -> Transcript:
        """The turn's final words; nothing when the recogniser is gone, which EarsFailed has told."""
        if not self._is_open:
            return Transcript()
        self._takes += 1
        words: asyncio.Future[Transcript] = asyncio.get_running_loop().create_future()
        self._taking[self._takes] = words
        self._process.send(Take(self._number, self._takes))
        try:
            async with asyncio.timeout(self._take_timeout_s):
                return await words
        except TimeoutError:
            # A process that only has too much to do must not lose all its other calls: whether it hangs is
            # found out by its heartbeat.
            log.error("recogniser_slow", action="give_up_stream")
            self.lost("the recogniser no longer answers")
            return Transcript()
        finally:
            self._taking.pop(self._takes, None)

    def close(self) -> None:
        if self._is_open:
            self._process.send(Close(self._number))
        self._end()

    def lost(self, reason: str) -> None:
        """The recogniser is gone: told once, and whoever waits for words gets none."""
        if self._is_open:
            self._events.put(EarsFailed(reason))
            self._end()

    def _end(self) -> None:
        self._is_open = False
        self._process.forget(self._number)
        for words in self._taking.values():
            if not words.done():
                words.set_result(Transcript())
        self._events.close()

    def report(self, report: Began | Heard | Silent | Taken | Lost) -> None:
        """What the process tells of this stream."""
        match report:
            case Began():
                self._events.put(SpeechStarted(report.at_s))
            case Heard():
                self._events.put(Partial(unpack_words(report.words), report.at_s))
            case Silent():
                times = (report.speech_started_s, report.speech_ended_s, report.silence_s)
                self._events.put(Paused(unpack_words(report.words), *times))
            case Taken():
                words = self._taking.get(report.request)
                if words and not words.done():
                    words.set_result(unpack_words(report.words))
            case Lost():
                self.lost(report.reason)


class _Process:
    """One recognition process and its streams. What one tick of audio brings goes out in one write."""

    def __init__(self, first: Start, clock: Clock, load_timeout_s: float) -> None:
        self._streams: dict[int, SupervisedStream] = {}
        self._outbox: list[EarsRequest] = []
        self._child: SupervisedChild[Any, EarsReport] = SupervisedChild(
            "asr.worker",
            first,
            EarsReport,
            clock=clock,
            on_report=self._take,
            on_death=self._died,
            start_timeout_s=load_timeout_s,
            hang_timeout_s=HANG_TIMEOUT_S,
        )
        self.kill: Callable[[], None] = self._child.kill

    async def start(self) -> Ready:
        return await self._child.start()

    @property
    def is_up(self) -> bool:
        return self._child.is_up

    @property
    def load(self) -> int:
        return len(self._streams)

    def add(self, number: int, stream: SupervisedStream, request: HearingRequest) -> None:
        self._streams[number] = stream
        self.send(Open(number, request.phrases, request.pauses_s))

    def forget(self, number: int) -> None:
        self._streams.pop(number, None)

    def send(self, request: EarsRequest) -> None:
        if not self._outbox:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outbox.append(request)

    def _flush(self) -> None:
        requests, self._outbox = self._outbox, []
        try:
            self._child.send(*requests)
        except ChildDown:
            self._died()

    async def stop(self) -> None:
        self._flush()
        await self._child.stop()
        self._lose_all("the ears were stopped")

    def _take(self, report: EarsReport) -> None:
        if isinstance(report, Began | Heard | Silent | Taken | Lost):
            stream = self._streams.get(report.stream)
            if stream:
                stream.report(report)

    def _died(self) -> None:
        self._outbox.clear()
        self._lose_all(DIED)

    def _lose_all(self, reason: str) -> None:
        for stream in list(self._streams.values()):
            stream.lost(reason)


class SupervisedEars:
    """Implements `asr.port.Ears`. A dead process loses its streams; the next calls find it restarted."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._processes: list[_Process] = []
        self._streams = 0
        self.languages: tuple[str, ...] = ()
        self.can_narrow = False

    async def start(self) -> None:
        """Start the processes; MissingDependency when the engine or its model is not there."""
        engine = ENGINES.checked(self._settings.kind, self._settings.engine)
        first = Start(self._settings.kind, engine, self._speech_settings())
        load_timeout_s = self._settings.load_timeout_s
        processes = [_Process(first, self._clock, load_timeout_s) for _ in range(self._settings.processes)]
        try:
            ready = await start_all(processes)
        except ChildDown as error:  # some libraries end the process over a model they do not like
            raise MissingDependency("распознаватель не запустился", hint=BAD_MODEL) from error
        facts = ready[0].facts
        self.languages = tuple(json.loads(facts["languages"]))
        self.can_narrow = json.loads(facts["grammar"])
        self._processes = processes

    def _speech_settings(self) -> bytes:
        return self._settings.speech.model_dump_json().encode()

    async def stop(self) -> None:
        await asyncio.gather(*(each.stop() for each in self._processes))
        self._processes = []

    def kill_processes(self) -> None:
        """End every process at once, as a crash would; they come back by themselves."""
        for process in self._processes:
            process.kill()

    async def open(self, request: HearingRequest) -> HearingStream:
        """A stream on the process with the fewest; RecognitionFailed when none comes up in time."""
        if request.language not in self.languages:
            raise RecognitionFailed(
                f"распознаватель не знает языка «{request.language}»",
                hint=f"Его модель знает: {', '.join(self.languages) or 'ничего'}.",
            )
        process = await self._least_loaded()
        self._streams += 1
        stream = SupervisedStream(self._streams, process, self._settings.take_timeout_s)
        process.add(self._streams, stream, request)
        return stream

    async def _least_loaded(self) -> _Process:
        deadline = self._clock.monotonic() + self._settings.open_timeout_s
        while True:
            up = [process for process in self._processes if process.is_up]
            if up:
                return min(up, key=lambda process: process.load)
            if not self._processes or self._clock.monotonic() >= deadline:
                raise RecognitionFailed("распознаватель не работает")
            await self._clock.sleep(POLL_S)
