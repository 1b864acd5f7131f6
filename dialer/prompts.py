"""What the robot says in one call: rendered before dialling where it is known, on the way where it is not."""

from collections.abc import Iterable

from tts.port import Mouth, Voice

APOLOGIES = {
    "ru": "Извините, у нас технические неполадки. Мы перезвоним вам позже. До свидания.",
    "en": "We are sorry, we have a technical problem. We will call you again later. Goodbye.",
}


class Prompts:
    """One voice's sentences as 8 kHz PCM; the apology is among them: it is said when the voice fails."""

    def __init__(self, mouth: Mouth, voice: Voice) -> None:
        self._mouth, self._voice = mouth, voice
        self._rendered: dict[str, bytes] = {}
        self.apology = b""

    async def prepare(self, sentences: Iterable[str]) -> None:
        """Render before the phone rings; raises what the voice raises, so that nobody is called in vain."""
        self.apology = await self._render(APOLOGIES.get(self._voice.language, APOLOGIES["en"]), urgent=False)
        for sentence in sentences:
            await self._render(sentence, urgent=False)

    async def pcm(self, sentence: str) -> bytes:
        """The sentence as it is played; rendered now if it was not foreseen."""
        return await self._render(sentence, urgent=True)

    async def _render(self, sentence: str, urgent: bool) -> bytes:
        if sentence not in self._rendered:
            self._rendered[sentence] = await self._mouth.speak(sentence, self._voice, urgent=urgent)
        return self._rendered[sentence]
