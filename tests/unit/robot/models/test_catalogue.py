"""The catalogue's own entries, and those that a clinic adds."""

from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from asr.engines.sherpa import Architecture
from calls.errors import BadInput
from robot.models.catalogue import OWN_CATALOGUE, Catalogue
from tests.unit.robot.models.conftest import MakeEntry

OWN = """\
models:
  - name: t-one
    title: T-one из своего хранилища
    kind: sherpa
    architecture: t_one
    language: ru
    url: http://mirror.clinic.example/t-one.tar.bz2
    archive: tar
    megabytes: 128
    unpacked: 146
    licence: {name: Apache 2.0, url: "https://example.org/licence"}
"""


def test_every_entry_can_be_used_as_it_is(tmp_path: Path) -> None:
    entries = Catalogue.read(tmp_path).entries
    assert len({entry.name for entry in entries}) == len(entries) >= 10
    for entry in entries:
        assert urlsplit(entry.url).scheme == "https", entry.name
        assert urlsplit(entry.licence.url).scheme == "https", entry.name
        assert (entry.kind == "sherpa") == (entry.architecture in get_args(Architecture)), entry.name
        assert (entry.archive == "none") == (entry.main is not None), entry.name
        assert entry.bytes is None or abs(entry.bytes / 1e6 - entry.megabytes) < 1, entry.name
        assert (entry.bytes is None) == (entry.sha256 is None), entry.name


def test_voices_that_may_not_earn_money_say_so(tmp_path: Path) -> None:
    catalogue = Catalogue.read(tmp_path)
    assert not catalogue["silero-v5-ru"].licence.commercial
    assert catalogue["silero-v5-cis-base"].licence.commercial


def test_a_clinics_own_catalogue_replaces_entries(tmp_path: Path) -> None:
    (tmp_path / OWN_CATALOGUE).write_text(OWN, encoding="utf-8")
    catalogue = Catalogue.read(tmp_path)
    assert catalogue["t-one"].url == "http://mirror.clinic.example/t-one.tar.bz2"
    assert len(catalogue.entries) == len(Catalogue.read(tmp_path / "elsewhere").entries)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: sherpa", "kind: parrot", "catalogue.yaml:4:11"),
        ("http://", "file://", "https://"),
        ("name: t-one", "name: ../t-one", "catalogue.yaml:2:11"),
        ("    megabytes: 128\n", "", "megabytes"),
        ("title: T-one", "title: &T-one", "якоря"),
    ],
)
def test_mistakes_in_it_are_shown_with_their_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in OWN
    (tmp_path / OWN_CATALOGUE).write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        Catalogue.read(tmp_path)
    assert told in str(refusal.value)


def test_an_unknown_name_points_to_the_list(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="«gpt» в каталоге нет") as refusal:
        Catalogue.read(tmp_path)["gpt"]
    assert "zvonar models list" in refusal.value.hint


def test_the_file_is_named_by_its_address(make_entry: MakeEntry) -> None:
    assert make_entry().file_name == "tiny.zip"
