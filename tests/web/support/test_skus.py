"""Stock: a list with search, one SKU explained number by number, and what was seen on the shelf."""

import re
from html import unescape

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, make_skus, order_request
from tests.web.conftest import htmx


@pytest.fixture
def sam(login, session, bound):
    make_house(session, {("TEA-1", "RNO1"): 10, ("TEA-1", "EWR1"): 5})
    place_orders(session, [order_request(("TEA-1", 4)), order_request(("TEA-2", 3))], actor=SYSTEM)
    session.commit()
    return login("support")


def level(session, site: str = "RNO1"):
    return session.execute(
        text(
            "SELECT l.on_hand, l.allocated, l.unavailable FROM stock_levels l JOIN skus s ON s.id = l.sku_id"
            " JOIN sites t ON t.id = l.site_id WHERE s.code = 'TEA-1' AND t.code = :site"
        ),
        {"site": site},
    ).one_or_none()


def adjust(browser, kind: str, quantity: str, site: str = "RNO1"):
    return browser.post("/support/skus/TEA-1/adjustments", data={"site": site, "kind": kind, "quantity": quantity})


def numbers(page: str) -> dict[str, int]:
    cell = r'wb-sum__n">(?:<a [^>]+>)?([^<]+)(?:</a>)?</td><th scope="row" class="wb-sum__name">([^<]+)<'
    found = re.findall(cell, page)
    return {name: int(count.replace("−", "-").replace(",", "")) for count, name in found}


def test_the_list_adds_the_sites_up(sam):
    page = sam.get("/support/skus/").text

    row = re.search(r'<tr><th scope="row"><a[^>]*>TEA-1</a>.*?</tr>', page, re.DOTALL)[0]
    assert re.findall(r"wb-end\">(?:<b>)?([\d,]+)", row) == ["15", "4", "11", "0"]


def test_htmx_gets_the_list_alone(sam):
    assert "<html" not in sam.get("/support/skus/", headers=htmx()).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=tea-2", ["TEA-2"]),
        ("q=%25", []),
        ("q=_", []),
        ("q=%5C", []),
        ("state=backordered", ["TEA-2"]),
        ("state=out&q=TEA-3", ["TEA-3"]),
    ],
)
def test_the_list_is_searched_letter_by_letter(sam, query, found):
    assert re.findall(r'href="/support/skus/([^"?/]+)"', sam.get(f"/support/skus/?{query}").text) == found


def test_pages_follow_each_other_both_ways(sam, session):
    make_skus(session, [f"ZZZ-{n:03}" for n in range(70)])
    session.commit()
    first = sam.get("/support/skus/?q=ZZZ").text
    following = unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])

    second = sam.get(following).text
    back = sam.get(unescape(re.search(r'href="([^"]+)" rel="prev"', second)[1])).text

    codes = [re.findall(r">(ZZZ-\d+)</a>", page) for page in (first, second, back)]
    assert codes[0] + codes[1] == [f"ZZZ-{n:03}" for n in range(70)]
    assert codes[2] == codes[0]


@pytest.mark.parametrize("query", ["state=lost", "after=garbage", "after=bnVsbA"])
def test_a_place_that_does_not_exist_is_refused(sam, query):
    assert sam.get(f"/support/skus/?{query}").status_code in {400, 422}


def test_the_numbers_of_a_sku_add_up(sam, session):
    session.execute(text("UPDATE stock_levels SET safety_stock = 2"))
    session.commit()

    found = numbers(sam.get("/support/skus/TEA-1").text)

    total = found.pop("Available to sell")
    assert found == {
        "On hand": 15,
        "Allocated": -4,
        "Reserved": 0,
        "Unavailable": 0,
        "Safety stock": -4,
        "Into safety stock": 1,
    }
    assert sum(found.values()) == total == 8


@pytest.mark.parametrize("change", ["safety_stock = 8", "safety_stock = 20", "safety_stock = 0"])
@pytest.mark.parametrize("closed", ["RNO1", "EWR1", ""])
def test_the_numbers_add_up_whatever_is_kept_back_or_closed(sam, session, change, closed):
    session.execute(text(f"UPDATE stock_levels SET {change}"))
    session.execute(text("UPDATE sites SET is_active = false WHERE code = :code"), {"code": closed})
    session.commit()

    found = numbers(sam.get("/support/skus/TEA-1").text)

    total = found.pop("Available to sell")
    assert sum(found.values()) == total >= 0


def test_the_page_names_who_moved_what(sam, session, cast):
    adjust(sam, "found", "2")

    page = sam.get("/support/skus/TEA-1").text

    assert "Sam Support" in page
    assert "<b>+2</b> on hand" in page
    assert re.search(r'href="/support/orders/[^"]+">W-\d+|href="/support/orders/\d+"', page)


def test_older_movements_are_one_page_on(sam, session):
    for _ in range(51):
        adjust(sam, "found", "1")
    page = sam.get("/support/skus/TEA-1").text

    older = sam.get(unescape(re.search(r'href="([^"]+before=\d+)"', page)[1])).text

    assert page.count("wb-event__body") == 50
    assert "Opening stock" not in page
    assert "Opening stock" in older


@pytest.mark.parametrize(
    ("kind", "quantity", "expected"),
    [
        ("count", "8", (8, 0, 0)),
        ("count", "0", (0, 0, 0)),
        ("receipt", "5", (15, 0, 0)),
        ("found", "1", (11, 0, 0)),
        ("lost", "4", (6, 0, 0)),
        ("damage", "3", (10, 0, 3)),
        ("correction", "-2", (8, 0, 0)),
    ],
)
def test_what_was_seen_is_written_down(sam, session, kind, quantity, expected):
    answer = adjust(sam, kind, quantity)

    assert answer.status_code == 303
    assert answer.location == "/support/skus/TEA-1"
    assert tuple(level(session)) == expected


def test_goods_may_lie_where_none_ever_lay(sam, session):
    adjust(sam, "count", "7", site="DFW1")

    assert tuple(level(session, "DFW1")) == (7, 0, 0)


def test_repaired_goods_can_be_sold_again(sam, session):
    adjust(sam, "damage", "3")

    adjust(sam, "repair", "2")

    assert tuple(level(session)) == (10, 0, 1)


def test_a_count_below_the_promises_takes_the_latest_ones_elsewhere(sam, session):
    assert adjust(sam, "count", "1", site="EWR1").status_code == 303

    assert tuple(level(session, "EWR1")) == (1, 1, 0)
    assert level(session).allocated == 3
    lines = session.execute(text("SELECT allocated, backordered FROM order_lines WHERE sku_code = 'TEA-1'")).one()
    assert lines.allocated + lines.backordered == 4
    assert lines.allocated == 4


@pytest.mark.parametrize(
    ("kind", "quantity"),
    [
        ("count", "-1"),
        ("count", "1e3"),
        ("count", "1.5"),
        ("count", "NaN"),
        ("count", "٣"),
        ("count", ""),
        ("count", "2147483648"),
        ("receipt", "0"),
        ("receipt", "-5"),
        ("lost", "11"),
        ("repair", "1"),
        ("correction", "0"),
        ("correction", "-11"),
        ("theft", "1"),
        ("opening", "5"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(sam, session, kind, quantity):
    answer = adjust(sam, kind, quantity)

    assert answer.status_code == 422
    assert tuple(level(session)) == (10, 0, 0)


def test_a_site_that_does_not_exist_is_refused(sam):
    assert adjust(sam, "count", "1", site="MOON").status_code == 422


def test_goods_that_are_known_by_number_are_entered_by_it(sam, session):
    assert 'name="serials"' not in sam.get("/support/skus/TEA-1/adjustments/new").text
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-1'"))
    session.commit()
    assert 'name="serials"' in sam.get("/support/skus/TEA-1/adjustments/new").text

    refused = adjust(sam, "found", "2")
    data = {"site": "RNO1", "kind": "found", "quantity": "2", "serials": "N-1\r\nN-2"}
    answer = sam.post("/support/skus/TEA-1/adjustments", data=data)

    assert refused.status_code == 422
    assert "for 2 units, write one number on each line" in refused.text.split('id="serials"')[1]
    assert answer.status_code == 303
    assert session.scalar(text("SELECT count(*) FROM serials WHERE state = 'in_stock'")) == 2


def test_htmx_gets_the_form_back_with_its_error(sam):
    values = {"site": "RNO1", "kind": "count", "quantity": "x"}

    answer = sam.post("/support/skus/TEA-1/adjustments", data=values, headers=htmx())

    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert "is not a whole number" in answer.text


def test_the_form_knows_the_site_that_was_clicked(sam):
    page = sam.get("/support/skus/TEA-1/adjustments/new?site=EWR1").text

    assert re.search(r'<option selected value="EWR1"', page)


def test_hostile_names_are_shown_as_text(sam, session):
    session.execute(text("UPDATE skus SET name = '<script>alert(1)</script>' WHERE code = 'TEA-1'"))
    session.commit()

    pages = sam.get("/support/skus/").text + sam.get("/support/skus/TEA-1").text

    assert "<script>alert" not in pages


def test_strangers_and_the_warehouse_are_turned_away(client, login, sam):
    assert client.get("/support/skus/TEA-1").location.startswith("/account/login")
    assert adjust(login("warehouse"), "count", "1").status_code == 403
