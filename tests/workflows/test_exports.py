"""Exports hold what the lists show, are taken back in as they are, and are forgotten in time."""

import csv
import io

import pytest
from sqlalchemy import text

from app.exports import lifecycle
from app.exports.asked import KINDS, asked
from app.exports.asked import asked as ask
from app.imports.tables import open_table
from app.kernel.deliveries import Held
from app.kernel.errors import Invalid
from app.kernel.files import FolderStore, add, keep
from app.kernel.table_files import FORMATS
from app.workflows import export_tables, make_export
from app.workflows.export_tables import TABLES, count_rows, rows_of
from app.workflows.forget_exports import ExportForgetter
from app.workflows.make_export import start_export, write_export
from tests.factories.house import make_house
from tests.factories.imports import ACTOR, taken_in

HELD = Held(id=1, handler="upkeep.forget_exports", ids={}, event_id=None, attempt=1, failures=0)
PRODUCTS = (
    b"SKU,Name,Category,GTIN,Weight,Tracking,Removal,Removal days,Unit cost,Unit price\n"
    b"TEA-1,Black tea,Tea,4006381333931,300,lot,fefo,30,4.20,12.50\nX-1,=cmd|' /C calc'!A0,,,,,,,,\n"
)
BINS = b"Site,Bin,Zone,Kind,Pick sequence,Capacity,One SKU only\nCMH1,A-1,A,pick,10,200,yes\n"
STOCK = (
    b"SKU,Site,Quantity,Bin,Lot,Expires on\nTEA-1,CMH1,12,A-1,L1,2027-06-30\nTEA-1,CMH1,5,A-1,L2,\nTEA-2,RNO1,7,,,\n"
)


@pytest.fixture
def house(session, bound):
    return make_house(session)


@pytest.fixture
def stocked(session, house, tmp_path):
    for kind, content in (("products", PRODUCTS), ("bins", BINS), ("stock", STOCK)):
        taken_in(session, tmp_path, content, kind=kind)
    return house


def exported(session, kind, format="csv", **filters) -> bytes:
    target = io.BytesIO()
    write_export(session, ask(kind, format, filters), target, actor=ACTOR)
    return target.getvalue()


def rows(content: bytes) -> list[dict[str, str]]:
    with open_table(io.BytesIO(content)) as table:
        return [dict(zip(table.headers, row.cells, strict=True)) for row in table.rows()]


@pytest.mark.parametrize("kind", KINDS)
def test_both_formats_say_the_same(session, stocked, kind):
    plain, book = (rows(exported(session, kind, format)) for format in FORMATS)

    without_apostrophes = [{name: cell.removeprefix("'") for name, cell in row.items()} for row in plain]
    assert len(plain) == count_rows(session, asked(kind, "csv", {})) > 0
    assert list(plain[0]) == list(TABLES[kind].header)
    assert [{**row, **_amounts(row)} for row in book] == [{**row, **_amounts(row)} for row in without_apostrophes]


def _amounts(row):
    """12.5 and 12.50 are the same amount."""
    return {name: float(row[name]) for name in ("Unit cost", "Unit price, net") if row.get(name)}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", ["products", "prices", "bins"])
def test_what_was_exported_changes_nothing_when_it_is_imported(session, stocked, tmp_path, kind, format):
    content = exported(session, kind, format)

    again = taken_in(session, tmp_path, content, kind=kind)

    assert again.tally["run"] == {"new": 0, "changed": 0, "same": len(rows(content)), "refused": 0}


@pytest.mark.parametrize("format", FORMATS)
def test_stock_by_bin_and_lot_can_be_imported_as_a_count(session, stocked, tmp_path, format):
    again = taken_in(session, tmp_path, exported(session, "places", format), kind="counts")

    assert again.tally["run"]["same"] == 3


def test_levels_say_what_is_available(session, stocked):
    [tea, _] = rows(exported(session, "stock"))

    assert tea == {
        "SKU": "TEA-1",
        "Name": "Black tea",
        "Site": "CMH1",
        "On hand": "17",
        "Allocated": "0",
        "Reserved": "0",
        "Unavailable": "0",
        "Safety stock": "0",
        "Available": "17",
    }


def test_the_ledger_names_what_caused_each_step(session, stocked):
    found = rows(exported(session, "ledger", site="CMH1", q="TEA-1"))

    assert [(row["On hand"], row["Bin"], row["Lot"], row["Caused by"]) for row in found] == [
        ("12", "A-1", "L1", "import"),
        ("5", "A-1", "L2", "import"),
    ]
    assert found[0]["Happened at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("kind", "filters", "count"),
    [
        ("products", {"q": "tea-1"}, 1),
        ("products", {"q": "%"}, 0),
        ("products", {"q": "_"}, 0),
        ("products", {"q": "' OR 1=1--"}, 0),
        ("products", {"q": "400638"}, 1),
        ("products", {"state": "inactive"}, 0),
        ("prices", {"price_list": "none"}, 0),
        ("stock", {"site": "RNO1"}, 1),
        ("places", {"q": "black", "site": "CMH1"}, 2),
        ("ledger", {"reason": "opening"}, 3),
        ("ledger", {"reason": "count"}, 0),
        ("ledger", {"since": "2099-01-01"}, 0),
    ],
)
def test_filters_are_those_of_the_lists(session, stocked, kind, filters, count):
    assert len(rows(exported(session, kind, **filters))) == count


@pytest.mark.parametrize(
    ("kind", "format", "given"),
    [
        ("orders", "csv", {}),
        ("stock", "pdf", {}),
        ("ledger", "csv", {"since": "2026-02-30"}),
        ("products", "csv", {"state": "__class__"}),
        ("stock", "csv", {"q": "a\0b"}),
        ("stock", "csv", {"site": "x" * 101}),
    ],
)
def test_what_cannot_be_exported_is_refused(kind, format, given):
    with pytest.raises(Invalid):
        ask(kind, format, given)


def test_filters_that_a_kind_does_not_know_are_left_out():
    assert ask("bins", "csv", {"q": "tea", "site": "CMH1", "since": "2026-01-01"}).filters.to_json() == {"site": "CMH1"}


def test_no_cell_of_a_csv_file_is_a_formula(session, stocked):
    cells = [cell for row in csv.reader(io.StringIO(exported(session, "products").decode())) for cell in row]

    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_rows_come_through_a_cursor_of_the_server_a_few_at_a_time(session, stocked, statements, monkeypatch):
    monkeypatch.setattr(export_tables, "FETCHED_AT_ONCE", 1)

    with statements(session) as counted:
        count = len(list(rows_of(session, ask("products", "csv", {}))))

    assert sum(one.startswith("FETCH FORWARD") for one in counted) >= count > 5


def test_who_took_what_away_is_in_the_audit(session, stocked):
    exported(session, "ledger")

    entry = session.execute(text("SELECT actor, action FROM audit_entries")).one()
    assert tuple(entry) == (ACTOR.code, "exported ledger as csv")


def test_a_workbook_that_could_not_hold_the_rows_is_refused_before_it_is_made(session, stocked, monkeypatch):
    monkeypatch.setattr(make_export, "MOST_ROWS_IN_XLSX", 2)

    with pytest.raises(Invalid, match="these are 3: choose CSV"):
        start_export(session, ask("places", "xlsx", {}), actor=ACTOR)


@pytest.mark.parametrize(("age", "state"), [("6 days", "done"), ("8 days", "forgotten")])
def test_files_go_after_a_week(session, stocked, tmp_path, age, state):
    store = FolderStore(tmp_path)
    export = lifecycle.begin(session, ask("stock", "csv", {}), rows=2, actor=ACTOR)
    file = keep(store, b"SKU\n", name="stock.csv", media_type="text/csv")
    lifecycle.move(session, export.id, "run")
    lifecycle.move(session, export.id, "finish", file_id=add(session, file))
    session.execute(text("UPDATE exports SET finished_at = now() - CAST(:age AS interval)"), {"age": age})
    session.commit()

    ExportForgetter(store).forget(HELD)(session)

    row = lifecycle.get(session, export.id)
    assert (row.state, store.exists(file.key), row.file_id is None) == (state, state == "done", state != "done")


def test_days_are_those_of_the_company(session, stocked):
    today = session.execute(text("SELECT (now() AT TIME ZONE time_zone)::date FROM company")).scalar_one()

    found = rows(exported(session, "ledger", since=today.isoformat(), until="2099-12-31"))

    assert len(found) == 3
