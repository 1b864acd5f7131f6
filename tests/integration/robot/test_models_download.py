"""Models from a server that breaks off, lies, and serves something else; and what is left after Ctrl-C."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calls.clock import ManualClock
from robot.models.catalogue import Entry, Licence
from robot.models.errors import BadArchive, Busy, DownloadFailed, NoSpace, WrongFile
from robot.models.pulling import Puller
from robot.models.store import Acceptance, ModelStore
from tests.integration.robot.hostile_server import Manners, serving

ACCEPTANCE = Acceptance("MIT", datetime(2027, 3, 2, tzinfo=UTC))
NETWORK = bytes(range(256)) * 4000


class HastyClock(ManualClock):
    """Sleeping takes no time, but is counted."""

    def __init__(self) -> None:
        super().__init__(ACCEPTANCE.at)
        self.slept_s: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        await asyncio.sleep(0)  # noqa: TID251 - no time at all


def zipped(*, name: str = "tiny/am/final.mdl", content: bytes = NETWORK) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


ARCHIVE = zipped()


class Site:
    """A server, an entry that points to it, and a store to fill."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.store = ModelStore(folder, free_bytes=lambda _: 10**12)
        self.manners = Manners(ARCHIVE)
        self.address = stack.enter_context(serving(self.manners))
        self.clock = HastyClock()
        self.shown: list[tuple[int, int | None]] = []

    def entry(self, *, sha256: str | None = None, size: int | None = None, megabytes: int = 2) -> Entry:
        return Entry(
            name="tiny", title="Малая", kind="vosk", language="ru", url=f"{self.address}/tiny.zip",
            archive="zip", megabytes=megabytes, unpacked=2, bytes=size, sha256=sha256,
            licence=Licence(name="MIT", url="https://example.org/licence"),
        )  # fmt: skip

    def exact_entry(self) -> Entry:
        return self.entry(sha256=hashlib.sha256(ARCHIVE).hexdigest(), size=len(ARCHIVE))

    @property
    def puller(self) -> Puller:
        return Puller(self.store, self.clock, lambda have, total: self.shown.append((have, total)))

    def pull(self, entry: Entry | None = None) -> Path:
        return self.puller.from_network(entry or self.exact_entry(), ACCEPTANCE)

    @property
    def left(self) -> set[str]:
        """What lies in the folder, but for locks."""
        return {path.name for path in self.store.folder.iterdir() if not path.name.endswith(".lock")}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path / "models", stack)


def test_a_model_is_brought_checked_and_installed(site: Site) -> None:
    path = site.pull()
    assert (path / "am" / "final.mdl").read_bytes() == NETWORK
    assert site.left == {"tiny"}
    assert site.store.manifest("tiny").verified
    assert site.store.damage("tiny") == []
    assert site.shown[-1] == (len(ARCHIVE), len(ARCHIVE))


def test_a_download_that_breaks_off_goes_on_where_it_was(site: Site) -> None:
    site.manners.break_after = [300_000, 200_000, 1]
    site.pull()
    starts = [int(asked.removeprefix("bytes=").removesuffix("-")) for asked in site.manners.asked if asked]
    assert site.manners.asked[0] is None
    assert starts == [300_000, 500_000, 500_001]
    assert site.clock.slept_s == [1.0, 1.0, 1.0], "every try that brought something earns new tries"


def test_a_server_without_ranges_starts_again_and_the_file_is_whole(site: Site) -> None:
    site.manners.knows_ranges = False
    site.manners.break_after = [300_000]
    assert (site.pull() / "am" / "final.mdl").read_bytes() == NETWORK


def test_a_server_without_versions_is_never_asked_for_a_part(site: Site) -> None:
    site.manners.etag = ""
    site.manners.break_after = [300_000]
    site.pull()
    assert site.manners.asked == [None, None]


def test_a_file_replaced_in_the_middle_is_fetched_from_its_beginning(site: Site) -> None:
    old = zipped(content=bytes(len(NETWORK)))
    site.manners.content = old
    with pytest.raises(DownloadFailed):
        site.manners.break_after = [300_000, 0, 0, 0, 0, 0]
        site.pull()
    site.manners.break_after = []
    site.manners.content, site.manners.etag = ARCHIVE, '"two"'
    assert (site.pull() / "am" / "final.mdl").read_bytes() == NETWORK


def test_what_has_come_survives_and_the_next_pull_goes_on(site: Site) -> None:
    site.manners.break_after = [400_000, 0, 0, 0, 0, 0]
    with pytest.raises(DownloadFailed, match="не отдаёт файл целиком") as failure:
        site.pull()
    assert "ещё раз" in failure.value.hint
    assert site.left == {"tiny.part", "tiny.part.json"}
    site.manners.break_after = []
    site.manners.asked.clear()
    site.pull()
    assert site.manners.asked == ["bytes=400000-"]


def test_a_wrong_sum_installs_nothing_and_keeps_nothing(site: Site) -> None:
    with pytest.raises(WrongFile, match="контрольная сумма"):
        site.pull(site.entry(sha256="0" * 64))
    assert site.left == set()


def test_a_length_that_is_not_the_catalogues_is_refused_before_the_download(site: Site) -> None:
    with pytest.raises(WrongFile, match=f"{len(ARCHIVE)} байт"):
        site.pull(site.entry(size=len(ARCHIVE) - 1))
    assert site.left == set()


@pytest.mark.parametrize("told", [len(ARCHIVE) + 1000, len(ARCHIVE) // 2])
def test_a_server_that_lies_about_the_length_gives_no_model(site: Site, told: int) -> None:
    site.manners.told_length = told
    with pytest.raises((WrongFile, DownloadFailed, BadArchive)):
        site.pull(site.entry())
    assert not site.store.is_installed("tiny")


def test_far_more_than_was_expected_is_not_taken(site: Site) -> None:
    site.manners.content = bytes(3_200_000)
    with pytest.raises(WrongFile):
        site.pull(site.entry(megabytes=1))
    assert site.left == set()


def test_an_error_of_the_moment_is_tried_again(site: Site) -> None:
    site.manners.statuses = [500, 503, 429]
    site.pull()
    assert site.clock.slept_s == [1.0, 2.0, 4.0]


def test_an_error_that_lasts_is_given_up(site: Site) -> None:
    site.manners.statuses = [500] * 9
    with pytest.raises(DownloadFailed, match="HTTP 500"):
        site.pull()
    assert len(site.manners.asked) == 5


def test_a_file_that_is_not_there_is_told_at_once(site: Site) -> None:
    site.manners.statuses = [404]
    with pytest.raises(DownloadFailed, match="отвечает 404") as failure:
        site.pull()
    assert "--from" in failure.value.hint
    assert site.clock.slept_s == []


def test_without_a_network_the_way_round_is_told(site: Site) -> None:
    entry = site.entry().model_copy(update={"url": "http://127.0.0.1:1/tiny.zip"})
    with pytest.raises(DownloadFailed, match=r"нет связи с 127\.0\.0\.1") as failure:
        site.pull(entry)
    assert "--from" in failure.value.hint


@pytest.mark.parametrize("name", ["../outside.mdl", "/tmp/outside.mdl", "a/../../outside.mdl", "C:\\out.mdl"])
def test_an_archive_that_writes_outside_is_refused(site: Site, name: str) -> None:
    site.manners.content = zipped(name=name)
    with pytest.raises(BadArchive, match="наружу"):
        site.pull(site.entry())
    assert site.left == set()


def test_an_archive_bomb_is_refused(site: Site) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("final.mdl", bytes(20_000_000))
    site.manners.content = packed.getvalue()
    with pytest.raises(BadArchive, match="слишком большой"):
        site.pull(site.entry())
    assert site.left == set()


def test_two_at_once_do_not_disturb_each_other(site: Site) -> None:
    with site.store.claim("tiny"), pytest.raises(Busy):
        site.pull()


def test_a_full_disk_is_told_before_the_download(site: Site) -> None:
    site.store = ModelStore(site.store.folder, free_bytes=lambda _: 5_000_000)
    with pytest.raises(NoSpace, match="свободно 5 МБ"):
        site.pull()
    assert site.manners.asked == []
