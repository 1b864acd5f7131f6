"""The patients' own voices: all lines are rendered before the first call, by voices the robot lacks."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from demo.cast import MAN, WOMAN
from tts.port import Voice

# By the engine that speaks. The robot is RHVoice's Elena or Anna.
CASTING: Mapping[str, Mapping[str, Voice]] = {
    "rhvoice": {MAN: Voice("Aleksandr"), WOMAN: Voice("Irina")},
    "espeak_ng": {MAN: Voice("m3"), WOMAN: Voice("f2")},
    "fake": {MAN: Voice("hum"), WOMAN: Voice("buzz")},
}


class Studio(Protocol):
    """The part of `tts.speaking.SupervisedMouth` that is needed: it caches on disk."""

    @property
    def kind(self) -> str: ...

    async def speak(self, text: str, voice: Voice) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Lines:
    """Rendered lines by voice and text; calling it gives 8 kHz PCM, as `demo.person.Voices` wants it."""

    pcm: Mapping[tuple[str, str], bytes] = field(repr=False)

    def __call__(self, voice: str, text: str) -> bytes:
        return self.pcm[voice, text]


async def render(lines: Iterable[tuple[str, str]], studio: Studio) -> Lines:
    """Speak every (voice, text) once."""
    wanted = sorted(set(lines))
    casting = CASTING[studio.kind]
    spoken = (studio.speak(_sentence(text), casting[voice]) for voice, text in wanted)
    rendered = await asyncio.gather(*spoken)
    return Lines(dict(zip(wanted, rendered, strict=True)))


def _sentence(text: str) -> str:
    """As a synthesiser likes it: with a full stop, so that the voice falls at the end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
