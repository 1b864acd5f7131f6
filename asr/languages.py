"""Ears with an engine per language: those that have none of their own are heard by the main one."""

import asyncio

from asr.errors import RecognitionFailed
from asr.hearing import Settings, SupervisedEars
from asr.port import HearingRequest, HearingStream
from calls.clock import Clock


class LanguageEars:
    """Implements `asr.port.Ears` over one `SupervisedEars` for each engine."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._main = SupervisedEars(settings.model_copy(update={"languages": {}}), clock)
        self._own = {
            language: SupervisedEars(
                settings.model_copy(
                    update={
                        "kind": choice.kind,
                        "engine": choice.engine,
                        "processes": choice.processes,
                        "load_timeout_s": choice.load_timeout_s,
                        "languages": {},
                    }
                ),
                clock,
            )
            for language, choice in settings.languages.items()
        }

    @property
    def _all(self) -> tuple[SupervisedEars, ...]:
        return (self._main, *self._own.values())

    async def start(self) -> None:
        """Start all engines or none; RecognitionFailed when one does not know the language it is for."""
        outcomes = await asyncio.gather(*(ears.start() for ears in self._all), return_exceptions=True)
        try:
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            for language, ears in self._own.items():
                if language not in ears.languages:
                    raise RecognitionFailed(
                        f"распознаватель, выбранный для языка «{language}», его не знает",
                        hint=f"В его engine: укажите language: {language} или другую модель.",
                    )
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        await asyncio.gather(*(ears.stop() for ears in self._all))

    def kill_processes(self) -> None:
        """End every process of every engine at once, as a crash would; they come back by themselves."""
        for ears in self._all:
            ears.kill_processes()

    async def open(self, request: HearingRequest) -> HearingStream:
        """A stream on the engine of the request's language."""
        return await self._own.get(request.language, self._main).open(request)
