"""``verify`` names every damage to pegs and promises, and says nothing of healthy ones."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from app.workflows.verify_promises import CHECKS
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming

DAMAGE = {
    "UPDATE incoming SET pegged = pegged - 1 WHERE source_id = 71": [
        "purchase line 71 says 1 pegged, but order lines rest on 2 of it"
    ],
    "UPDATE pegs SET quantity = quantity + 9 WHERE id = (SELECT min(id) FROM pegs)": [
        "purchase line 71 says 2 pegged, but order lines rest on 11 of it",
        "purchase line 71: 2 units are to come, but order lines rest on 11",
        "line 1 (TEA-1): 3 units wait, but 12 rest on what is to come",
    ],
    "DELETE FROM incoming WHERE source_id = 71": ["rest on a supply or wait for a line that is not there"],
    "UPDATE order_lines SET backordered = 0, cancelled = 3": [
        "line 1 (TEA-1): 0 units wait, but 3 rest on what is to come"
    ],
    "UPDATE incoming SET sku_id = (SELECT id FROM skus WHERE code = 'TEA-2') WHERE source_id = 71": [
        "waits for TEA-1, but purchase line 71 brings TEA-2"
    ],
    "UPDATE promises SET order_id = 0 WHERE order_line_id IS NULL": [
        "was made for order id 0 (number none), but its order",
        "was made for order id 0 (number none), but its order",
    ],
    "UPDATE promises SET promised_at = promised_at - interval '1 day' WHERE cause = 'first'": [
        "says that 2026-12-16 01:00:00+00 was promised before; the one before it says 2026-12-15 01:00:00+00",
        "says that 2026-12-16 01:00:00+00 was promised before; the one before it says 2026-12-15 01:00:00+00",
        "was first promised for 2026-12-15 01:00:00+00, but says 2026-12-16 01:00:00+00",
    ],
    "UPDATE orders SET promised_at = promised_at + interval '1 day'": [
        "was first promised for 2026-12-16 01:00:00+00, but says 2026-12-17 01:00:00+00"
    ],
    "UPDATE order_lines SET promised_on = '2026-12-01', placed_at = '2026-11-01 09:00Z'": [
        "line 1 (TEA-1) waits as if placed 2026-11-01 09:00:00+00:00 and promised for 2026-12-01, but it was placed"
        " 2026-11-25 15:00:00+00:00 and is promised for 2026-12-11"
    ],
}


LOWERED = (
    "promises DISABLE TRIGGER USER",
    "promises DROP CONSTRAINT fk_promises_order_id",
    "pegs DROP CONSTRAINT fk_pegs_incoming_id",
)


@pytest.fixture
def books(owner_engine, time_machine):
    """An order that waits for 3, on two purchases, one of which slipped; gone after the test."""
    time_machine.move_to("2026-11-25T15:00Z", tick=False)
    with owner_engine.connect() as connection, connection.begin() as outer, Session(connection) as session:
        house = make_house(session)
        place_orders(session, [order_request(("TEA-1", 3))], actor=SYSTEM)
        for second in ("2026-12-09", "2026-12-11"):
            bring(session, coming(house, 71, 2, "2026-12-03"), coming(house, 72, 2, second))
        yield session
        outer.rollback()


def findings(session: Session) -> list[str]:
    return [sentence for check in CHECKS for sentence in check.find(session)]


def test_healthy_promises_have_no_findings(books):
    assert findings(books) == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_damage_is_named(books, damage):
    for lowered in LOWERED:
        books.execute(text(f"ALTER TABLE {lowered}"))

    books.execute(text(damage))

    found = findings(books)
    assert len(found) == len(DAMAGE[damage])
    for sentence, expected in zip(found, DAMAGE[damage], strict=True):
        assert expected in sentence
