"""What strangers have packed, and what is let out of it."""

import io
import tarfile
import zipfile
from pathlib import Path
from stat import S_IFLNK

import pytest

from robot.models import archive
from robot.models.archive import copy_folder, unpack
from robot.models.errors import BadArchive

ROOM = 1_000_000


def tar_of(folder: Path, *members: tuple[tarfile.TarInfo, bytes], mode: str = "w:bz2") -> Path:
    file = folder / "model.tar"
    with tarfile.open(file, mode) as packed:  # type: ignore[call-overload]
        for info, content in members:
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return file


def tar_file(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def zip_of(folder: Path, *members: tuple[str, bytes]) -> Path:
    file = folder / "model.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("mode", ["w:bz2", "w:gz", "w:xz", "w"])
def test_a_tar_loses_its_outermost_folder(tmp_path: Path, folder: Path, mode: str) -> None:
    file = tar_of(
        tmp_path,
        (tar_file("t-one", tarfile.DIRTYPE), b""),
        (tar_file("t-one/model.onnx"), b"network"),
        (tar_file("./t-one/test_wavs/0.wav"), b"sound"),
        mode=mode,
    )
    root = unpack(file, "tar", folder, ROOM)
    assert (root / "model.onnx").read_bytes() == b"network"
    assert (root / "test_wavs" / "0.wav").read_bytes() == b"sound"


def test_a_zip_without_an_outermost_folder_is_taken_whole(tmp_path: Path, folder: Path) -> None:
    file = zip_of(tmp_path, ("am/final.mdl", b"network"), ("conf/model.conf", b""), ("graph/", b""))
    root = unpack(file, "zip", folder, ROOM)
    assert sorted(path.name for path in root.iterdir()) == ["am", "conf", "graph"]


@pytest.mark.parametrize(
    "info",
    [
        tar_file("model.onnx", tarfile.SYMTYPE, "/etc/passwd"),
        tar_file("model.onnx", tarfile.LNKTYPE, "../other"),
        tar_file("model.onnx", tarfile.FIFOTYPE),
        tar_file("model.onnx", tarfile.CHRTYPE),
    ],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, folder: Path, info: tarfile.TarInfo) -> None:
    with pytest.raises(BadArchive, match="ссылка или особый файл"):
        unpack(tar_of(tmp_path, (info, b"")), "tar", folder, ROOM)
    assert list(folder.iterdir()) == []


def test_a_link_in_a_zip_is_refused(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "model.zip"
    with zipfile.ZipFile(file, "w") as packed:
        info = zipfile.ZipInfo("am")
        info.external_attr = (S_IFLNK | 0o777) << 16
        packed.writestr(info, "/etc")
        packed.writestr("am/passwd", b"mine")
    with pytest.raises(BadArchive, match="ссылка"):
        unpack(file, "zip", folder, ROOM)


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out", "a\\..\\out", "C:/out"])
def test_names_that_lead_outside_are_refused(tmp_path: Path, folder: Path, name: str) -> None:
    with pytest.raises(BadArchive, match="наружу"):
        unpack(tar_of(tmp_path, (tar_file(name), b"x")), "tar", folder, ROOM)
    assert {path.name for path in tmp_path.iterdir()} == {"content", "model.tar"}


def test_a_name_twice_is_refused(tmp_path: Path, folder: Path) -> None:
    file = tar_of(tmp_path, (tar_file("a"), b"1"), (tar_file("a"), b"2"))
    with pytest.raises(BadArchive, match="одним именем"):
        unpack(file, "tar", folder, ROOM)


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path, folder: Path) -> None:
    file = tar_of(tmp_path, (tar_file("a"), b"1"), (tar_file("a/b"), b"2"))
    with pytest.raises(BadArchive, match="одним именем"):
        unpack(file, "tar", folder, ROOM)


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_content_is_counted_as_it_comes_out(tmp_path: Path, folder: Path, kind: str) -> None:
    bomb = bytes(ROOM)
    if kind == "zip":
        file = zip_of(tmp_path, ("a", bomb), ("b", b"x"))
    else:
        file = tar_of(tmp_path, (tar_file("a"), bomb), (tar_file("b"), b"x"))
    assert file.stat().st_size < 10_000
    with pytest.raises(BadArchive, match="слишком большой"):
        unpack(file, kind, folder, ROOM)


def test_too_many_files_are_refused(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    with pytest.raises(BadArchive, match="больше 3 файлов"):
        unpack(zip_of(tmp_path, *((str(at), b"") for at in range(4))), "zip", folder, ROOM)


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("keep", [0, 30, 200, -30])
def test_damaged_archives_are_refused(tmp_path: Path, folder: Path, kind: str, keep: int) -> None:
    noise = bytes((at * at) % 251 for at in range(5000))
    file = zip_of(tmp_path, ("a", noise)) if kind == "zip" else tar_of(tmp_path, (tar_file("a"), noise))
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(BadArchive):
        unpack(file, kind, folder, ROOM)


def test_a_web_page_is_no_archive(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "model.zip"
    file.write_text("<html>Please log in</html>")
    for kind in ("zip", "tar"):
        with pytest.raises(BadArchive, match="повреждён"):
            unpack(file, kind, folder, ROOM)


def test_a_folder_is_copied_without_its_outermost_one(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "flash"
    (source / "model" / "am").mkdir(parents=True)
    (source / "model" / "am" / "final.mdl").write_bytes(b"network")
    root = copy_folder(source, folder, ROOM)
    assert (root / "am" / "final.mdl").read_bytes() == b"network"


def test_a_link_in_a_folder_is_refused(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "flash"
    source.mkdir()
    (source / "final.mdl").symlink_to("/etc/passwd")
    with pytest.raises(BadArchive, match="ссылки"):
        copy_folder(source, folder, ROOM)
