"""Brings a file over HTTP: goes on where it broke off, tries again, never believes the server.

What has come lies in `FILE.part`; `FILE.part.json` says of which address and which version of the file it is,
so that two halves of different files are never put together (RFC 9110: Range, If-Range, ETag).
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import structlog

from calls.clock import Clock
from robot.models.errors import DownloadFailed, NoSpace, WrongFile

log = structlog.get_logger(__name__)

PAUSES_S = (1.0, 2.0, 4.0, 8.0)
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})
NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
OFFLINE_HINT = (
    "Проверьте сеть и прокси (HTTPS_PROXY). Без сети: скачайте файл на другом компьютере и выполните "
    "zvonar models pull ИМЯ --from ФАЙЛ."
)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Source:
    """What to bring. `size` is exact or None; more than `most_bytes` are never taken."""

    url: str
    size: int | None
    most_bytes: int


@dataclass(frozen=True, slots=True)
class _Version:
    """Which file a part is a part of; an empty validator means that the server names no versions."""

    url: str
    validator: str = ""


class _Broken(Exception):
    """The connection broke, or the server is out of sorts: worth another try."""


class Download:
    """One file on its way; cancelling it leaves a part that the next download goes on with."""

    def __init__(
        self, source: Source, part: Path, client: httpx.AsyncClient, clock: Clock, progress: Progress
    ) -> None:
        self._source, self._part = source, part
        self._client, self._clock, self._progress = client, clock, progress
        self._version_file = part.with_name(part.name + ".json")
        self._host = httpx.URL(source.url).host

    async def run(self) -> None:
        """Bring the whole file; each try that brings something earns new tries.

        DownloadFailed when the server cannot be reached or refuses, WrongFile when the size is wrong.
        """
        pauses = iter(PAUSES_S)
        while True:
            had = self._have()
            try:
                await self._try()
                return
            except (_Broken, httpx.RequestError) as error:
                if self._have() > had:
                    pauses = iter(PAUSES_S)
                pause_s = next(pauses, None)
                if pause_s is None:
                    raise self._gave_up(error) from error
                log.warning("download_broke", action="try_again", error=type(error).__name__)
            except OSError as error:
                raise NoSpace(
                    f"файл {self._part} не записывается ({error.strerror})",
                    hint="Освободите место или задайте другую папку: ZVONAR_MODELS.",
                ) from error
            await self._clock.sleep(pause_s)

    def discard(self) -> None:
        """Forget what has come."""
        self._part.unlink(missing_ok=True)
        self._version_file.unlink(missing_ok=True)

    def _have(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    async def _try(self) -> None:
        have = self._resumable()
        if have and have == self._source.size:
            return
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": self._known_version().validator}
        async with self._client.stream("GET", self._source.url, headers=headers) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                self.discard()
                raise _Broken("the part is longer than the file")
            self._check_status(response)
            start, total = _placed(response, have)
            self._check_size(total)
            if start not in (0, have):
                raise _Broken("the server sent another part than was asked for")
            await self._receive(response, start, total)

    async def _receive(self, response: httpx.Response, start: int, total: int | None) -> None:
        version = _Version(self._source.url, _validator(response))
        self._version_file.write_text(json.dumps(asdict(version)), encoding="utf-8")
        have = start
        with self._part.open("ab" if start else "wb") as file:
            self._progress(have, total)
            async for chunk in response.aiter_raw():
                have += len(chunk)
                if have > self._source.most_bytes:
                    break
                file.write(chunk)
                self._progress(have, total)
        if have > self._source.most_bytes:
            self.discard()
            raise self._wrong_size("больше")
        wanted = self._source.size or total
        if wanted is not None and have < wanted:
            raise _Broken("the file ended too early")

    def _resumable(self) -> int:
        """How much of the same file is already here, provided that the server can tell."""
        known = self._known_version()
        same = known.url == self._source.url and known.validator
        return self._have() if same else 0

    def _known_version(self) -> _Version:
        try:
            found: Any = json.loads(self._version_file.read_text(encoding="utf-8"))
            return _Version(str(found["url"]), str(found["validator"]))
        except (OSError, ValueError, KeyError, TypeError):
            return _Version("")

    def _check_status(self, response: httpx.Response) -> None:
        code = response.status_code
        if code in WORTH_ANOTHER_TRY:
            raise _Broken(f"HTTP {code}")
        if code not in (200, 206):
            raise DownloadFailed(
                f"{self._host} отвечает {code}: такого файла там нет или он закрыт",
                hint="Адрес мог измениться. Файл, добытый иначе, возьмёт zvonar models pull ИМЯ --from ФАЙЛ.",
            )

    def _check_size(self, total: int | None) -> None:
        if total is None:
            return
        if (self._source.size is not None and total != self._source.size) or total > self._source.most_bytes:
            self.discard()
            raise self._wrong_size(f"{total} байт")

    def _wrong_size(self, found: str) -> WrongFile:
        wanted = f"{self._source.size} байт" if self._source.size else f"до {self._source.most_bytes} байт"
        return WrongFile(
            f"{self._host} даёт не тот файл: его размер {found}, а по каталогу {wanted}",
            hint="Возможно, модель перевыпущена или это страница входа в сеть. Ничего не установлено.",
        )

    def _gave_up(self, error: Exception) -> DownloadFailed:
        if isinstance(error, NO_CONNECTION):
            return DownloadFailed(f"нет связи с {self._host} ({type(error).__name__})", hint=OFFLINE_HINT)
        reason = str(error) if isinstance(error, _Broken) else type(error).__name__
        return DownloadFailed(
            f"{self._host} не отдаёт файл целиком ({reason})",
            hint="Выполните команду ещё раз: скачанное осталось, и она продолжит.",
        )


def _placed(response: httpx.Response, have: int) -> tuple[int, int | None]:
    """Where this answer's bytes belong, and how long the whole file is, if the server says."""
    if response.status_code == httpx.codes.PARTIAL_CONTENT:
        match = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if match is None:
            raise _Broken("a part without its place")
        return int(match[1]), None if match[3] == "*" else int(match[3])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _validator(response: httpx.Response) -> str:
    """A strong ETag, or the date of the last change; If-Range takes no weak ETag."""
    etag: str = response.headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")
