"""Who holds what until when, and giving it up by hand."""

import pytest
from sqlalchemy import text

from app.inventory import reservations
from app.kernel.actor import SYSTEM
from tests.factories.carts import held, hold, run_out
from tests.factories.floor import placed
from tests.factories.house import make_house
from tests.web.conftest import htmx


@pytest.fixture
def sam(login, session, bound):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "RNO1"): 9})
    hold(session, "cart-1", ("TEA-1", 2), ("TEA-2", 1))
    hold(session, "quote-7", ("TEA-1", 3), kind="quote")
    session.commit()
    return login("support")


def token(session, owner: str) -> str:
    return session.execute(text("SELECT token FROM reservations WHERE owner = :owner"), {"owner": owner}).scalar_one()


def test_the_list_says_who_holds_what(sam):
    page = sam.get("/support/reservations/").text

    assert page.index("quote-7") < page.index("cart-1")
    assert '2 × <span class="wb-code">TEA-1</span>' in page


def test_htmx_gets_the_list_alone(sam):
    assert "<html" not in sam.get("/support/reservations/", headers=htmx()).text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("owner=cart-1", {"cart-1"}),
        ("owner=%25", set()),
        ("state=expired", set()),
        ("state=held", {"cart-1", "quote-7"}),
    ],
)
def test_the_list_is_narrowed(sam, query, shown):
    page = sam.get(f"/support/reservations/?{query}", headers=htmx()).text

    assert {owner for owner in ("cart-1", "quote-7") if f">{owner}<" in page} == shown


def test_what_has_run_out_is_told_apart(sam, session):
    run_out(session)
    session.commit()

    assert "cart-1" in sam.get("/support/reservations/?state=expired").text
    assert "Run out" in sam.get(f"/support/reservations/{token(session, 'cart-1')}").text


def test_giving_up_by_hand_asks_for_a_reason_and_is_in_the_ledger(sam, session):
    address = f"/support/reservations/{token(session, 'cart-1')}"

    refused = sam.post(f"{address}/release", data={})
    done = sam.post(f"{address}/release", data={"reason": "release_needed"})

    assert refused.status_code == 422
    assert "Fill in this field" in refused.text
    assert done.status_code == 303
    assert held(session) == {("quote-7", "TEA-1", "CMH1"): 3}
    moved = session.execute(text("SELECT actor, reserved FROM stock_movements WHERE reason = 'release_needed'")).all()
    assert sorted(row.reserved for row in moved) == [-2, -1]
    assert all(row.actor.startswith("user:") for row in moved)
    assert "needed for somebody else" in sam.get("/support/skus/TEA-1").text


def test_what_was_given_up_says_so_and_cannot_be_given_up_again(sam, session):
    address = f"/support/reservations/{token(session, 'cart-1')}"
    sam.post(f"{address}/release", data={"reason": "release_mistake"})

    page, again = sam.get(address), sam.post(f"{address}/release", data={"reason": "release_mistake"})

    assert "It was given up" in page.text
    assert "Give it up" not in page.text
    assert again.status_code == 404
    assert "This cart was given up" in again.text
    assert f'href="{address}"' in again.text
    assert sam.get("/support/reservations/none-of-ours").status_code == 404


def test_a_cart_that_was_ordered_leads_to_its_order(sam, session):
    address = f"/support/reservations/{token(session, 'cart-1')}"
    order_id = placed(session, ("TEA-1", 2), reservation=token(session, "cart-1"))
    number = session.execute(text("SELECT number FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()
    session.commit()

    page, listed = sam.get(address).text, sam.get("/support/reservations/?owner=cart-1").text

    assert f'href="/support/orders/{number}"' in page
    assert f'href="/support/orders/{number}"' in listed
    assert "It ended: see below" in listed


def test_a_cart_whose_time_was_over_says_so(sam, session):
    address = f"/support/reservations/{token(session, 'cart-1')}"
    run_out(session)
    reservations.expire_due(session, actor=SYSTEM)
    session.commit()

    assert "Nobody ordered in time" in sam.get(address).text


def test_the_sku_page_leads_to_what_is_held(sam):
    assert "/support/skus/TEA-1/rows/reserved" in sam.get("/support/skus/TEA-1").text
    assert "/support/reservations/" in sam.get("/support/skus/TEA-1/rows/reserved").text


def test_an_empty_list_says_what_would_stand_there(login, session, bound):
    make_house(session)
    session.commit()

    assert "Nothing is held" in login("support").get("/support/reservations/").text
