"""One SKU: each number with the rows behind it, the rule that sets it, and what channels were told."""

import re

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.place_orders import place_orders
from tests.factories.carts import hold
from tests.factories.house import make_house, order_request
from tests.web.support.test_skus import adjust, numbers


@pytest.fixture
def sam(login, session, bound):
    make_house(session, {("TEA-1", "RNO1"): 10, ("TEA-1", "EWR1"): 5})
    place_orders(session, [order_request(("TEA-1", 4))], actor=SYSTEM)
    session.commit()
    return login("support")


def rows_behind(browser, what: str, query: str = "") -> str:
    return browser.get(f"/support/skus/TEA-1/rows/{what}{query}").text


def test_each_number_leads_to_the_rows_behind_it(sam, session):
    number = session.scalar(text("SELECT min(number) FROM orders"))
    adjust(sam, "damage", "1")

    page = sam.get("/support/skus/TEA-1").text

    for what in ("on-hand", "allocated", "unavailable"):
        assert f'href="/support/skus/TEA-1/rows/{what}"' in page
    assert "1 damaged at RNO1" in page
    assert number in rows_behind(sam, "allocated")
    assert "Damaged" in rows_behind(sam, "unavailable")
    assert "no bin" in rows_behind(sam, "on-hand")


def test_the_rows_of_one_site_are_shown_alone(sam):
    assert "EWR1" in rows_behind(sam, "on-hand")
    assert ">EWR1<" not in rows_behind(sam, "on-hand", "?site=RNO1")


def test_what_is_on_the_way_stands_beside_what_is_here(sam, session):
    session.execute(
        text(
            "INSERT INTO incoming (sku_id, site_id, source, source_id, quantity, expected_on)"
            " SELECT s.id, t.id, 'purchase', 7, 60, current_date + 5 FROM skus s, sites t"
            " WHERE s.code = 'TEA-1' AND t.code = 'RNO1'"
        )
    )
    session.commit()

    page = sam.get("/support/skus/TEA-1").text

    assert "60 more</a> are on the way, not counted above: 60 to RNO1" in page
    assert numbers(page)["Available to sell"] == 11
    assert "purchase line 7" in rows_behind(sam, "incoming")


def test_what_is_reserved_leads_to_who_holds_it(sam, session):
    held = hold(session, "cart-9", ("TEA-1", 2))
    session.commit()

    assert numbers(sam.get("/support/skus/TEA-1").text)["Reserved"] == -2
    assert re.search(rf"Cart <a href=\"[^\"]+{held.token}\">.*cart-9.*<b>2</b>", rows_behind(sam, "reserved"))


def test_the_safety_stock_is_explained_by_its_rule(sam, session):
    add_rules(
        session, [RuleFacts(kind="safety", units=2), RuleFacts(kind="safety", sku="TEA-1", units=3)], actor=SYSTEM
    )
    session.commit()

    page = sam.get("/support/skus/TEA-1").text

    assert "3 at RNO1, 3 at EWR1: rule for SKU TEA-1 at all sites; it goes before 2 for all SKUs at all sites" in page


def test_what_channels_were_told_is_shown_with_what_they_would_be_told_now(sam, session):
    session.execute(
        text(
            "INSERT INTO stock_publications (channel_id, is_on, address, secret, held_back, most)"
            " SELECT id, true, 'https://shop.example.com', '', 2, 100 FROM channels WHERE code = 'web'"
        )
    )
    session.execute(
        text(
            "INSERT INTO stock_offers (channel_id, sku_id, units, published_at, changed_at)"
            " SELECT p.channel_id, s.id, 12, now() - interval '5 minutes', now() - interval '2 minutes'"
            " FROM stock_publications p, skus s WHERE s.code = 'TEA-1'"
        )
    )
    session.commit()

    page = sam.get("/support/skus/TEA-1").text

    assert "<b>12</b>" in page
    assert "9 is on its way" in page
    assert "2 minutes ago" in page


@pytest.mark.parametrize("path", ["TEA-1/rows/nothing", "NOPE/rows/on-hand"])
def test_rows_of_what_is_not_there_are_not_found(sam, path):
    assert sam.get(f"/support/skus/{path}").status_code == 404
