"""The settings of ears and mouth as their engines take them: models named, paths made whole, checked."""

import importlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from asr.hearing import Settings as EarsSettings
from calls.errors import BadInput
from robot.configuration_file import Loaded, problem_at, problems_at
from robot.models.catalogue import Catalogue
from robot.models.store import ModelStore, models_folder
from tts.speaking import Settings as MouthSettings

MODEL_KEYS = ("model", "weights")


def ears_settings(loaded: Loaded) -> EarsSettings:
    """The section `asr`; BadInput with its place for what no engine could start with."""
    asr = loaded.configuration.asr
    languages = {
        language: choice.model_copy(
            update={"engine": _engine(loaded, ("asr", "languages", language), choice.kind, choice.engine)}
        )
        for language, choice in asr.languages.items()
    }
    engine = _engine(loaded, ("asr",), asr.kind, asr.engine)
    return asr.model_copy(update={"engine": engine, "languages": languages})


def mouth_settings(loaded: Loaded) -> MouthSettings:
    """The section `tts`; its folders count from the configuration file. BadInput as above."""
    tts = loaded.configuration.tts
    return tts.model_copy(
        update={
            "engine": _engine(loaded, ("tts",), tts.kind, tts.engine),
            "cache_folder": loaded.folder / tts.cache_folder,
            "recordings": tts.recordings and loaded.folder / tts.recordings,
        }
    )


def opened_store(loaded: Loaded | None) -> ModelStore:
    """The folder of models that the configuration or the environment names."""
    named = loaded.configuration.models if loaded else None
    return ModelStore(models_folder(loaded.folder / named if loaded and named else None))


def with_installed(
    engine: dict[str, Any], store: ModelStore, catalogue: Catalogue, folder: Path
) -> dict[str, Any]:
    """An engine's settings with paths: of a model that the catalogue names, or counted from `folder`.

    The architecture and the language of a catalogue's model need not be repeated. BadInput when the named
    model is not installed.
    """
    settings = dict(engine)
    for key in MODEL_KEYS:
        named = settings.get(key)
        if not isinstance(named, str):
            continue
        if named not in catalogue:
            settings[key] = str(folder / named)
            continue
        entry = catalogue[named]
        settings[key] = str(store.path(entry))
        settings.setdefault("language", entry.language)
        if entry.architecture:
            settings.setdefault("architecture", entry.architecture)
    return settings


def _engine(loaded: Loaded, section: tuple[str, ...], kind: str, engine: dict[str, Any]) -> dict[str, Any]:
    if any(isinstance(engine.get(key), str) for key in MODEL_KEYS):
        store = opened_store(loaded)
        try:
            engine = with_installed(engine, store, Catalogue.read(store.folder), loaded.folder)
        except BadInput as error:
            raise problem_at(loaded, (*section, "engine"), str(error), error.hint) from error
    name = f"{section[0]}.engines.{kind}"
    try:
        model = importlib.import_module(name).Settings
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return engine  # the service itself says that there is no such engine
    try:
        model.model_validate(engine)
    except ValidationError as error:
        raise problems_at(loaded, (*section, "engine"), error, model) from error
    return engine
