"""Carts and quotes that hold units."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import reservations
from app.inventory.reservations import Answer, Demand
from app.kernel.actor import SYSTEM
from tests.factories.house import read_house

HELD = """
SELECT r.owner, k.code AS sku, t.code AS site, l.quantity FROM reservations r
  JOIN reservation_lines l ON l.reservation_id = r.id JOIN stock_levels v ON v.id = l.stock_level_id
  JOIN skus k ON k.id = v.sku_id JOIN sites t ON t.id = v.site_id
"""
UNEQUAL = """
SELECT l.id FROM stock_levels l LEFT JOIN (
    SELECT stock_level_id, sum(quantity) AS held FROM reservation_lines GROUP BY 1) r ON r.stock_level_id = l.id
 WHERE l.reserved <> coalesce(r.held, 0)
"""


def demand(session: Session, owner: str, *wanted: tuple[str, int], **changes: object) -> Demand:
    """Of the web shop; ``wanted`` are (SKU code, units)."""
    house = read_house(session)
    values = {"channel_id": house.channels["web"], "owner": owner, "wanted": {house.skus[sku]: n for sku, n in wanted}}
    return Demand(**{**values, **changes})  # type: ignore[arg-type]


def hold(session: Session, owner: str, *wanted: tuple[str, int], **changes: object) -> Answer:
    [answer] = reservations.reserve(session, [demand(session, owner, *wanted, **changes)], actor=SYSTEM)
    return answer


def hold_expired(session: Session, owner: str, *wanted: tuple[str, int]) -> str:
    """The token of a hold whose time is over and that nobody has ended."""
    token = hold(session, owner, *wanted).token
    run_out(session)
    assert token
    return token


def run_out(session: Session, by: timedelta = timedelta(seconds=1)) -> None:
    """The time of all holds is over since so long."""
    session.execute(text("UPDATE reservations SET expires_at = now() - :by"), {"by": by})


def held(session: Session) -> dict[tuple[str, str, str], int]:
    """Units by owner, SKU and site; the counters of the levels agree with them."""
    assert session.execute(text(UNEQUAL)).all() == []
    return {(row.owner, row.sku, row.site): row.quantity for row in session.execute(text(HELD))}


def moves(session: Session, *reasons: str) -> list[tuple[str, int, int]]:
    """(reason, allocated, reserved) of the movements, in order; of these reasons, or all."""
    rows = session.execute(text("SELECT reason, allocated, reserved FROM stock_movements ORDER BY id"))
    return [(row.reason, row.allocated, row.reserved) for row in rows if not reasons or row.reason in reasons]
