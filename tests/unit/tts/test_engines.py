"""Engines without their libraries: where they look, what they refuse, how they read sound."""

import struct
from pathlib import Path

import pytest
from pydantic import ValidationError

from calls.errors import MissingDependency
from tts.engines import espeak_ng, fake, rhvoice
from tts.errors import MouthFailed, VoiceRefused
from tts.port import Voice


def test_rhvoice_looks_only_in_the_folder_it_was_given(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency) as refusal:
        rhvoice.build(rhvoice.Settings(folder=tmp_path))
    assert str(refusal.value) == f"RHVoice не найден (искали здесь: {tmp_path})"


def test_rhvoice_looks_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_RHVOICE_DIR", str(tmp_path / "voices"))
    with pytest.raises(MissingDependency, match="voices"):
        rhvoice.build(rhvoice.Settings())


def test_a_library_that_is_none_is_told(tmp_path: Path) -> None:
    library = tmp_path / "libRHVoice.so.5"
    library.write_text("no library")
    with pytest.raises(MissingDependency, match="не загружается"):
        rhvoice.build(rhvoice.Settings(library=library, data=tmp_path))


def test_espeak_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="espeak-ng не найден"):
        espeak_ng.build(espeak_ng.Settings(command=tmp_path / "espeak-ng"))


def script(folder: Path, body: str) -> Path:
    path = folder / "espeak-ng"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_espeak_that_fails_does_not_repeat_the_text(tmp_path: Path) -> None:
    engine = espeak_ng.build(espeak_ng.Settings(command=script(tmp_path, "cat >&2; exit 3")))
    with pytest.raises(MouthFailed) as failure:
        engine.speak("Иванову Петру", Voice("f2"))
    assert "Иванову" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_espeak_gets_the_text_without_stress_on_its_standard_input(tmp_path: Path) -> None:
    command = script(tmp_path, f'echo "$@" > {tmp_path}/arguments; cat > {tmp_path}/text; printf RIFF')
    engine = espeak_ng.build(espeak_ng.Settings(command=command))
    with pytest.raises(MouthFailed, match="no sound"):
        engine.speak("зам+ок", Voice("m3", rate=2.0))
    assert (tmp_path / "text").read_text() == "замок"
    assert (tmp_path / "arguments").read_text().split() == "-v ru+m3 -s 290 -b 1 --stdin --stdout".split()


def test_espeak_refuses_what_it_does_not_have(tmp_path: Path) -> None:
    engine = espeak_ng.build(espeak_ng.Settings(command=script(tmp_path, "exit 1")))
    with pytest.raises(VoiceRefused, match="голоса «Anna»"):
        engine.speak("да", Voice("Anna"))
    with pytest.raises(VoiceRefused, match="языка «xx»"):
        engine.speak("да", Voice("f2", language="xx"))


def test_a_wav_stream_is_read_from_its_data_chunk(tmp_path: Path) -> None:
    header = b"RIFF\xff\xff\xff\x7fWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 22050, 44100, 2, 16)
    wav = tmp_path / "wav"
    wav.write_bytes(header + b"data\xff\xff\xff\x7f" + b"\1\2\3\4")
    engine = espeak_ng.build(espeak_ng.Settings(command=script(tmp_path, f"cat {wav}")))
    speech = engine.speak("да", Voice("espeak"))
    assert (speech.pcm, speech.rate_hz) == (b"\1\2\3\4", 22050)


def test_the_fake_voice_lasts_as_long_as_its_text() -> None:
    engine = fake.build(fake.Settings(seconds_per_letter=0.1))
    assert len(engine.speak("абвгд", Voice("hum")).pcm) / 2 / fake.RATE_HZ == pytest.approx(0.5)
    assert len(engine.speak("абвгд", Voice("hum", rate=2.0)).pcm) / 2 / fake.RATE_HZ == pytest.approx(0.25)


@pytest.mark.parametrize("module", [rhvoice, espeak_ng, fake])
def test_a_misspelt_setting_is_refused(module) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValidationError):
        module.Settings.model_validate({"fodler": "x"})
