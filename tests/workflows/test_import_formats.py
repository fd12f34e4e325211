"""CSV and XLSX say the same: read alike, given back as they came, and safe to open in a spreadsheet."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.imports import exports
from app.imports.fields import KINDS
from app.imports.mapping import guess
from app.imports.tables import open_table
from app.imports.templates import template
from app.kernel.csv_cells import defused, typed, undone
from app.kernel.table_files import FORMATS, write_table
from tests.factories.house import make_house
from tests.factories.imports import checked, given_back, taken_in
from tests.factories.workbooks import workbook

ROWS = [["SKU", "Site", "Quantity"], ["TEA-1", "CMH1", 12], ["NOPE", "CMH1", 3], ["TEA-2", "CMH1", "1e3"]]
STRANGE = ("=cmd|' /C calc'!A0", "+1+1", "-2", "@x", "'=x", "''+x", "'quoted'", "O'-Ring", "plain")


@pytest.fixture
def house(session):
    return make_house(session)


def read(content: bytes) -> list[tuple[str, ...]]:
    with open_table(io.BytesIO(content)) as table:
        return [table.headers, *(row.cells for row in table.rows())]


def written(format, header, rows) -> bytes:
    target = io.BytesIO()
    write_table(target, format, header, rows)
    return target.getvalue()


def test_a_workbook_is_taken_in_as_a_csv_file_is(session, house, tmp_path):
    row = taken_in(session, tmp_path, workbook(ROWS[:2]), kind="stock")

    assert (row.format, row.tally["run"]["units"]) == ("xlsx", 12)
    media_type = session.execute(text("SELECT media_type FROM files WHERE id = :id"), {"id": row.file_id}).scalar_one()
    assert media_type.endswith("spreadsheetml.sheet")


def test_days_of_a_workbook_are_days(session, house, tmp_path):
    taken_in(session, tmp_path, b"SKU,Tracking\nTEA-1,lot\n", kind="products")
    rows = [["SKU", "Site", "Quantity", "Lot", "Expires on"], ["TEA-1", "CMH1", 12, "L1", date(2027, 2, 28)]]

    taken_in(session, tmp_path, workbook(rows), kind="stock")

    assert session.execute(text("SELECT expires_on FROM lots")).scalar_one() == date(2027, 2, 28)


def test_rows_left_out_come_back_in_the_format_in_which_they_came(session, house, tmp_path):
    row = checked(session, tmp_path, workbook(ROWS), kind="stock")

    file = given_back(session, row)

    assert file.startswith(b"PK")
    assert read(file) == [
        ("SKU", "Site", "Quantity", "Left out because"),
        ("NOPE", "CMH1", "3", "SKU: there is no SKU “NOPE”: import the product first"),
        ("TEA-2", "CMH1", "1e3", "Quantity: must be a whole number such as 3, in the digits 0 to 9"),
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_the_mended_file_of_rows_left_out_can_be_taken_in(session, house, tmp_path, format):
    content = workbook(ROWS) if format == "xlsx" else b"SKU,Site,Quantity\nTEA-1,CMH1,12\nNOPE,CMH1,3\nTEA-2,CMH1,1e3\n"
    left_out = read(given_back(session, checked(session, tmp_path, content, kind="stock")))
    mended = [[cell.replace("NOPE", "TEA-3").replace("1e3", "1000") for cell in row] for row in left_out]

    row = taken_in(session, tmp_path, written(format, mended[0], mended[1:]), kind="stock")

    assert (row.tally["run"]["units"], row.tally["run"]["refused"]) == (1003, 0)
    assert exports.REJECTED.header(row) == ["SKU", "Site", "Quantity", "Left out because"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_table_that_is_written_and_read_again_is_the_same(format):
    rows = [[value, 7, None] for value in STRANGE]

    assert read(written(format, ["Name", "=Units", "Empty"], rows)) == [
        ("Name", "=Units", "Empty"),
        *(((defused if format == "csv" else typed)(value), "7", "") for value in STRANGE),
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_names_that_look_like_formulas_survive_export_and_import(session, house, tmp_path, format):
    rows = [[f"SKU-{number}", name] for number, name in enumerate(STRANGE)]

    taken_in(session, tmp_path, written(format, ["SKU", "Name"], rows), kind="products")

    names = session.execute(text("SELECT name FROM skus WHERE code LIKE 'SKU-%' ORDER BY code")).scalars().all()
    assert tuple(names) == STRANGE


def test_formulas_are_defused_in_csv_and_numbers_stay_numbers():
    content = written("csv", ["Name", "Change"], [["=1+1", -2], ["\tx", 3]]).decode()

    assert list(csv.reader(io.StringIO(content)))[1:] == [["'=1+1", "-2"], ["'\tx", "3"]]


def test_formulas_are_plain_strings_in_a_workbook():
    with open_table(io.BytesIO(written("xlsx", ["Name"], [["=1+1"], ["@SUM(A1)"]]))) as table:
        assert [row.cells for row in table.rows()] == [("=1+1",), ("@SUM(A1)",)]


@given(st.text())
def test_every_text_is_what_it_was_after_a_round_trip(value):
    assert undone(defused(value)) == value
    assert undone(typed(value)) == value
    assert not defused(value).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", FORMATS)
def test_every_column_of_a_template_is_known(kind, format):
    header, rows = template(kind)

    found = read(written(format, header, rows))

    assert set(guess(kind, found[0])) == {one.name for one in KINDS[kind]}
    assert len(found) == 1 + len(rows)


def test_what_came_of_each_row_can_be_had_as_a_file(session, house, tmp_path):
    row = taken_in(session, tmp_path, workbook(ROWS), kind="stock")

    rows = exports.RESULTS.part(session, row, 0).rows

    assert exports.RESULTS.header(row) == ["Row", "SKU", "Site", "Quantity", "Result", "Details"]
    assert [(one[0], one[4], str(one[5])[:10]) for one in rows] == [
        (2, "new", "12 units"),
        (3, "left out", "SKU: there"),
        (4, "left out", "Quantity: "),
    ]
