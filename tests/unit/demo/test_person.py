"""The language of acts, performed on a telephone that only takes notes."""

import asyncio
from collections.abc import Callable
from typing import cast

import numpy as np

from demo.journal import Happening
from demo.person import (
    Announce,
    Answer,
    Beep,
    CutIn,
    GoDead,
    HangUp,
    HearOut,
    KeyPath,
    NeverAnswer,
    Person,
    Press,
    Reject,
    Ring,
    Say,
    Script,
    Wait,
    beep,
    insisted,
    perform,
)
from demo.telephone import CallEnded, Telephone


class NotingTelephone:
    """Notes every use of it; the robot speaks `prompts` prompts, then hangs up."""

    def __init__(self, prompts: int) -> None:
        self.notes: list[str] = []
        self._prompts = prompts
        self._over = False

    def _note(self, text: str) -> None:
        if self._over:
            raise CallEnded
        self.notes.append(text)

    def ring(self) -> None:
        self._note("ring")

    def reject(self, code: int, reason: str = "") -> None:
        self._note(f"reject {code} {reason}".strip())
        self._over = True

    def hang_up(self) -> None:
        self._note("hang up")
        self._over = True

    def go_dead(self) -> None:
        self._note("dead")

    def end(self, ending: Happening) -> None:
        self._over = True

    async def open_early_media(self) -> None:
        self._note("183")

    async def answer(self) -> None:
        self._note("200")

    async def wait(self, seconds: float) -> None:
        self._note(f"wait {seconds}")

    async def hear_prompt_end(self, patience_s: float) -> bool:
        if not self._prompts:
            self._over = True
        self._prompts -= 1
        self._note("prompt")
        return True

    async def hear_prompt_begin(self, patience_s: float) -> bool:
        self._note("prompt begins")
        return self._prompts > 0

    async def say(self, pcm: bytes, label: str = "") -> None:
        self._note(f"say {pcm.decode()}")

    async def sound(self, pcm: bytes, label: str) -> None:
        self._note(f"sound {label}")

    async def press(self, keys: str) -> None:
        self._note(f"rtp {keys}")

    async def press_by_info(self, keys: str) -> None:
        self._note(f"info {keys}")

    async def until(self, condition: Callable[[], bool]) -> bool:
        raise CallEnded


def played(script: Script, *, prompts: int = 1, insists: bool = False) -> list[str]:
    call = NotingTelephone(prompts)
    person = Person((script,), voice="v", insists=insists)
    asyncio.run(
        perform(person, script, cast(Telephone, call), lambda voice, text: f"{voice}:{text}".encode())
    )
    return call.notes


def test_an_ordinary_answer() -> None:
    notes = played((Ring(0.5), Answer(), HearOut(0.2), Say("да"), Press("1"), Press("2", KeyPath.INFO)))
    assert notes == ["ring", "wait 0.5", "200", "prompt", "wait 0.2", "say v:да", "rtp 1", "info 2"]


def test_who_insists_repeats_the_last_answer_to_every_prompt() -> None:
    script = (Answer(), HearOut(0.2), Say("что"), HearOut(0.2), Say("да"))
    notes = played(script, prompts=4, insists=True)
    assert [note for note in notes if note.startswith("say")] == ["say v:что", *["say v:да"] * 3]


def test_without_a_prompt_to_hear_out_nothing_is_repeated() -> None:
    assert insisted((Answer(), Say("да"))) == ()
    assert played((Answer(), Say("да")), insists=True) == ["200", "say v:да"]


def test_network_parts() -> None:
    assert played((Announce("нет"), Reject(480, "Q.850;cause=20"))) == [
        "183",
        "say v:нет",
        "reject 480 Q.850;cause=20",
    ]
    assert played((NeverAnswer(3),)) == ["ring", "wait 3", "reject 480"]


def test_rude_and_dead_lines() -> None:
    assert played((Answer(), CutIn(1), HangUp(), Say("да"))) == ["200", "prompt begins", "wait 1", "hang up"]
    assert played((Answer(), CutIn(1), Say("да")), prompts=0) == ["200", "prompt begins", "hang up"]
    assert played((Answer(), GoDead())) == ["200", "dead", "wait 40.0"]
    assert played((Answer(), Wait(2), Beep(0.5))) == ["200", "wait 2", "sound beep"]


def test_each_call_has_its_script_and_the_last_one_stays() -> None:
    busy, answers = (Reject(486),), (Answer(),)
    person = Person((busy, busy, answers))
    assert [person.script(number) for number in (1, 2, 3, 9)] == [busy, busy, answers, answers]


def test_all_texts_are_known_beforehand() -> None:
    person = Person(((Announce("сеть"),), (Answer(), Say("да"), HearOut(), Say("нет"))))
    assert person.texts == {"сеть", "да", "нет"}


def test_the_beep_is_a_tone_of_1_khz() -> None:
    samples = np.frombuffer(beep(0.5), "<i2")
    spectrum = np.abs(np.fft.rfft(samples))
    assert len(samples) == 4000
    assert int(spectrum.argmax()) * 8000 / len(samples) == 1000
