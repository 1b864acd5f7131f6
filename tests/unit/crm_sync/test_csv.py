"""CSV files as clinics' systems write and break them."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from calls.appointment import ContactWish, Sex
from calls.errors import BadInput
from crm_sync.connectors.csv import Settings
from crm_sync.port import Pull
from tests.unit.crm_sync.csv_files import EVER, GOOD, HEADER, connector, pulled


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "appointments.csv"


async def test_a_row_with_everything(path: Path) -> None:
    headers = (
        "Номер записи;Номер карты;Фамилия;Имя;Отчество;Дата;Время;Телефон;Врач;Специальность;Филиал;Адрес;"
        "Услуга;Подготовка;Пол;Дата рождения;Язык;Часовой пояс;Связь"
    )
    row = (
        "A-7;K-3;Черных;Саша;;03.03.2027;9:05;8 (916) 123-45-67;Ким О. Ю.;терапевт;Центр;Ленина, 1;"
        '"УЗИ; печень";"Натощак.\nНе курить.";ж;29.02.1980;англ;МСК+3;только смс'
    )
    [visit] = (await pulled(path, f"{headers}\n{row}\n")).appointments
    assert (visit.reference, visit.phone) == ("A-7", "+79161234567")
    assert visit.starts_at == datetime(2027, 3, 3, 4, 5, tzinfo=UTC)
    assert (visit.doctor, visit.speciality, visit.branch) == ("Ким О. Ю.", "терапевт", "Центр")
    assert (visit.address, visit.service) == ("Ленина, 1", "УЗИ; печень")
    assert visit.preparation == "Натощак.\nНе курить."
    patient = visit.patient
    assert (patient.reference, patient.name, patient.sex) == ("K-3", "Черных Саша", Sex.FEMALE)
    assert (patient.born, patient.language, patient.zone) == (date(1980, 2, 29), "en", "Asia/Omsk")
    assert patient.wish is ContactWish.MESSAGE_ONLY


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
async def test_encoding_and_delimiter_are_found(
    path: Path, encoding: str, delimiter: str, line_end: str
) -> None:
    text = line_end.join([HEADER, GOOD, ""]).replace(";", delimiter)
    pull = await pulled(path, text, encoding)
    assert [visit.patient.name for visit in pull.appointments] == ["Черных Анна Петровна"]
    assert pull.rejected == ()


async def test_rows_tell_the_encoding_where_headers_do_not(path: Path) -> None:
    text = f"date;time;phone;patient\n{GOOD}\n".rpartition(";")[0]
    for encoding in ("utf-8", "cp1251"):
        [visit] = (await pulled(path, text, encoding)).appointments
        assert visit.patient.name == "Черных Анна Петровна"


async def test_english_headers_and_one_column_for_the_start(path: Path) -> None:
    [visit] = (
        await pulled(path, "appointment_id,start,phone,name\n7,2027-03-03T09:05+03:00,+79161234567,Li\n")
    ).appointments
    assert (visit.reference, visit.starts_at) == ("7", datetime(2027, 3, 3, 6, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "hour"),
    [
        ("03.03.2027 10:00:00", 5),
        ("2027-03-03T05:00:00+00:00", 5),
        ("2027-03-03 00:00:00+00:00", 0),
        ("2027-03-03T00:00:00", None),
        ("03.03.2027 0:00", None),
        ("03.03.2027", None),
    ],
)
async def test_a_day_without_a_time_is_no_visit_at_midnight(path: Path, start: str, hour: int | None) -> None:
    pull = await pulled(path, f"Начало;Телефон\n{start};89161234567\n")
    assert [visit.starts_at.hour for visit in pull.appointments] == ([] if hour is None else [hour])
    assert [(row.column, row.reason) for row in pull.rejected] == (
        [("Начало", "нет времени приёма")] if hour is None else []
    )


async def test_a_title_above_the_headers_does_no_harm(path: Path) -> None:
    pull = await pulled(path, f"Записи на завтра\n\n{HEADER}\n{GOOD}\n")
    assert len(pull.appointments) == 1 and pull.rejected == ()


async def test_bad_rows_are_reported_and_the_others_go_on(path: Path) -> None:
    rows = [
        GOOD,
        "03.03.2027;9:05;не знаю;Иванов Иван;Ким",
        "32.03.2027;9:05;89161234567;Иванов Иван;Ким",
        "03.03.2027;25:05;89161234567;Иванов Иван;Ким",
        "03.03.2027;;89161234567;Иванов Иван;Ким",
        ";9:05;89161234567;Иванов Иван;Ким",
        GOOD,
        "03.03.2027;10:05;89161234567;Иванов Иван;Ким;лишнее",
        '03.03.2027;11:05;89161234567;"Иванов Иван;Ким',
        "",
        "04.03.2027;9:05;89161234568;Юрьева Яна Олеговна;Ким",
    ]
    pull = await pulled(path, "\n".join([HEADER, *rows]))
    assert [visit.patient.name for visit in pull.appointments] == [
        "Черных Анна Петровна",
        "Юрьева Яна Олеговна",
    ]
    assert [(row.row, row.column) for row in pull.rejected] == [
        *((3, "Телефон"), (4, "Дата"), (5, "Время"), (6, "Время"), (7, "Дата"), (8, ""), (9, ""), (10, ""))
    ]
    assert "в строке 2" in pull.rejected[5].reason
    assert all("Иван" not in str(row) and "8916" not in str(row) for row in pull.rejected)
    assert pull.rejected[0].reference and pull.rejected[0].source == "appointments.csv"


async def test_a_line_in_another_encoding_costs_that_line_only(path: Path) -> None:
    lines = [HEADER, GOOD, GOOD.replace("9:05", "10:05")]
    content = "\n".join(lines).encode() + b"\n" + GOOD.replace("9:05", "11:05").encode("cp1251")
    pull = await pulled(path, content)
    assert len(pull.appointments) == 2
    assert [(row.row, "0xD7" in row.reason) for row in pull.rejected] == [(4, True)]


async def test_an_open_quotation_mark_does_not_swallow_good_rows(path: Path) -> None:
    lines = [HEADER, '03.03.2027;9:05;89161234567;"', GOOD, '";Ким', GOOD.replace("9:05", "10:05")]
    pull = await pulled(path, "\n".join(lines))
    assert len(pull.appointments) == 2
    assert [row.row for row in pull.rejected] == [2, 4]


async def test_quotation_marks_inside_a_cell_are_letters(path: Path) -> None:
    rows = f'{HEADER}\n03.03.2027;9:05;89161234567;Ли Яна;клиника 5" и "Ромашка\n{GOOD}\n'
    pull = await pulled(path, rows)
    assert len(pull.appointments) == 2 and pull.rejected == ()


@pytest.mark.parametrize(
    ("options", "encoding", "message", "hint"),
    [
        ({"encoding": "utf-8"}, "cp1251", r"строка 1, .*0xC4", "encoding: cp1251"),
        ({"encoding": "cp1251"}, "utf-8", "не cp1251", "encoding: utf-8"),
        ({}, "cp866", "не utf-8 и не cp1251", "encoding: cp866"),
        ({}, "koi8-r", "не utf-8 и не cp1251", "encoding: koi8-r"),
    ],
)
async def test_a_wrong_encoding_is_named(
    path: Path, options: dict[str, str], encoding: str, message: str, hint: str
) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        await pulled(path, f"{HEADER}\n{GOOD}\n", encoding, **options)
    assert hint in caught.value.hint


@pytest.mark.parametrize(("chosen", "real"), [("utf-8", "cp1251"), ("cp1251", "utf-8")])
async def test_a_wrong_encoding_is_noticed_by_the_rows_too(path: Path, chosen: str, real: str) -> None:
    rows = "date;time;phone;name\n03.03.2027;9:05;89161234567;Кот\n04.03.2027;9:05;89161234567;Дом\n"
    with pytest.raises(BadInput, match=f"не {chosen}") as caught:
        await pulled(path, rows, real, encoding=chosen)
    assert f"encoding: {real}" in caught.value.hint


async def test_koi8_is_read_when_it_is_asked_for(path: Path) -> None:
    assert len((await pulled(path, f"{HEADER}\n{GOOD}\n", "koi8-r", encoding="koi8-r")).appointments) == 1


async def test_missing_columns_are_named_without_quoting_patients(path: Path) -> None:
    with pytest.raises(BadInput, match="нет столбца для phone") as caught:
        await pulled(path, "Дата;Время;Телефн;Пациент\n03.03.2027;9:05;89161234567;Ли\n")
    assert "может быть, «Телефн»" in str(caught.value)
    with pytest.raises(BadInput, match="phone и date") as caught:
        await pulled(path, "03.03.2027;9:05;89161234567;Лиходеев\n")
    assert "Лиходеев" not in str(caught.value) + caught.value.hint
    with pytest.raises(BadInput, match="phone и date"):
        await pulled(path, "")


async def test_columns_can_be_named(path: Path) -> None:
    rows = "Когда;Во сколько;Куда звонить;Кто\n03.03.2027;9:05;89161234567;Ли Яна\n"
    names = {"date": "Когда", "time": ["Час", "Во сколько"], "phone": "Куда звонить", "name": "Кто"}
    with pytest.raises(BadInput, match="нет столбца «Час»"):
        await pulled(path, rows, columns=names)
    names["time"] = "Во сколько"
    [visit] = (await pulled(path, rows, columns=names)).appointments
    assert visit.patient.name == "Ли Яна"


async def test_files_that_cannot_be_read(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="нет") as caught:
        await connector(path).upcoming(*EVER)
    assert "crm: path" in caught.value.hint
    with pytest.raises(BadInput, match="не читается"):
        await connector(tmp_path).upcoming(*EVER)


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "utf-42"},
        {"encoding": "utf-16"},
        {"encoding": "rot13"},
        {"delimiter": "::"},
        {"columns": {"fone": "x"}},
        {"branch_zones": {"Омск": "Луна"}},
        {"unknown": 1},
    ],
)
def test_wrong_settings_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(path=Path("a.csv"), **options)


async def test_times_are_those_of_the_branch(path: Path) -> None:
    rows = f"№;{HEADER};Филиал\n1;{GOOD};Омск\n2;{GOOD};Центр\n"
    pull = await pulled(path, rows, branch_zones={"Омск": "Asia/Omsk"})
    times = {visit.branch: visit.starts_at for visit in pull.appointments}
    assert times["Центр"] - times["Омск"] == timedelta(hours=1)


async def test_a_skipped_time_is_reported(path: Path) -> None:
    rows = f"{HEADER};Филиал\n28.03.2027;2:30;89161234567;Ли Яна;Ким;Берлин\n"
    pull = await pulled(path, rows, branch_zones={"Берлин": "Europe/Berlin"})
    assert [(row.column, row.reason) for row in pull.rejected] == [
        ("Время", "в этот день часы переводят, и такого времени нет")
    ]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters='\r\n";'), max_size=12)
TRICKS = ('"', ';;"', '03.03.2027;9:05;"', '";";"', GOOD[:30], GOOD + '"', GOOD + ";;x")
LINES = st.one_of(
    st.binary(max_size=80).filter(lambda line: b"\n" not in line and b"\r" not in line),
    st.lists(CELLS, min_size=1, max_size=7).map(lambda cells: ";".join(cells).encode()),
    st.sampled_from(TRICKS).map(str.encode),
)
NEIGHBOURS = st.lists(LINES, max_size=4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=NEIGHBOURS, between=NEIGHBOURS, after=NEIGHBOURS)
async def test_good_rows_survive_any_neighbours(
    path: Path, before: list[bytes], between: list[bytes], after: list[bytes]
) -> None:
    first = "03.05.2031;10:11;+79990000001;Первый Пётр Петрович;Ким"
    second = "04.05.2031;12:13;+79990000002;Вторая Вера Ильинична;Ким"
    lines = [HEADER.encode(), *before, first.encode(), *between, second.encode(), *after]
    if _mostly_foreign(lines):
        lines = [line for line in lines if _is_utf8(line)]
    pull = await pulled(path, b"\n".join(lines), encoding="utf-8", delimiter=";")
    names = [visit.patient.name for visit in pull.appointments]
    assert names.count("Первый Пётр Петрович") == 1
    assert names.count("Вторая Вера Ильинична") == 1


def _is_utf8(line: bytes) -> bool:
    try:
        return bool(line.decode())
    except UnicodeDecodeError:
        return False


def _mostly_foreign(lines: list[bytes]) -> bool:
    """So many undecodable lines that the file counts as being in another encoding."""
    return 2 * sum(not _is_utf8(line) for line in lines) > sum(not line.isascii() for line in lines)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400), with_header=st.booleans())
async def test_no_file_crashes_the_reader(path: Path, content: bytes, with_header: bool) -> None:
    try:
        pull = await pulled(path, (HEADER.encode() + b"\n" if with_header else b"") + content)
    except BadInput as error:
        assert error.hint
    else:
        assert isinstance(pull, Pull)


def test_the_clock_of_the_day_is_kept() -> None:
    """`time` cells of spreadsheets and texts agree."""
    from crm_sync.table import cell_text

    assert cell_text(time(9, 5)) == "09:05:00"
    assert cell_text(time(9, 4, 59, 999_000)) == "09:05:00"
    assert cell_text(datetime(2027, 3, 3, 9, 5)) == "2027-03-03T09:05:00"
    assert cell_text(timedelta(hours=9, minutes=5)) == "09:05:00"
    assert [cell_text(value) for value in (None, 89161234567.0, 1.5, True, float("nan"), " x ")] == [
        *("", "89161234567", "1.5", "да", "nan", "x")
    ]
