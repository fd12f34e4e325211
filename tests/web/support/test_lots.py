"""Lots and serial numbers as support sees them: the list, one lot traced both ways, one number's history."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.workflows.pick_work import Pick, pick
from tests.factories.floor import pick_all, released, scan, shipped
from tests.factories.house import make_house
from tests.factories.shelves import lay, make_bins, make_lot
from tests.web.conftest import htmx


@pytest.fixture
def house(session, bound):
    return make_house(session)


@pytest.fixture
def lots(session, house):
    """SOON is shipped and picked; LATE lies in a bin; GONE is gone."""
    today = clock.now().date()
    made = {
        code: make_lot(session, house, "TEA-1", code, expires_on=today + timedelta(days=days))
        for code, days in (("SOON", 20), ("LATE", 200), ("GONE", 5))
    }
    session.execute(text("UPDATE skus SET tracking = 'lot', removal = 'fefo' WHERE code = 'TEA-1'"))
    bins = make_bins(session, house, "CMH1", "A-1")
    lay(session, house, "TEA-1", "CMH1", 5, lot_id=made["SOON"], bin_id=bins["A-1"])
    lay(session, house, "TEA-1", "CMH1", 9, lot_id=made["LATE"], bin_id=bins["A-1"])
    shipped(session, ("TEA-1", 3))
    pick_all(session, released(session, ("TEA-1", 1)))
    session.commit()
    return made


@pytest.fixture
def sam(house, login):
    return login("support")


def test_the_list_has_what_is_in_stock_soonest_first(lots, sam):
    page = sam.get("/support/lots/").text

    assert page.index("SOON") < page.index("LATE")
    assert "GONE" not in page


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("state=all", ["SOON", "LATE", "GONE"], []),
        ("within=30", ["SOON"], ["LATE"]),
        ("q=late", ["LATE"], ["SOON"]),
        ("q=tea-1+soon", ["SOON"], ["LATE"]),
        ("q=%25", [], ["SOON", "LATE"]),
        ("state=frozen", [], ["SOON", "LATE"]),
    ],
)
def test_the_list_is_narrowed(lots, sam, query, there, missing):
    page = sam.get(f"/support/lots/?{query}").text

    assert [code for code in there if f">{code}</a>" not in page] == []
    assert [code for code in missing if f">{code}</a>" in page] == []


@pytest.mark.parametrize("query", ["state=mine", "within=8", "within=x", "q=a%00b", "after=nonsense"])
def test_a_filter_that_makes_no_sense_is_refused(lots, sam, query):
    assert sam.get(f"/support/lots/?{query}").status_code in {400, 422}


def test_a_lot_leads_to_its_orders_bins_and_receipts(session, lots, sam):
    page = sam.get(f"/support/lots/{lots['SOON']}").text

    numbers = session.execute(text("SELECT number FROM orders ORDER BY id")).scalars().all()
    assert [number for number in numbers if number not in page] == []
    assert "caspian.reed@example.com" in page
    assert "A-1" in page
    assert "+5" in page


def test_htmx_gets_a_part_of_each_page(lots, sam):
    pages = ("/support/lots/", f"/support/lots/{lots['SOON']}", "/support/serials/")

    assert [url for url in pages if "<html" in sam.get(url, headers=htmx()).text] == []


def test_a_stranger_and_the_floor_are_turned_away(lots, client, login):
    assert client.get("/support/lots/").location.startswith("/account/login")
    assert login("walter").get(f"/support/lots/{lots['SOON']}").status_code == 403


def test_an_order_names_the_lots_that_were_shipped(session, lots, sam):
    number = session.execute(text("SELECT min(number) FROM orders")).scalar_one()

    page = sam.get(f"/support/orders/{number}").text

    assert f'href="/support/lots/{lots["SOON"]}"' in page


def test_a_number_is_found_by_its_beginning_and_shows_its_history(session, house, sam):
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-2'"))
    lay(session, house, "TEA-2", "CMH1", 2)
    units = [
        Numbered(sku_id=house.skus["TEA-2"], site_id=house.sites["CMH1"], code=code) for code in ("SN-77", "SN-88")
    ]
    ids = serials.register(session, units, actor=SYSTEM)
    one = released(session, ("TEA-2", 1))
    pick(
        session,
        [Pick(fulfilment_order_id=one.id, code="TEA-2", quantity=1, serial="SN-77", client_scan_id=scan())],
        actor=SYSTEM,
    )
    session.commit()

    found = sam.get("/support/serials/?q=sn-7").text
    page = sam.get(f"/support/serials/{ids[0]}").text

    assert "SN-77" in found
    assert "SN-88" not in found
    assert page.index("Picked") < page.index("Received")
    assert session.execute(text("SELECT number FROM orders")).scalar_one() in page


def test_a_customers_shelf_life_is_saved_and_read_strictly(session, lots, sam):
    customer = session.execute(text("SELECT min(id) FROM customers")).scalar_one()
    url = f"/support/customers/{customer}/shelf-life"

    answers = [sam.post(url, data={"days": days}).status_code for days in ("45", "-1", "4000", "4.5", "")]

    assert answers == [303, 422, 422, 422, 422]
    kept = session.execute(text("SELECT least_shelf_life_days FROM customers WHERE id = :id"), {"id": customer})
    assert kept.scalar_one() == 45
    assert 'value="45"' in sam.get(url).text
