"""How a product is kept is said on a page of its own."""

from datetime import date

import pytest
from sqlalchemy import text

from tests.factories.house import make_house
from tests.factories.shelves import make_lot
from tests.web.conftest import htmx

URL = "/admin/products/TEA-1/keeping"
LOT = {"tracking": "lot", "removal": "fefo", "removal_days": "14", "cost": "3.25"}


@pytest.fixture
def alice(session, bound, login):
    house = make_house(session)
    make_lot(session, house, "TEA-1", "L-1", expires_on=date(2031, 3, 31), remove_on=date(2031, 3, 31))
    session.commit()
    return login("admin")


def test_lots_get_a_new_last_day_with_the_product(session, alice):
    answer = alice.post(URL, data=LOT)

    assert answer.status_code == 303
    row = session.execute(text("SELECT tracking, removal, removal_days, cost_minor FROM skus WHERE code = 'TEA-1'"))
    assert tuple(row.one()) == ("lot", "fefo", 14, 325)
    assert session.execute(text("SELECT remove_on FROM lots")).scalar_one() == date(2031, 3, 17)
    page = alice.get(URL).text
    assert 'value="3.25"' in page
    assert 'value="14"' in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("tracking", "both"), ("removal", "best"), ("removal_days", "-1"), ("removal_days", "1.5"), ("cost", "1e3")],
)
def test_what_makes_no_sense_is_refused(session, alice, field, value):
    assert alice.post(URL, data={**LOT, field: value}).status_code == 422
    assert session.execute(text("SELECT tracking FROM skus WHERE code = 'TEA-1'")).scalar_one() == "none"


def test_the_page_has_a_part_and_is_for_administrators(alice, login, client):
    assert "<html" not in alice.get(URL, headers=htmx()).text
    assert login("support").get(URL).status_code == 403
    assert client.get(URL).location.startswith("/account/login")
