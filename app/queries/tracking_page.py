"""What a customer may see of an order: parcels, items, dates and the city; no name, street, mail or price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.queries import order_page
from app.queries.order_page import Line, Parcel

Item = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class TrackedParcel:
    """``step`` is packed, shipped or delivered; ``late`` means that the promise has passed or was missed."""

    part: int
    step: str
    items: tuple[Item, ...]
    carrier: str
    tracking_number: str
    packed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    late: bool


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """``preparing`` lies ready or is being picked; ``waiting`` is backordered; ``cancelled`` will not come.

    ``promised_at`` is the first promise, ``expected_at`` the present one, ``waiting_until`` that for what waits.
    """

    number: str
    tracking_key: str
    status: str
    placed_at: datetime
    promised_at: datetime | None
    expected_at: datetime | None
    waiting_until: datetime | None
    delivered_at: datetime | None
    city: str
    country: str
    parcels: tuple[TrackedParcel, ...]
    preparing: tuple[Item, ...]
    waiting: tuple[Item, ...]
    cancelled: tuple[Item, ...]
    past: tuple[Item, ...]

    @property
    def is_over(self) -> bool:
        """Nothing will change any more."""
        return self.status in ("delivered", "cancelled")

    @property
    def parts(self) -> int:
        """In how many pieces the order comes."""
        return len(self.parcels) + bool(self.preparing) + bool(self.waiting) + bool(self.past)


def tracking_page(session: Session, tracking_key: str, *, now: datetime) -> Tracking:
    """Raises NotFound for a key that is not ours."""
    row = session.execute(text(TRACKED), {"key": tracking_key}).one_or_none()
    if row is None:
        raise NotFound("this link is not complete or not ours: open it from the message again")
    lines = order_page.lines(session, row.id)
    parcels = order_page.parcels(session, row.id)
    return Tracking(
        number=row.number,
        tracking_key=tracking_key,
        status=row.status,
        placed_at=row.placed_at,
        promised_at=row.promised_at,
        expected_at=row.expected_at,
        waiting_until=row.waiting_until,
        delivered_at=row.delivered_at,
        city=row.city or "",
        country=row.country or "",
        parcels=tuple(_parcel(parcel, row.promised_at, now) for parcel in parcels),
        preparing=_preparing(lines),
        waiting=_items([(line.backordered, line) for line in lines]),
        cancelled=_items([(line.cancelled, line) for line in lines]),
        past=() if parcels else _items([(line.shipped, line) for line in lines]),
    )


def find_key(session: Session, number: str, email: str) -> str | None:
    """The tracking key of an order whose number and e-mail are both known to the asker."""
    row = session.execute(text(BY_EMAIL), {"number": number.strip().upper(), "email": email.strip().lower()})
    key = row.scalar_one_or_none()
    return None if key is None else str(key)


def _parcel(parcel: Parcel, promised_at: datetime | None, now: datetime) -> TrackedParcel:
    step = "delivered" if parcel.delivered_at else "shipped" if parcel.shipped_at else "packed"
    return TrackedParcel(
        part=parcel.part,
        step=step,
        items=tuple((quantity, name) for _, name, quantity in parcel.items),
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        packed_at=parcel.packed_at,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
        late=promised_at is not None and (parcel.delivered_at or now) > promised_at,
    )


def _preparing(lines: Sequence[Line]) -> tuple[Item, ...]:
    """Units that are promised from stock and lie in no parcel yet."""
    return _items([(line.allocated - line.packed, line) for line in lines])


def _items(counted: Sequence[tuple[int, Line]]) -> tuple[Item, ...]:
    return tuple((quantity, line.name) for quantity, line in counted if quantity > 0)


TRACKED = """
SELECT o.id, o.number, o.status, o.placed_at, o.promised_at, o.delivered_at, k.city, k.country,
       coalesce(p.promised_at, o.promised_at) AS expected_at, w.until AS waiting_until
  FROM orders o LEFT JOIN order_contacts k ON k.order_id = o.id
  LEFT JOIN LATERAL (SELECT promised_at FROM promises
                      WHERE order_id = o.id AND order_line_id IS NULL ORDER BY id DESC LIMIT 1) p ON true
 CROSS JOIN LATERAL (
       SELECT CASE WHEN count(*) = count(n.promised_at) THEN max(n.promised_at) END AS until
         FROM order_lines l
         LEFT JOIN LATERAL (SELECT promised_at FROM promises
                             WHERE order_line_id = l.id ORDER BY id DESC LIMIT 1) n ON true
        WHERE l.order_id = o.id AND l.backordered > 0) w
 WHERE o.tracking_key = :key
"""

BY_EMAIL = """
SELECT o.tracking_key FROM orders o JOIN order_contacts k ON k.order_id = o.id
 WHERE o.number = :number AND lower(k.email) = :email
"""
