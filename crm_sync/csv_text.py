"""Text files as tables: encoding and delimiter are found by the headers, a bad line costs no other."""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from calls.errors import BadInput
from crm_sync import files
from crm_sync.port import RejectedRow
from crm_sync.table import HEADER_WITHIN, IsHeader, Row, Table, below_header

AUTO = "auto"
DELIMITERS = (";", ",", "\t", "|")
_ENCODINGS = ("utf-8", "cp1251")
_TOLD_BY_HEADERS = ("cp1251", "utf-8", "cp866", "koi8-r", "mac_cyrillic")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_RECORD_LINES = 50
_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file is to be read; `headers_fit` when its headers were recognised so."""

    encoding: str
    delimiter: str
    headers_fit: bool


def read_table(path: Path, is_header: IsHeader, encoding: str = AUTO, delimiter: str = AUTO) -> Table:
    """BadInput when the file is missing or in another encoding; a line that is bad alone is in `broken`."""
    content = files.read(path)
    if content.startswith(_UTF16_MARKS):
        content, encoding = _from_utf16(path.name, content), "utf-8"
    lines = _LINE_END.split(content.removeprefix(codecs.BOM_UTF8))
    encodings = _ENCODINGS if encoding == AUTO else (encoding,)
    delimiters = DELIMITERS if delimiter == AUTO else (delimiter,)
    found = [
        reading
        for reading in (_try(lines, *pair, is_header) for pair in product(encodings, delimiters))
        if reading.headers_fit
    ]
    if not found:
        _refuse_encoding(path.name, lines, encodings, delimiters, is_header)
        reading = _likely(lines, encodings, delimiters)
    else:
        reading = min(found, key=lambda each: _badness(lines, each.encoding))
    texts, undecodable = _decoded(path.name, lines, reading.encoding)
    if encoding != AUTO:
        _refuse_wrong_choice(path.name, lines, encoding, undecodable)
    rows, torn = _records(path.name, texts, reading.delimiter, is_header)
    table = below_header(path.name, rows, is_header)
    too_long = _too_long(table)
    bad = {row.row for row in too_long}
    return Table(
        table.source,
        table.headers,
        tuple(row for row in table.rows if row.number not in bad),
        tuple(sorted((*undecodable, *torn, *too_long), key=lambda row: row.row)),
    )


def encode_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """As Russian spreadsheets open it with a double click: UTF-8 with a mark, semicolons."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerows([headers, *rows])
    return codecs.BOM_UTF8 + buffer.getvalue().encode()


def _try(lines: Sequence[bytes], encoding: str, delimiter: str, is_header: IsHeader) -> Reading:
    texts, _ = _decoded("", [line for line in lines if line.strip()][:HEADER_WITHIN], encoding)
    return Reading(encoding, delimiter, any(is_header(_parsed(text, delimiter)[0]) for _, text in texts))


def _likely(lines: Sequence[bytes], encodings: Sequence[str], delimiters: Sequence[str]) -> Reading:
    """For a file whose headers say nothing to us: the message is about its columns then."""
    encoding = min(encodings, key=lambda each: _badness(lines, each))
    texts, _ = _decoded("", [line for line in lines if line.strip()][:1], encoding)
    first = texts[0][1] if texts else ""
    return Reading(encoding, max(delimiters, key=first.count), False)


def _badness(lines: Sequence[bytes], encoding: str) -> int:
    """Lines that the encoding cannot be; negative where UTF-8 is beyond doubt: nothing else looks like it."""
    plain = 0
    bad = 0
    for line in lines:
        if line.isascii():
            continue
        try:
            line.decode(encoding)
            plain += 1
        except UnicodeDecodeError:
            bad += 1
    return bad - plain if encoding == "utf-8" else bad


def _decoded(
    source: str, lines: Sequence[bytes], encoding: str
) -> tuple[list[tuple[int, str]], list[RejectedRow]]:
    texts, broken = [], []
    for number, line in enumerate(lines, 1):
        try:
            texts.append((number, line.decode(encoding).replace("\u00a0", " ")))
        except UnicodeDecodeError as error:
            reason = f"{error.start + 1}-й байт (0x{line[error.start]:02X}) не из {encoding}"
            broken.append(RejectedRow(source, number, "", reason))
    return texts, broken


def _records(
    source: str, texts: Sequence[tuple[int, str]], delimiter: str, is_header: IsHeader
) -> tuple[list[Row], list[RejectedRow]]:
    """Lines as records. A quoted cell may go on over lines; a quote that never closes costs its line only."""
    rows, torn, place = [], [], 0
    width = _width(texts, delimiter, is_header)
    while place < len(texts):
        number, text = texts[place]
        place += 1
        if not text.strip():
            continue
        cells, is_open = _parsed(text, delimiter)
        if is_open:
            place, cells = _closed(texts, place, delimiter, width)
        if cells:
            rows.append(Row(number, cells))
        else:
            torn.append(RejectedRow(source, number, "", "кавычка не закрыта или ячейка огромна"))
    return rows, torn


def _width(texts: Sequence[tuple[int, str]], delimiter: str, is_header: IsHeader) -> int:
    """How many cells the headers have, or the first line where none is like headers."""
    first = [_parsed(text, delimiter)[0] for _, text in texts[:HEADER_WITHIN] if text.strip()]
    return len(next((cells for cells in first if is_header(cells)), first[0] if first else ()))


def _closed(
    texts: Sequence[tuple[int, str]], place: int, delimiter: str, width: int
) -> tuple[int, tuple[str, ...]]:
    """The record that began in the line before `place` and the place after it.

    No cells unless the quoted cell closes soon and leaves as many cells as the headers have; a line in
    between that is a whole record by itself tells that the mark was a mistake.
    """
    joined = texts[place - 1][1]
    for end in range(place, min(place + _LONGEST_RECORD_LINES, len(texts))):
        joined += "\n" + texts[end][1]
        cells, is_open = _parsed(joined, delimiter)
        if not is_open:
            return (end + 1, cells) if len(cells) == width else (place, ())
        if len(_parsed(texts[end][1], delimiter)[0]) == width > 1:
            break
    return place, ()


def _parsed(text: str, delimiter: str) -> tuple[tuple[str, ...], bool]:
    """The record's cells, none for what csv cannot take; and whether a quotation mark is left open."""
    reader = csv.reader(io.StringIO(f"{text}\n\n", newline=""), delimiter=delimiter)
    try:
        cells = next(reader, [])
    except csv.Error:
        return (), False
    return tuple(cell.strip() for cell in cells), reader.line_num > text.count("\n") + 1


def _too_long(table: Table) -> list[RejectedRow]:
    width = len(table.headers)
    return [
        RejectedRow(table.source, row.number, "", "ячеек больше, чем столбцов: разделитель без кавычек?")
        for row in table.rows
        if any(row.cells[width:])
    ]


def _refuse_encoding(
    source: str,
    lines: Sequence[bytes],
    encodings: Sequence[str],
    delimiters: Sequence[str],
    is_header: IsHeader,
) -> None:
    """BadInput when the headers make sense in another encoding, or cannot be read in this one at all."""
    fitting = next(
        (
            reading.encoding
            for reading in (_try(lines, *pair, is_header) for pair in product(_TOLD_BY_HEADERS, delimiters))
            if reading.headers_fit
        ),
        None,
    )
    _, broken = _decoded(source, lines, encodings[0])
    where = f": строка {broken[0].row}, {broken[0].reason}" if broken else ""
    if fitting is not None:
        raise BadInput(
            f"Кодировка файла {source} — не {' и не '.join(encodings)}{where}.",
            hint=f"Его заголовки читаются в {fitting}: напишите crm: encoding: {fitting}",
        )
    if broken and (len(encodings) == 1 or _decoded(source, lines, encodings[-1])[1]):
        raise BadInput(
            f"Кодировка файла {source} — не {' и не '.join(encodings)}{where}.",
            hint="Сохраните файл как CSV UTF-8 или назовите его кодировку в crm: encoding:",
        )


def _refuse_wrong_choice(
    source: str, lines: Sequence[bytes], encoding: str, undecodable: Sequence[RejectedRow]
) -> None:
    """BadInput when the headers are plain ASCII but the rows show that the configured encoding is wrong."""
    foreign = sum(not line.isascii() for line in lines)
    if 2 * len(undecodable) > foreign:
        row = undecodable[0]
        raise BadInput(
            f"Кодировка файла {source} — не {encoding}: строка {row.row}, {row.reason}.",
            hint="Напишите crm: encoding: cp1251 или уберите encoding, и она найдётся сама.",
        )
    if foreign and codecs.lookup(encoding).name != "utf-8" and not _decoded(source, lines, "utf-8")[1]:
        raise BadInput(
            f"Кодировка файла {source} — UTF-8, а не {encoding}.",
            hint="Напишите crm: encoding: utf-8 или уберите encoding, и она найдётся сама.",
        )


def _from_utf16(source: str, content: bytes) -> bytes:
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"Файл {source} начинается как UTF-16, но обрывается на байте {error.start + 1}.",
            hint="Сохраните файл заново как CSV UTF-8.",
        ) from error
