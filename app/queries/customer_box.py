"""What an order's page says about its customer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class CustomerBox:
    """``key`` finds the customer's orders on the board."""

    key: str
    name: str
    orders: int
    since: datetime


def customer_box(session: Session, customer_id: int | None) -> CustomerBox | None:
    """None for a guest."""
    row = session.execute(text(BOX), {"id": customer_id}).mappings().one_or_none()
    return CustomerBox(**row) if row else None


BOX = """
SELECT coalesce(c.code, c.id::text) AS key, c.name, count(o.id) AS orders,
       coalesce(min(o.placed_at), c.created_at) AS since
  FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE c.id = :id GROUP BY c.id
"""
