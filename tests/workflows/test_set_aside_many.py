"""More places than one transaction takes: orders are locked before stock all the same."""

import pytest
from sqlalchemy import text

from app.inventory import levels
from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.orders import facts
from app.workflows import set_aside
from app.workflows.recall_lots import freeze_lots
from tests.factories.floor import placed
from tests.factories.house import make_house
from tests.factories.shelves import lay, lying, make_lot

SITES = ("CMH1", "RNO1")


@pytest.fixture
def lot(session, monkeypatch):
    """Promised to two orders, at two sites."""
    house = make_house(session, {})
    monkeypatch.setattr(set_aside, "AT_ONCE", 1)
    made = make_lot(session, house, "TEA-1", "L-1")
    for site in SITES:
        lay(session, house, "TEA-1", site, 4, lot_id=made)
        placed(session, ("TEA-1", 4))
    return made


def spied(monkeypatch):
    seen = []
    for module, name in ((facts, "orders"), (levels, "levels")):

        def lock(session, keys, *, real=module.lock, name=name):
            seen.extend((name, key) for key in keys)
            return real(session, keys)

        monkeypatch.setattr(module, "lock", lock)
    return seen


def test_a_freeze_locks_all_its_orders_before_any_stock(session, lot, monkeypatch):
    seen = spied(monkeypatch)

    assert freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM) == 8

    first = next(at for at, (name, _) in enumerate(seen) if name == "levels")
    locked = {key for name, key in seen[:first] if name == "orders"}
    assert len(locked) == 2
    assert {key for name, key in seen if name == "orders"} == locked


def test_what_is_due_is_done_slice_by_slice(session, lot, monkeypatch):
    monkeypatch.setattr(deliveries, "_queues", {"inventory.set_aside_due": "intake"})
    session.execute(text("UPDATE lots SET frozen_at = now(), frozen_reason = 'x', frozen_by = 'x'"))

    for left in (1, 0):
        session.execute(text("DELETE FROM deliveries"))
        set_aside.set_aside_what_is_due(session, [])
        assert (
            list(session.execute(text("SELECT handler FROM deliveries")).scalars())
            == ["inventory.set_aside_due"] * left
        )

    assert [lying(session, "TEA-1", site) for site in SITES] == [{("", "L-1", "quarantine"): 4}] * 2
