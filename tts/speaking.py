"""The mouth of the whole program: sentences from the cache, or from an engine in a child process."""

import asyncio
import heapq
import json
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field

from calls.audio import silence
from calls.clock import Clock
from calls.errors import MissingDependency, ZvonarError
from tts import errors, telephone
from tts.cache import SpeechCache, SpeechKey
from tts.engines import ENGINES
from tts.port import Voice
from tts.recordings import RecordedPhrases
from tts.sentences import split_sentences
from tts.spoken import check_speakable
from tts.wire import MouthReport as Report
from tts.wire import NotSpoken, Speak, Spoken, Start
from workers.supervised import ChildDown, SupervisedChild, start_all
from workers.wire import Ready

log = structlog.get_logger(__name__)

POLL_S = 0.05


class Settings(BaseModel):
    """Which engine speaks and where its speech is kept."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(default="rhvoice", description="The engine: the name of a module in tts/engines")
    engine: dict[str, Any] = Field(default_factory=dict, description="The engine's own settings")
    fallback: str | None = Field(
        default="espeak_ng", description="The engine when the first one is not installed"
    )
    processes: int = Field(
        default=1, ge=1, le=16, description="How many sentences are spoken at the same time"
    )
    cache_folder: Path = Field(default=Path("var/speech"), description="Where spoken sentences are kept")
    cache_mb: int = Field(default=512, ge=1, description="How large that folder may grow")
    recordings: Path | None = Field(
        default=None, description="Folder of sentences recorded by an announcer, NAME.wav with NAME.txt"
    )
    timeout_s: float = Field(default=30.0, gt=0, description="A sentence that takes longer has failed")


class _Child:
    """One synthesis process; it is given one sentence at a time, so a crash loses only that one."""

    def __init__(self, kind: str, settings: bytes, clock: Clock) -> None:
        self._clock = clock
        self._answer: asyncio.Future[Spoken | NotSpoken] | None = None
        self._request = 0
        self._process: SupervisedChild[Start | Speak, Report] = SupervisedChild(
            "tts.worker",
            Start(kind, settings),
            Report,
            clock=clock,
            on_report=self._take,
            on_death=self._lost,
        )

    @property
    def pid(self) -> int | None:
        return self._process.pid

    async def start(self) -> Ready:
        return await self._process.start()

    async def stop(self) -> None:
        await self._process.stop()
        self._lost()

    async def speak(self, text: str, voice: Voice, timeout_s: float) -> bytes:
        """The speech of one sentence; MouthFailed when the process dies or hangs over it."""
        self._request += 1
        self._answer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await self._up()
                self._process.send(Speak(self._request, text, voice.name, voice.language, voice.rate))
                answer = await self._answer
        except TimeoutError:
            self._process.kill()
            raise errors.MouthFailed("the synthesiser took too long over a sentence") from None
        except ChildDown as error:
            raise errors.MouthFailed("the synthesiser is not running") from error
        finally:
            self._answer = None
        if isinstance(answer, NotSpoken):
            raise _error_of(answer)
        return answer.pcm

    async def _up(self) -> None:
        while not self._process.is_up:
            await self._clock.sleep(POLL_S)

    def _take(self, report: Report) -> None:
        waiting = self._answer
        if waiting is None or waiting.done() or not isinstance(report, Spoken | NotSpoken):
            return
        if report.request == self._request:
            waiting.set_result(report)

    def _lost(self) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(errors.MouthFailed("the synthesiser died over a sentence"))


def _error_of(report: NotSpoken) -> ZvonarError:
    kind = getattr(errors, report.kind, errors.MouthFailed)
    error: ZvonarError = kind(report.message, hint=report.hint)
    return error


class _Idle:
    """The processes with nothing to do; who waits on the line gets the next one first."""

    def __init__(self) -> None:
        self._children: list[_Child] = []
        self._waiting: list[tuple[bool, int, asyncio.Future[_Child]]] = []
        self._count = 0

    async def get(self, urgent: bool) -> _Child:
        if self._children:
            return self._children.pop()
        self._count += 1
        turn: asyncio.Future[_Child] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not urgent, self._count, turn))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.put(turn.result())
            raise

    def put(self, child: _Child) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(child)
                return
        self._children.append(child)


class SupervisedMouth:
    """Implements `tts.port.Mouth`. A crashed engine is restarted and the sentence tried once more."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._cache = SpeechCache(settings.cache_folder, settings.cache_mb * 1024 * 1024)
        self._children: list[_Child] = []
        self._idle = _Idle()
        self._making: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._recorded = RecordedPhrases()
        self._kind = settings.kind
        self._version = ""
        self.voices: tuple[str, ...] = ()
        self.languages: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The engine that speaks: the configured one or, where that is missing, its fallback."""
        return self._kind

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are there now."""
        return tuple(child.pid for child in self._children if child.pid)

    async def start(self) -> None:
        """Start the processes; MissingDependency when neither the engine nor its fallback is there.

        BadInput when an announcer's recording cannot be used.
        """
        if self._settings.recordings:
            self._recorded = await asyncio.to_thread(RecordedPhrases.load, self._settings.recordings)
        try:
            await self._start_engine(self._settings.kind, self._settings.engine)
        except MissingDependency as error:
            fallback = self._settings.fallback
            if fallback is None or fallback == self._settings.kind:
                raise
            log.warning("voice_engine_missing", action="fall_back", engine=self._settings.kind, to=fallback)
            await self._start_fallback(fallback, error)

    async def _start_fallback(self, fallback: str, missing: MissingDependency) -> None:
        try:
            await self._start_engine(fallback, {})
        except MissingDependency as error:
            raise MissingDependency(f"{missing}; {error}", hint=missing.hint) from error

    async def _start_engine(self, kind: str, options: Mapping[str, Any]) -> None:
        settings = ENGINES.checked(kind, options)
        children = [_Child(kind, settings, self._clock) for _ in range(self._settings.processes)]
        facts = (await start_all(children))[0].facts
        self._kind, self._version = kind, f"{facts['version']}/{telephone.VERSION}"
        self.voices = tuple(json.loads(facts["voices"]))
        self.languages = tuple(json.loads(facts["languages"]))
        self._children = children
        for child in children:
            self._idle.put(child)

    async def stop(self) -> None:
        await asyncio.gather(*(child.stop() for child in self._children))
        self._children.clear()
        self._idle = _Idle()

    async def speak(self, text: str, voice: Voice, *, urgent: bool = False) -> bytes:
        """8 kHz PCM; raises Unspeakable, VoiceRefused or MouthFailed."""
        check_speakable(text, voice.language)
        voice = self._present(voice)
        sentences = split_sentences(text)
        spoken = await asyncio.gather(*(self._sentence(each.text, voice, urgent) for each in sentences))
        pieces: list[bytes] = []
        for sentence, pcm in zip(sentences, spoken, strict=True):
            pieces += [pcm, silence(sentence.pause_s)]
        return b"".join(pieces[:-1])

    def _present(self, voice: Voice) -> Voice:
        """The voice itself; when the fallback speaks, its own first voice in the place of unknown ones."""
        if self._kind == self._settings.kind or voice.name in self.voices or not self.voices:
            return voice
        return Voice(self.voices[0], voice.language, voice.rate)

    async def _sentence(self, text: str, voice: Voice, urgent: bool) -> bytes:
        recorded = self._recorded.get(text)
        if recorded:
            return recorded
        key = SpeechKey(self._kind, self._version, voice, text)
        lock = self._making.setdefault(key.digest, asyncio.Lock())
        async with lock:
            pcm = await asyncio.to_thread(self._cache.get, key)
            if pcm is None:
                pcm = await self._synthesised(text, voice, urgent)
                await self._keep(key, pcm)
        return pcm

    async def _keep(self, key: SpeechKey, pcm: bytes) -> None:
        try:
            await asyncio.to_thread(self._cache.put, key, pcm)
        except OSError as error:
            log.warning("speech_not_cached", action="go_on", error=type(error).__name__)

    async def _synthesised(self, text: str, voice: Voice, urgent: bool) -> bytes:
        """Spoken by the next idle process; a process lost on the way gets the sentence once more."""
        try:
            return await self._spoken_by_idle(text, voice, urgent)
        except errors.MouthFailed:
            log.warning("sentence_not_spoken", action="retry", engine=self._kind)
        return await self._spoken_by_idle(text, voice, urgent)

    async def _spoken_by_idle(self, text: str, voice: Voice, urgent: bool) -> bytes:
        if not self._children:
            raise errors.MouthFailed("the mouth has not been started")
        child = await self._idle.get(urgent)
        try:
            return await child.speak(text, voice, self._settings.timeout_s)
        finally:
            self._idle.put(child)
