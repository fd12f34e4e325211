"""The page of exports: small ones come at once, large ones wait there until they are fetched."""

import pytest
from sqlalchemy import text

from app.exports import lifecycle
from app.exports.asked import asked
from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.kernel.files import FolderStore, add, keep
from app.web.admin import exports as view
from app.workflows import make_export
from tests.factories.house import make_house
from tests.web.conftest import htmx

URL = "/admin/exports/"


@pytest.fixture
def house(session, bound):
    house = make_house(session, {("TEA-1", "CMH1"): 5})
    session.commit()
    deliveries.wire({make_export.EFFECT: "analytics"})
    yield house
    deliveries.wire({})


@pytest.fixture
def admin(house, login):
    return login("admin")


@pytest.fixture
def large(monkeypatch):
    """Anything is too large to be sent at once."""
    monkeypatch.setattr(make_export, "SMALL", 0)


def only_export(session):
    session.expire_all()
    [row] = lifecycle.listed(session).rows
    return row


def made(session, folder, content=b"SKU\r\nTEA-1\r\n"):
    row = lifecycle.begin(session, asked("products", "csv", {"q": "tea"}), rows=1, actor=SYSTEM)
    file = keep(FolderStore(folder), content, name="products.csv", media_type="text/csv")
    lifecycle.move(session, row.id, "run")
    lifecycle.move(session, row.id, "finish", file_id=add(session, file))
    session.commit()
    return row


def test_strangers_and_support_are_turned_away(client, house, login):
    assert client.get(URL).status_code == 302
    assert login("support").get(f"{URL}ledger.csv").status_code == 403


def test_the_empty_page_says_what_it_is_for(admin):
    page = admin.get(URL)

    assert page.status_code == 200
    assert "Nothing was exported in the background yet" in page.text


def test_a_small_one_is_sent_at_once(admin, session):
    answer = admin.post(URL, data={"kind": "stock", "format": "csv", "site": "CMH1"})

    assert (answer.status_code, answer.location) == (303, f"{URL}stock.csv?site=CMH1")
    file = admin.get(answer.location)
    assert file.mimetype == "text/csv"
    assert file.headers["Content-Disposition"].startswith("attachment; filename=stock-by-site-20")
    assert file.text.splitlines()[1] == "TEA-1,Tea TEA-1,CMH1,5,0,0,0,0,5"
    assert lifecycle.listed(session).rows == []


def test_a_workbook_is_sent_as_one(admin):
    answer = admin.get(f"{URL}products.xlsx")

    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert answer.data.startswith(b"PK")


def test_a_large_one_is_made_in_the_background(admin, session, large):
    answer = admin.post(URL, data={"kind": "products", "format": "xlsx", "q": "TEA"})

    row = only_export(session)
    assert (answer.status_code, answer.location) == (303, URL)
    assert (row.kind, row.format, row.filters, row.rows_total, row.state) == (
        "products",
        "xlsx",
        {"q": "TEA"},
        5,
        "waiting",
    )
    planned = session.execute(text("SELECT handler, ids->>'export_id' AS id FROM deliveries")).one()
    assert tuple(planned) == ("exports.make", str(row.id))


def test_a_list_that_is_too_long_leads_to_the_page_with_its_filters(admin, large):
    answer = admin.get(f"{URL}products.csv?q=TEA&state=active&page=3")

    assert (answer.status_code, answer.location) == (302, f"{URL}?kind=products&format=csv&q=TEA&state=active")
    page = admin.get(answer.location)
    assert 'value="TEA"' in page.text
    assert "Only with state active, as the list had it" in page.text
    assert "put together in the background" in page.text


def test_what_the_list_showed_is_what_is_made_in_the_background(admin, session, large):
    admin.post(URL, data={"kind": "products", "format": "csv", "q": "TEA", "state": "active"})

    assert only_export(session).filters == {"q": "TEA", "state": "active"}


def test_the_page_is_read_again_until_all_are_made(admin, session, large):
    admin.post(URL, data={"kind": "products", "format": "xlsx"})

    waiting = admin.get(URL, headers=htmx())
    session.execute(text("UPDATE exports SET state = 'done'"))
    session.commit()
    done = admin.get(URL, headers=htmx())

    assert (waiting.status_code, "<html" in waiting.text, 'hx-trigger="every 2s"' in waiting.text) == (200, False, True)
    assert (done.status_code, 'hx-trigger="every 2s"' in done.text) == (286, False)


def test_the_file_is_fetched_under_its_name(admin, session, tmp_path, monkeypatch):
    monkeypatch.setattr(view, "files", lambda: FolderStore(tmp_path))
    row = made(session, tmp_path)

    answer = admin.get(f"{URL}{row.id}/file")

    assert answer.data == b"SKU\r\nTEA-1\r\n"
    assert f"products-{row.created_at:%Y-%m-%d}.csv" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_file_that_was_forgotten_is_gone_and_can_be_asked_for_again(admin, session, tmp_path):
    row = made(session, tmp_path)
    session.execute(text("UPDATE exports SET state = 'forgotten', file_id = NULL"))
    session.commit()

    gone = admin.get(f"{URL}{row.id}/file")
    again = admin.post(f"{URL}{row.id}/repetition")

    assert gone.status_code == 404
    assert (again.status_code, only_export(session).state) == (303, "waiting")


def test_one_that_is_under_way_is_not_begun_twice(admin, session, large):
    admin.post(URL, data={"kind": "products", "format": "csv"})

    assert admin.post(f"{URL}{only_export(session).id}/repetition").status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "secrets", "format": "csv"},
        {"kind": "stock", "format": "exe"},
        {"kind": "stock", "format": "csv", "site": "'; DROP TABLE skus"},
        {"kind": "ledger", "format": "csv", "since": "2026-02-30"},
        {"kind": "stock", "format": "csv", "q": "a\0b"},
    ],
)
def test_what_cannot_be_exported_is_refused_in_place(admin, data):
    answer = admin.post(URL, data=data)

    assert answer.status_code == 422
    assert "Not saved yet" in answer.text


@pytest.mark.parametrize("address", ["secrets.csv", "ledger.csv?since=yesterday", "products.csv?state=x"])
def test_garbled_addresses_are_refused(admin, address):
    assert admin.get(f"{URL}{address}").status_code == 422
