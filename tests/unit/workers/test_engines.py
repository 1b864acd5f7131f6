"""Engines are found by their names; what an engine itself lacks is not taken for a wrong name."""

import json
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from calls.errors import MissingDependency
from workers.engines import EnginePackage

GOOD = """
from pydantic import BaseModel, ConfigDict

class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    rate: int = 8000

def build(settings):
    return ("built", settings.rate)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EnginePackage:
    folder = tmp_path / "clinic_engines"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "good.py").write_text(GOOD, encoding="utf-8")
    (folder / "broken.py").write_text("import no_such_library\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("clinic_engines")]:
        monkeypatch.delitem(sys.modules, name)
    return EnginePackage("clinic_engines", "слушателя", "Годится good.")


def test_settings_travel_to_the_process_that_builds_the_engine(package: EnginePackage) -> None:
    settings = package.checked("good", {"rate": 16000})
    assert json.loads(settings) == {"rate": 16000}
    assert package.build("good", settings) == ("built", 16000)


def test_a_wrong_setting_is_found_before_any_process_starts(package: EnginePackage) -> None:
    with pytest.raises(ValidationError):
        package.checked("good", {"speed": 1})


def test_an_unknown_engine_is_named_with_what_to_write_instead(package: EnginePackage) -> None:
    with pytest.raises(MissingDependency, match="слушателя «telepathy» нет") as caught:
        package.checked("telepathy", {})
    assert caught.value.hint == "Годится good."


def test_an_engine_that_lacks_a_module_is_not_called_unknown(package: EnginePackage) -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        package.build("broken", b"{}")
