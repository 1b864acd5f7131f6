"""Who speaks the patients' lines."""

from demo.cast import MAN, WOMAN, people
from demo.person import lines_of
from demo.voices import CASTING, render
from tts.port import Voice


class NotingStudio:
    kind = "rhvoice"

    def __init__(self) -> None:
        self.spoken: list[tuple[str, str]] = []

    async def speak(self, text: str, voice: Voice) -> bytes:
        self.spoken.append((text, voice.name))
        return text.encode()


async def test_every_line_is_rendered_once_by_its_voice() -> None:
    studio = NotingStudio()
    rendered = await render([(MAN, "да"), (WOMAN, "да"), (MAN, "да"), (MAN, "Кто это?")], studio)
    assert sorted(studio.spoken) == [("Кто это?", "Aleksandr"), ("да.", "Aleksandr"), ("да.", "Irina")]
    assert rendered(MAN, "Кто это?") == "Кто это?".encode()


def test_no_patient_speaks_with_the_robots_voice() -> None:
    names = {voice.name for voice in CASTING["rhvoice"].values()}
    assert not names & {"Elena", "Anna"}
    assert {voice for voice, _ in lines_of(people().values())} <= set(CASTING["rhvoice"])
