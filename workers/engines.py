"""Engines by their names: one module each in a package of theirs, known to the parent and to the child."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calls.errors import MissingDependency


@dataclass(frozen=True, slots=True)
class EnginePackage:
    """A package whose modules offer `Settings`, a pydantic model, and `build(settings)`.

    `noun` and `hint` tell people what is not there, and what to write instead.
    """

    name: str
    noun: str
    hint: str

    def checked(self, kind: str, options: Mapping[str, Any]) -> bytes:
        """An engine's settings for its process: a mistake is found before any process starts."""
        settings: bytes = self._module(kind).Settings.model_validate(options).model_dump_json().encode()
        return settings

    def build(self, kind: str, settings: bytes) -> Any:
        """The engine; MissingDependency when there is none of that name, or it cannot be loaded."""
        module = self._module(kind)
        return module.build(module.Settings.model_validate_json(settings))

    def _module(self, kind: str) -> Any:
        name = f"{self.name}.{kind}"
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise MissingDependency(f"{self.noun} «{kind}» нет", hint=self.hint) from error
