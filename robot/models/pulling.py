"""Gets a model from the network or from a local file into the store."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx

from calls.clock import Clock
from calls.errors import BadInput
from robot.models.catalogue import Entry
from robot.models.download import TIMEOUT, Download, Progress, Source
from robot.models.errors import BadArchive, WrongFile
from robot.models.store import Acceptance, ModelStore


@dataclass(frozen=True, slots=True)
class Puller:
    """The store, the time, and whom to tell how far the download is."""

    store: ModelStore
    clock: Clock
    progress: Progress

    def from_network(self, entry: Entry, acceptance: Acceptance) -> Path:
        """Download, check and unpack. Interrupted, it leaves what has come, and goes on with it next time."""
        with self.store.claim(entry.name):
            part = self.store.part(entry)
            have = part.stat().st_size if part.exists() else 0
            self.store.require_space(entry, entry.expected_bytes - have)
            discard = asyncio.run(self._download(entry, part))
            try:
                path = self.store.install_file(part, entry, acceptance, entry.url)
            except (WrongFile, BadArchive):
                discard.discard()  # going on with it would never help
                raise
            discard.discard()
            return path

    def from_disk(self, source: Path, entry: Entry, acceptance: Acceptance) -> Path:
        """Install what somebody has brought: the catalogue's file, or a folder that it was unpacked to."""
        with self.store.claim(entry.name):
            self.store.require_space(entry, 0)
            if source.is_dir():
                return self.store.install_folder(source, entry, acceptance)
            if source.is_file():
                return self.store.install_file(source, entry, acceptance, str(source))
            raise BadInput(f"{source}: такого файла или папки нет")

    async def _download(self, entry: Entry, part: Path) -> Download:
        source = Source(entry.url, entry.bytes, entry.most_bytes)
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=True) as client:
            download = Download(source, part, client, self.clock, self.progress)
            await download.run()
            return download
