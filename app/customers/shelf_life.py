"""How long goods must keep after they are picked for a customer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class ShelfLife:
    """What expires within so many ``days`` is not sent to this customer; 0 for no wish."""

    customer_id: int
    name: str
    days: int


def get(session: Session, customer_id: int) -> ShelfLife:
    """Raises NotFound."""
    row = session.execute(text(GET), {"id": customer_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no customer {customer_id}")
    return ShelfLife(**row._mapping)


def put(session: Session, days: Mapping[int, int]) -> None:
    """Days by customer id."""
    session.execute(text(PUT), {"ids": list(days), "days": list(days.values())})


GET = """
SELECT id AS customer_id, name, least_shelf_life_days AS days FROM customers WHERE id = :id AND erased_at IS NULL
"""

PUT = """
UPDATE customers c SET least_shelf_life_days = v.days
  FROM unnest(CAST(:ids AS bigint[]), CAST(:days AS bigint[])) AS v(id, days) WHERE c.id = v.id
"""
