"""How a model gets in whole or not at all, and what is told of the installed ones."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from calls.errors import BadInput
from robot.models.errors import BadArchive, NoSpace, WrongFile
from robot.models.store import MANIFEST, VARIABLE, Acceptance, ModelStore, models_folder
from tests.unit.robot.models.conftest import MakeEntry

ACCEPTANCE = Acceptance("MIT", datetime(2027, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    folder = tmp_path / "models"
    folder.mkdir()
    return ModelStore(folder)


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    folder = tmp_path / "flash"
    (folder / "am").mkdir(parents=True)
    (folder / "am" / "final.mdl").write_bytes(b"network")
    return folder


def test_the_configuration_comes_before_the_environment_and_that_before_the_users_folder() -> None:
    environment = {VARIABLE: "/srv/models"}
    assert models_folder(Path("/clinic/models"), environment) == Path("/clinic/models")
    assert models_folder(None, environment) == Path("/srv/models")
    assert models_folder(None, {}).parts[-2:] == ("zvonar", "models")


def test_an_installed_folder_tells_where_it_came_from_and_on_which_terms(
    store: ModelStore, brought: Path, make_entry: MakeEntry
) -> None:
    path = store.install_folder(brought, make_entry(), ACCEPTANCE)
    assert path == store.folder / "tiny" == store.path(make_entry())
    manifest = store.manifest("tiny")
    assert (manifest.source, manifest.verified, manifest.licence) == (str(brought), False, "MIT")
    assert manifest.accepted_at == "2027-03-02T09:30:00+00:00"
    assert [facts.path for facts in manifest.files] == ["am/final.mdl"]


def test_a_single_file_is_named_itself(store: ModelStore, tmp_path: Path, make_entry: MakeEntry) -> None:
    weights = tmp_path / "downloaded.part"
    weights.write_bytes(b"voices")
    entry = make_entry(kind="silero", archive="none", main="v5_ru.pt")
    path = store.install_file(weights, entry, ACCEPTANCE, entry.url)
    assert path == store.folder / "tiny" / "v5_ru.pt"
    assert path.read_bytes() == b"voices"


def test_damage_is_found(store: ModelStore, brought: Path, make_entry: MakeEntry) -> None:
    (brought / "README").write_text("x")
    path = store.install_folder(brought, make_entry(), ACCEPTANCE)
    assert store.damage("tiny") == []
    (path / "am" / "final.mdl").write_bytes(b"netw0rk")
    (path / "README").unlink()
    assert store.damage("tiny") == [
        "README: не читается (No such file or directory)",
        "am/final.mdl: содержимое изменилось",
    ]
    (path / "am" / "final.mdl").write_bytes(b"net")
    assert "am/final.mdl: размер изменился" in store.damage("tiny")


def test_a_damaged_description_says_how_to_mend_it(
    store: ModelStore, brought: Path, make_entry: MakeEntry
) -> None:
    (store.install_folder(brought, make_entry(), ACCEPTANCE) / MANIFEST).write_text("{")
    with pytest.raises(BadInput, match="не читается") as refusal:
        store.damage("tiny")
    assert "--again" in refusal.value.hint


def test_installing_again_replaces_the_model(store: ModelStore, brought: Path, make_entry: MakeEntry) -> None:
    store.install_folder(brought, make_entry(), ACCEPTANCE)
    (brought / "am" / "final.mdl").write_bytes(b"better network")
    path = store.install_folder(brought, make_entry(), ACCEPTANCE)
    assert (path / "am" / "final.mdl").read_bytes() == b"better network"
    assert [each.name for each in store.folder.iterdir()] == ["tiny"]


def test_a_failed_installation_leaves_the_old_model(
    store: ModelStore, brought: Path, tmp_path: Path, make_entry: MakeEntry
) -> None:
    path = store.install_folder(brought, make_entry(), ACCEPTANCE)
    other = tmp_path / "photos"
    other.mkdir()
    (other / "cat.jpg").touch()
    with pytest.raises(BadArchive, match=r"нет final\.mdl"):
        store.install_folder(other, make_entry(), ACCEPTANCE)
    assert (path / "am" / "final.mdl").read_bytes() == b"network"
    assert [each.name for each in store.folder.iterdir()] == ["tiny"]


def test_what_a_killed_installation_left_is_swept(
    store: ModelStore, brought: Path, make_entry: MakeEntry
) -> None:
    (store.folder / ".tiny.new-abc" / "content").mkdir(parents=True)
    store.install_folder(brought, make_entry(), ACCEPTANCE)
    assert [each.name for each in store.folder.iterdir()] == ["tiny"]


def test_a_file_of_another_size_or_sum_is_refused(
    store: ModelStore, tmp_path: Path, make_entry: MakeEntry
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"network")
    with pytest.raises(WrongFile, match="размер файла 7 байт, а в каталоге 8"):
        store.verify(file, make_entry(bytes=8))
    with pytest.raises(WrongFile, match="контрольная сумма"):
        store.verify(file, make_entry(sha256="0" * 64))


def test_room_is_needed_for_the_rest_of_the_download_and_for_what_is_unpacked(
    tmp_path: Path, make_entry: MakeEntry
) -> None:
    entry = make_entry(unpacked=100)
    store = ModelStore(tmp_path, free_bytes=lambda _: 200_000_000)
    store.require_space(entry, 50_000_000)
    with pytest.raises(NoSpace, match="свободно 200 МБ, нужно 201"):
        store.require_space(entry, 51_000_000)


def test_a_model_that_is_not_here_says_how_to_get_it(store: ModelStore, make_entry: MakeEntry) -> None:
    with pytest.raises(BadInput, match="не установлена") as refusal:
        store.path(make_entry())
    assert refusal.value.hint == "Скачать: zvonar models pull tiny"
