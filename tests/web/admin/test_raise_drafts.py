"""A draft below what its supplier takes at least: said on its page, and raised by one button."""

import pytest
from sqlalchemy import text

from tests.factories.buying import add_supplier, bought, buying, drafted
from tests.factories.house import make_house


@pytest.fixture
def house(session, bound):
    made = make_house(session)
    add_supplier(session)
    session.commit()
    return made


@pytest.fixture
def alice(house, login):
    return login("alice")


def seen(session, number) -> str:
    return str(buying(session, number).version)


def test_below_the_least_worth_it_is_pointed_out(session, alice, house):
    session.execute(text("UPDATE suppliers SET minimum_minor = 100000"))
    number = drafted(session, ("TEA-1", 1))
    session.commit()

    page = alice.get(f"/admin/purchase-orders/{number}").text
    assert "Below what" in page
    assert "USD 996.00 missing" in page.replace("$", "USD ").replace("\xa0", " ")


@pytest.fixture
def below(session, alice, house):
    """A draft of 4.00 where 10.00 are the least, and what its button sends."""
    session.execute(text("UPDATE suppliers SET minimum_minor = 1000"))
    number = drafted(session, ("TEA-1", 1))
    session.commit()
    return number, {"version": seen(session, number), "total": "1200"}


def test_a_draft_is_raised_to_the_least_worth_by_one_button(session, alice, below):
    number, data = below
    url = f"/admin/purchase-orders/{number}"
    page = alice.get(url).text

    answer = alice.post(f"{url}/raising", data=data)

    assert 'name="total" value="1200"' in page
    assert (answer.status_code, answer.location) == (303, url)
    assert bought(session, number).ordered == 3
    assert "/raising" not in alice.get(url).text
    assert "there is nothing to raise" in alice.post(f"{url}/raising", data=data).text


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 422), ({"version": "x"}, 422), ({"total": "-1"}, 422), ({"total": "9"}, 409), ({"version": "99"}, 409)],
)
def test_a_button_that_was_shown_something_else_raises_nothing(session, alice, below, data, status):
    number, sent_ = below

    answer = alice.post(f"/admin/purchase-orders/{number}/raising", data={**sent_, **data} if data else {})

    assert answer.status_code == status
    assert bought(session, number).ordered == 1


def test_a_draft_below_the_fewest_units_says_so_and_is_raised_by_the_same_button(session, alice, house):
    number = drafted(session, ("TEA-1", 5))
    session.execute(
        text(
            "INSERT INTO supplier_skus (supplier_id, sku_id, least_units)"
            " SELECT s.id, l.sku_id, 8 FROM suppliers s, purchase_order_lines l WHERE s.code = 'LEAF'"
        )
    )
    session.commit()
    url = f"/admin/purchase-orders/{number}"

    page = alice.get(url).text
    alice.post(f"{url}/raising", data={"version": "1", "total": "3200"})

    assert "<b>8 at least</b>" in page
    assert "missing" not in page.split("8 at least")[0].rpartition("wb-notice")[2]
    assert bought(session, number).ordered == 8


def test_what_cannot_be_raised_says_so_and_has_no_button(session, alice, below):
    session.execute(text("UPDATE purchase_order_lines SET unit_cost_minor = 0"))
    session.commit()

    page = alice.get(f"/admin/purchase-orders/{below[0]}").text

    assert "no line costs anything" in page
    assert "/raising" not in page
