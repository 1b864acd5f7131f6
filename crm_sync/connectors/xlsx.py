"""An Excel workbook (.xlsx) of appointments; results and bookings are workbooks beside it."""

import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Literal
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

from pydantic import Field

from calls.clock import Clock
from calls.errors import BadInput, MissingDependency
from crm_sync import files
from crm_sync.blocking import InThreads
from crm_sync.filecrm import FileCrm, FileSettings
from crm_sync.port import CrmConnector
from crm_sync.table import IsHeader, Row, Table, below_header, cell_text

_BROKEN_WORKBOOK = (
    *(BadZipFile, zlib.error, SyntaxError, EOFError, OSError, RuntimeError),
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError),
)
"""What openpyxl raises when it is given something else; XML's errors are SyntaxErrors."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_WIDEST = 60


class Settings(FileSettings):
    """`crm: {kind: xlsx, path: appointments.xlsx}`"""

    kind: Literal["xlsx"] = "xlsx"
    sheet: str = Field(default="", description="The sheet's name; empty: the one that opens")


class XlsxFormat:
    """One sheet of a workbook. Formulas count as what they last came to."""

    def __init__(self, sheet: str = "") -> None:
        self._sheet = sheet

    def read(self, path: Path, is_header: IsHeader) -> Table:
        content = files.read(path)
        if content.startswith(_OLD_EXCEL):
            raise BadInput(
                f"{path.name} — книга старого вида или с паролем.",
                hint="Сохраните её в Excel как .xlsx без пароля.",
            )
        try:
            rows = self._rows(content)
        except _BROKEN_WORKBOOK as error:
            raise BadInput(
                f"{path.name} — не книга Excel, или она повреждена.", hint="Сохраните её ещё раз как .xlsx."
            ) from error
        if rows is None:
            raise BadInput(
                f"В {path.name} нет листа «{self._sheet}».",
                hint="Исправьте crm: sheet: или уберите эту строку.",
            )
        return below_header(path.name, rows, is_header)

    def encode(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        """Everything as text, so that phones and references stay what they are."""
        workbook = _openpyxl().Workbook()
        sheet = workbook.active
        for line in (headers, *rows):
            sheet.append([_legal(text) for text in line])
        for cell in sheet[1]:
            cell.font = _openpyxl().styles.Font(bold=True)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(zip(headers, *rows, strict=True), 1):
            letter = _openpyxl().utils.get_column_letter(place)
            sheet.column_dimensions[letter].width = min(_WIDEST, 2 + max(len(text) for text in column))
        buffer = io.BytesIO()
        workbook.save(buffer)
        return buffer.getvalue()

    def _rows(self, content: bytes) -> list[Row] | None:
        workbook = _openpyxl().load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            if self._sheet and self._sheet not in workbook.sheetnames:
                return None
            sheet = workbook[self._sheet] if self._sheet else workbook.active or workbook.worksheets[0]
            return [
                Row(number, tuple(cell_text(value) for value in values))
                for number, values in enumerate(sheet.iter_rows(values_only=True), 1)
            ]
        finally:
            workbook.close()


def build(settings: Settings, zone: ZoneInfo, clock: Clock) -> CrmConnector:
    """The connector; the workbook is not opened before it is asked for something."""
    return InThreads(FileCrm(settings, zone, clock, XlsxFormat(settings.sheet), XlsxFormat()))


def _openpyxl() -> ModuleType:
    try:
        import openpyxl
        import openpyxl.styles
        import openpyxl.utils
    except ModuleNotFoundError as error:
        raise MissingDependency("Библиотека openpyxl не установлена.", hint="pip install openpyxl") from error
    return openpyxl


def _legal(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(character for character in text if character >= " " or character in "\n\t")
