"""A CSV file that the clinic's system exports; results and bookings are CSV files beside it."""

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from calls.clock import Clock
from crm_sync.blocking import InThreads
from crm_sync.csv_text import AUTO, DELIMITERS, encode_table, read_table
from crm_sync.filecrm import FileCrm, FileSettings
from crm_sync.port import CrmConnector
from crm_sync.table import IsHeader, Table


class Settings(FileSettings):
    """`crm: {kind: csv, path: appointments.csv}`"""

    kind: Literal["csv"] = "csv"
    encoding: str = Field(default=AUTO, description="utf-8, cp1251, …; auto finds UTF-8, UTF-16 and cp1251")
    delimiter: str = Field(default=AUTO, description="; or , or | or a tab; auto finds it by the headers")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        if name == AUTO:
            return name
        try:
            known = codecs.lookup(name).name
            ascii_stays = "a;\n".encode(known) == b"a;\n"
        except (LookupError, TypeError) as error:
            raise ValueError(f"кодировка «{name}» неизвестна; годятся utf-8 и cp1251") from error
        if not ascii_stays:
            raise ValueError(f"кодировка «{name}» узнаётся по первым байтам файла: уберите encoding")
        return known

    @field_validator("delimiter")
    @classmethod
    def _known_delimiter(cls, delimiter: str) -> str:
        if delimiter not in (AUTO, *DELIMITERS):
            raise ValueError('пишите ";", ",", "|" или "\\t"')
        return delimiter


class CsvFormat:
    """CSV as clinics' systems write it; written back for Russian spreadsheets."""

    def __init__(self, encoding: str = AUTO, delimiter: str = AUTO) -> None:
        self._encoding, self._delimiter = encoding, delimiter

    def read(self, path: Path, is_header: IsHeader) -> Table:
        return read_table(path, is_header, self._encoding, self._delimiter)

    def encode(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        return encode_table(headers, rows)


def build(settings: Settings, zone: ZoneInfo, clock: Clock) -> CrmConnector:
    """The connector; the file is not opened before it is asked for something."""
    appointments = CsvFormat(settings.encoding, settings.delimiter)
    return InThreads(FileCrm(settings, zone, clock, appointments, CsvFormat()))
