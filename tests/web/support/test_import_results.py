"""What an import's page gives back when it is checked or over, and taking it back."""

import csv
import io

import pytest
from sqlalchemy import text

from app.imports import lifecycle
from app.imports.options import Options
from app.imports.tables import open_table
from app.imports.words import KINDS
from app.kernel import deliveries
from app.workflows import work_imports
from tests.factories.dirty_orders import HISTORY_UNTIL, dirty_orders, written
from tests.factories.house import make_house
from tests.factories.imports import checked, taken_in
from tests.factories.workbooks import workbook

URL = "/support/imports/"
ALL = Options(history_until=HISTORY_UNTIL, create_missing=("products", "customers"))


@pytest.fixture(scope="module")
def dirty():
    return dirty_orders(orders=20)


@pytest.fixture
def house(session, bound):
    house = make_house(session)
    session.commit()
    deliveries.wire(dict.fromkeys((work_imports.CHECK, work_imports.RUN, work_imports.UNDO), "intake"))
    yield house
    deliveries.wire({})


@pytest.fixture
def support(house, login):
    return login("support")


def only_import(session):
    session.expire_all()
    [row] = lifecycle.latest(session)
    return row


def test_rows_left_out_come_back_as_a_file(support, session, tmp_path):
    file = dirty_orders(orders=20)
    file.rows[0]["Quantity"] = "0"
    file.rows[0]["Customer Name"] = "=cmd|' /C calc'!A0"
    row = checked(session, tmp_path, written(file.rows), options=ALL)
    session.commit()

    answer = support.get(f"{URL}{row.id}/rejected.csv")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=orders-left-out.csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert "'=cmd|' /C calc'!A0" in {one["Customer Name"] for one in rows}
    assert all(one["Left out because"] for one in rows)


def test_repairs_come_back_as_a_file(support, session, tmp_path, dirty):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    session.commit()

    answer = support.get(f"{URL}{row.id}/repairs.csv")

    assert len(answer.text.splitlines()) == 1 + sum(row.tally["check"]["repairs"].values())


def test_the_result_says_what_came_of_it_and_offers_to_undo(support, session, tmp_path, dirty):
    row = taken_in(session, tmp_path, dirty.content, options=ALL)
    session.commit()

    page = support.get(f"{URL}{row.id}")

    assert f"{dirty.facts.net / 100:,.2f}" in page.text
    assert "Undo this import" in page.text
    assert support.post(f"{URL}{row.id}/undo").status_code == 303
    assert only_import(session).state == "undoing"


def test_an_import_that_was_built_on_is_not_undone(support, session, tmp_path, dirty):
    row = taken_in(session, tmp_path, dirty.content, options=ALL)
    session.execute(text("UPDATE orders SET paid_minor = 1"))
    session.commit()

    answer = support.post(f"{URL}{row.id}/undo")

    assert answer.status_code == 409
    assert "are paid for, released or shipped" in answer.text


def test_a_file_that_was_imported_before_is_recognised(support, session, tmp_path, dirty):
    first = taken_in(session, tmp_path, dirty.content, options=ALL)
    second = checked(session, tmp_path, dirty.content, options=ALL)
    session.commit()

    page = support.get(f"{URL}{second.id}")

    assert f"import {first.id}</a>. What is here already is not taken twice" in page.text


def test_a_discarded_import_takes_nothing_in(support, session, tmp_path, dirty):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    session.commit()

    answer = support.post(f"{URL}{row.id}/discard")

    assert (answer.status_code, answer.location) == (303, URL)
    assert session.execute(text("SELECT count(*) FROM import_rows")).scalar_one() == 0


def test_the_list_shows_each_import(support, session, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=ALL)
    session.commit()

    page = support.get(URL)

    assert "orders.csv" in page.text
    assert f">{dirty.facts.lines}<" in page.text


@pytest.mark.parametrize("what", ["garbage", "AAAA", "%00"])
def test_a_garbled_place_in_the_list_is_refused(support, what):
    assert support.get(f"{URL}?after={what}").status_code == 400


STOCK = b"SKU,Site,Quantity\nTEA-1,CMH1,12\nNOPE,CMH1,3\n"


def test_each_rows_result_comes_back_in_the_format_of_the_file(support, session, tmp_path):
    row = checked(session, tmp_path, workbook([["SKU", "Site", "Quantity"], ["TEA-1", "CMH1", 12]]), kind="stock")
    session.commit()

    page = support.get(f"{URL}{row.id}")
    answer = support.get(f"{URL}{row.id}/results.xlsx")

    assert f"/imports/{row.id}/results.xlsx" in page.text
    with open_table(io.BytesIO(answer.data)) as table:
        assert [cells.cells for cells in table.rows()] == [("2", "TEA-1", "CMH1", "12", "new", "12 units")]


def test_a_dry_run_of_stock_shows_rows_units_and_reasons(support, session, tmp_path):
    row = checked(session, tmp_path, STOCK, kind="stock")
    session.commit()

    page = support.get(f"{URL}{row.id}")

    assert "To be received" in page.text
    assert "there is no SKU “NOPE”: import the product first" in page.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_each_kind_has_a_template(support, kind, format):
    page = support.get(f"{URL}new")
    answer = support.get(f"{URL}templates/{kind}.{format}")

    assert f"/imports/templates/{kind}.{format}" in page.text
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (
        200,
        f"attachment; filename={kind}-template.{format}",
    )


def test_there_is_no_template_for_what_is_not_imported(support):
    assert support.get(f"{URL}templates/secrets.csv").status_code == 404


def test_bins_offer_no_way_back_and_counts_do(support, session, tmp_path):
    bins = taken_in(session, tmp_path, b"Site,Bin\nCMH1,A-1\n", kind="bins")
    counts = taken_in(session, tmp_path, b"SKU,Site,Counted\nTEA-1,CMH1,4\n", kind="counts")
    session.commit()

    assert "Undo this import" not in support.get(f"{URL}{bins.id}").text
    assert "Undo this import" in support.get(f"{URL}{counts.id}").text
    assert support.post(f"{URL}{bins.id}/undo").status_code == 409
