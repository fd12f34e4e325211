"""What has run out is ended minute by minute, and faster where there is more."""

import pytest
from sqlalchemy import text

from app.inventory import reservations
from app.kernel import deliveries
from app.workflows import upkeep
from tests.factories.carts import held, hold, run_out
from tests.factories.house import make_house


@pytest.fixture(autouse=True)
def wired():
    deliveries.wire({"inventory.expire_reservations": "intake"})
    yield
    deliveries.wire({})


@pytest.mark.parametrize(("carts", "left", "again"), [(1, 0, 0), (2, 0, 1), (3, 1, 1)])
def test_a_sweep_that_found_as_many_as_it_may_is_followed_by_another(session, monkeypatch, carts, left, again):
    make_house(session, {("TEA-1", "CMH1"): 9})
    for number in range(carts):
        hold(session, f"cart-{number}", ("TEA-1", 1))
    run_out(session)
    monkeypatch.setattr(reservations, "AT_ONCE", 2)
    monkeypatch.setattr(reservations.expire_due, "__kwdefaults__", {"most": 2})

    upkeep.expire_reservations(session, [])

    assert len(held(session)) == left
    waiting = "SELECT count(*) FROM deliveries WHERE handler = 'inventory.expire_reservations'"
    assert session.execute(text(waiting)).scalar_one() == again
