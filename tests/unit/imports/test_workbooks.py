"""Workbooks are read as CSV files are; what only looks like one is refused before it costs anything."""

import io
import random
import time
import zipfile
from datetime import date

import pytest

from app.imports import tables
from app.imports.errors import FileTooLarge, NotATable, UnreadableFile
from app.imports.reading import Row
from app.imports.tables import open_table
from tests.factories.workbooks import SHEET, by_hand, sheet_of, understated, workbook

ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
CELL = "<row r='1'><c r='A1' t='inlineStr'><is><t>SKU</t></is></c></row>"


def read(content: bytes) -> list[tuple[str, ...]]:
    with open_table(io.BytesIO(content)) as table:
        return [table.headers, *(row.cells for row in table.rows())]


def test_cells_are_read_as_a_csv_file_would_have_them() -> None:
    rows = [["SKU", "Units", "Price", "Expiry", "Sold"], ["007", 4006381333931, 0.1, date(2026, 2, 28), True]]

    assert read(workbook(rows)) == [
        ("SKU", "Units", "Price", "Expiry", "Sold"),
        ("007", "4006381333931", "0.1", "2026-02-28", "TRUE"),
    ]


def test_a_number_that_is_none_is_text_that_no_field_takes() -> None:
    rows = "<row r='2'><c r='A2'><v>1e999</v></c></row><row r='3'><c r='A3'><v>1e15</v></c></row>"

    assert read(by_hand({SHEET: sheet_of(CELL + rows)})) == [("SKU",), ("inf",), ("1000000000000000",)]


def test_a_row_knows_its_number_in_the_sheet() -> None:
    content = workbook([["SKU", "Name"], ["A", "line\nbreak"], [], ["B", "x"]], first_row=2)

    with open_table(io.BytesIO(content)) as table:
        assert list(table.rows()) == [Row(line=4, cells=("A", "line\nbreak")), Row(line=6, cells=("B", "x"))]


def test_empty_cells_at_the_end_of_a_row_are_there() -> None:
    assert read(workbook([["SKU", "Name", "Note"], ["A"]])) == [("SKU", "Name", "Note"), ("A", "", "")]


def test_rows_can_be_asked_for_several_times() -> None:
    with open_table(io.BytesIO(workbook([["SKU"], ["A"], ["B"]]))) as table:
        assert list(table.rows()) == list(table.rows())


def test_a_workbook_is_known_by_its_content_not_by_its_name() -> None:
    with open_table(io.BytesIO(workbook([["SKU"]]))) as book, open_table(io.BytesIO(b"SKU\n")) as text:
        assert (book.format, text.format) == ("xlsx", "csv")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"../../etc/cron.d/x": "x"}, "points out of it"),
        ({"/etc/passwd": "x"}, "points out of it"),
        ({"C:/x.xml": "x"}, "points out of it"),
        ({"..\\x.xml": "x"}, "points out of it"),
        ({"xl/embeddings/book.zip": "x"}, "holds another archive"),
        ({"xl/media/picture.png": by_hand()}, "holds another archive"),
        ({SHEET: sheet_of(CELL, ENTITIES)}, "entities of its own"),
        ({SHEET: sheet_of(CELL, EXTERNAL)}, "entities of its own"),
        ({SHEET: sheet_of(CELL, ENTITIES).encode("utf-16-le")}, "entities of its own"),
        (
            {SHEET: f"<!--{random.Random(1).randbytes(524_285).hex()}-->" + sheet_of(CELL, ENTITIES)},
            "entities of its own",
        ),
        ({SHEET: "no XML at all <"}, "damaged"),
        ({SHEET: sheet_of("")}, "the first sheet is empty"),
    ],
    ids=range(12),
)
def test_a_trap_is_refused_and_named(parts: dict[str, bytes | str], message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read(by_hand(parts))


def test_a_link_in_the_archive_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="holds a link"):
        read(by_hand(link="xl/linked.xml"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="two parts of one name"):
        read(by_hand(twice=SHEET))


def test_a_zip_that_is_no_workbook_is_no_table() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("orders.csv", "SKU\nA\n")

    with pytest.raises(NotATable, match="a ZIP archive, not an XLSX workbook"):
        read(target.getvalue())


def test_an_archive_of_many_parts_is_refused_before_its_directory_is_read() -> None:
    with pytest.raises(FileTooLarge, match="more than 50 parts"):
        read(by_hand({f"xl/part{number}.xml": "x" for number in range(50)}))


def test_a_bomb_is_refused_by_what_its_directory_says() -> None:
    bomb = by_hand({SHEET: sheet_of(CELL + "<row r='2'><c r='A2'><v>1</v></c></row>" * 1_500_000)})
    began = time.perf_counter()

    with pytest.raises(FileTooLarge, match="more than 100 times its size"):
        read(bomb)

    assert len(bomb) < 400_000
    assert time.perf_counter() - began < 0.5, "nothing may be unpacked"


def test_a_bomb_whose_directory_lies_is_refused_by_counting() -> None:
    bomb = by_hand({SHEET: sheet_of(CELL + " " * 30_000_000)})

    with pytest.raises(FileTooLarge, match="more than 100 times its size"):
        read(understated(bomb, SHEET, 1_000))


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="not as large as it says"):
        read(understated(by_hand(), SHEET, 100))


def test_a_sheet_that_would_fill_the_memory_is_refused() -> None:
    far = "<row r='1048576'><c r='A1048576'><v>1</v></c><c r='SF1048576'><v>1</v></c></row>"

    with pytest.raises(FileTooLarge, match="memory"):
        read(by_hand({SHEET: sheet_of(CELL + far)}))


def test_a_sheet_of_very_many_columns_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="16,384 columns, an import takes 500"):
        read(by_hand({SHEET: sheet_of(CELL.replace("</row>", "<c r='XFD1'><v>1</v></c></row>"))}))


def test_a_workbook_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LONGEST_SECONDS", 0.001)

    with pytest.raises(FileTooLarge, match="seconds to read"):
        read(workbook([["SKU"]]))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100, workbook([["SKU"]])[:-30]])
def test_a_workbook_that_breaks_off_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="breaks off"):
        read(content)
