"""A draft below what its supplier takes at least: said on its page, and raised by one button."""

import pytest
from sqlalchemy import text

from app.purchasing import suppliers, terms
from app.purchasing.terms import Terms
from app.workflows.raise_drafts import propose
from tests.factories.buying import bought, buying, drafted


def button(session, number) -> dict[str, str]:
    """What it sends while nothing has changed since the page was loaded."""
    return {"version": str(buying(session, number).version), "shown": propose(session, number).shown}


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
    return number, button(session, number)


def test_a_draft_is_raised_to_the_least_worth_by_one_button(session, alice, below):
    number, data = below
    url = f"/admin/purchase-orders/{number}"
    page = alice.get(url).text

    answer = alice.post(f"{url}/raising", data=data)

    assert all(f'name="{name}" value="{value}"' in page for name, value in data.items())
    assert "Raise it to USD 12.00" in page.replace("\xa0", " ")
    assert (answer.status_code, answer.location) == (303, url)
    assert bought(session, number).ordered == 3
    assert "/raising" not in alice.get(url).text
    assert "there is nothing to raise" in alice.post(f"{url}/raising", data=data).text


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 422), ({"version": "x"}, 422), ({"shown": ""}, 409), ({"shown": "9"}, 409), ({"version": "99"}, 409)],
)
def test_a_button_that_was_shown_something_else_raises_nothing(session, alice, below, data, status):
    number, sent_ = below

    answer = alice.post(f"/admin/purchase-orders/{number}/raising", data={**sent_, **data} if data else {})

    assert answer.status_code == status
    assert bought(session, number).ordered == 1


@pytest.fixture
def fewest(session, house):
    """LEAF takes 20 of TEA-1 at least."""
    leaf = suppliers.get(session, "LEAF").id
    terms.put(session, [Terms(supplier_id=leaf, sku_id=house.skus["TEA-1"], least_units=20)])


def test_a_draft_below_the_fewest_units_says_so_and_is_raised_by_the_same_button(session, alice, fewest):
    number = drafted(session, ("TEA-1", 12), ("TEA-1", 5))
    session.commit()
    url = f"/admin/purchase-orders/{number}"

    page = alice.get(url).text
    alice.post(f"{url}/raising", data=button(session, number))
    after = alice.get(url).text

    assert "17 of <b>20 at least</b>" in page
    assert "missing" not in page.split("20 at least")[0].rpartition("wb-notice")[2]
    assert bought(session, number).ordered == 15
    assert f"1 line raised: {number} has the fewest units that they take." in after


def test_goods_that_cost_nothing_are_raised_to_the_fewest_units_alone(session, alice, fewest, below):
    number = below[0]
    session.execute(text("UPDATE purchase_order_lines SET unit_cost_minor = 0"))
    session.commit()
    url = f"/admin/purchase-orders/{number}"

    page = alice.get(url).text
    alice.post(f"{url}/raising", data=button(session, number))
    after = alice.get(url).text

    assert "no line costs anything, so it will not be worth enough" in page
    assert "Raise it to the fewest units" in page
    assert "but is not worth enough" in after
    assert bought(session, number).ordered == 20


def test_what_cannot_be_raised_says_so_and_has_no_button(session, alice, below):
    session.execute(text("UPDATE purchase_order_lines SET unit_cost_minor = 0"))
    session.commit()

    page = alice.get(f"/admin/purchase-orders/{below[0]}").text

    assert "no line costs anything" in page
    assert "/raising" not in page
