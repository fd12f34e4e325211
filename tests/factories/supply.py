"""What is still to come, what rests on it, and what was promised for that."""

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.incoming import Expected, expect
from app.inventory.turns import Walk
from app.kernel.actor import SYSTEM
from app.workflows.peg_backorders import MOST_LINES, peg_backorders
from tests.factories.house import House


def coming(house: House, source_id: int, quantity: int, on: str, *, sku: str = "TEA-1", site: str = "CMH1") -> Expected:
    """A line of a purchase order, expected on a day such as ``2026-12-03``."""
    return Expected(
        sku_id=house.skus[sku],
        site_id=house.sites[site],
        source="purchase",
        source_id=source_id,
        quantity=quantity,
        expected_on=date.fromisoformat(on),
    )


def bring(session: Session, *expected: Expected) -> None:
    """As the handler of ``SupplyMoved`` does once it is told."""
    expect(session, expected, actor=SYSTEM)
    peg_all(session, *sorted({one.sku_id for one in expected}))


def peg_all(session: Session, *sku_ids: int, most: int = MOST_LINES) -> int:
    """Walk to the end for these SKUs, in slices of ``most`` lines; answers how many there were."""
    walks, slices = [Walk(sku_id=sku_id) for sku_id in sku_ids], 0
    while walks:
        walks = peg_backorders(session, walks, actor=SYSTEM, most=most)
        slices += 1
    return slices


def pegs(session: Session) -> list[tuple[int, int, int]]:
    """Order, line of a purchase order, units."""
    rows = session.execute(
        text(
            "SELECT l.order_id, i.source_id, p.quantity FROM pegs p JOIN incoming i ON i.id = p.incoming_id"
            " JOIN order_lines l ON l.id = p.order_line_id ORDER BY l.order_id, i.source_id"
        )
    )
    return [(row.order_id, row.source_id, row.quantity) for row in rows]


def ledger(session: Session, order_id: int, *, of_order: bool = False) -> list[tuple[object, ...]]:
    """Cause, line of a purchase order, moment, told: of the order's lines, or of it as a whole."""
    rows = session.execute(
        text(
            "SELECT cause, source_id, promised_at, is_told FROM promises WHERE order_id = :id"
            " AND (order_line_id IS NULL) = :of_order ORDER BY id"
        ),
        {"id": order_id, "of_order": of_order},
    )
    return [tuple(row) for row in rows]


def told(session: Session) -> list[int]:
    """The orders whose customers are to be told of a later day, once for each time."""
    rows = session.execute(text("SELECT payload FROM events WHERE type = 'PromiseMoved' ORDER BY id"))
    return [row.payload["order_id"] for row in rows]


def evening(day: str) -> datetime:
    """20:00 in Columbus, Ohio, in winter."""
    return datetime.fromisoformat(f"{day}T20:00-05:00")
