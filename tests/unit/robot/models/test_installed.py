"""Engines' settings: models by name, paths from the configuration file, mistakes with their place."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calls.errors import BadInput
from robot.configuration_file import FILE_NAME, Loaded, load
from robot.models.catalogue import Catalogue
from robot.models.installed import ears_settings, mouth_settings
from robot.models.store import Acceptance, ModelStore

CONFIGURATION = """\
clinic: {name: Ромашка}
crm: {kind: csv, path: appointments.csv}
line: {kind: fake}
models: models
"""
Configure = Callable[[str], Loaded]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    def configured(more: str) -> Loaded:
        (tmp_path / FILE_NAME).write_text(CONFIGURATION + more, encoding="utf-8")
        return load(tmp_path)

    return configured


@pytest.fixture
def t_one(tmp_path: Path) -> Path:
    """A folder that passes for T-one, installed."""
    source = tmp_path / "flash"
    source.mkdir()
    (source / "model.onnx").touch()
    (source / "tokens.txt").touch()
    (tmp_path / "models").mkdir()
    store, entry = ModelStore(tmp_path / "models"), Catalogue.read(tmp_path)["t-one"]
    return store.install_folder(source, entry, Acceptance("MIT", datetime(2027, 3, 2, tzinfo=UTC)))


def test_a_models_name_stands_for_its_path_architecture_and_language(
    configure: Configure, t_one: Path
) -> None:
    settings = ears_settings(configure("asr: {kind: sherpa, engine: {model: t-one}}"))
    assert settings.engine == {"model": str(t_one), "language": "ru", "architecture": "t_one"}


def test_what_is_said_is_not_replaced(configure: Configure, t_one: Path) -> None:
    settings = ears_settings(configure("asr: {kind: sherpa, engine: {model: t-one, architecture: nemo_ctc}}"))
    assert settings.engine["architecture"] == "nemo_ctc"


def test_each_language_has_its_own(configure: Configure, t_one: Path) -> None:
    more = "asr: {kind: fake, languages: {ru: {kind: sherpa, engine: {model: t-one}}}}"
    settings = ears_settings(configure(more))
    assert (settings.kind, settings.engine) == ("fake", {})
    assert settings.languages["ru"].engine["model"] == str(t_one)


def test_a_path_counts_from_the_configuration_file(configure: Configure, tmp_path: Path) -> None:
    settings = ears_settings(configure("asr: {engine: {model: my/vosk}}"))
    assert settings.engine["model"] == str(tmp_path / "my" / "vosk")
    mouth = mouth_settings(configure("tts: {kind: silero, engine: {weights: /srv/v5_ru.pt}}"))
    assert mouth.engine["weights"] == "/srv/v5_ru.pt"
    assert mouth.cache_folder.is_relative_to(tmp_path)


def test_a_model_that_is_not_installed_is_told_with_its_place(configure: Configure) -> None:
    loaded = configure("asr:\n  engine:\n    model: vosk-model-ru-0.42\n")
    with pytest.raises(BadInput) as refusal:
        ears_settings(loaded)
    assert f"{FILE_NAME}:6:3" in str(refusal.value) or f"{FILE_NAME}:7:5" in str(refusal.value)
    assert "zvonar models pull vosk-model-ru-0.42" in str(refusal.value)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("asr: {kind: sherpa, engine: {model: some/folder}}", "architecture"),
        ("asr: {languages: {en: {engine: {modle: x}}}}", "modle"),
        ("tts: {kind: silero}", "weights"),
    ],
)
def test_mistakes_in_an_engines_settings_are_told_with_their_place(
    configure: Configure, more: str, place: str
) -> None:
    loaded = configure(more)
    with pytest.raises(BadInput, match=rf"{FILE_NAME}:5:\d+: .*{place}"):
        ears_settings(loaded)
        mouth_settings(loaded)
