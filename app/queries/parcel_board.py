"""Parcels of sites: packed and waiting, on their way, arrived."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, select, text
from sqlalchemy.orm import Session

from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page

PAGE = 50
VIEWS: Mapping[str, tuple[str, str]] = {
    "packed": ("To ship", "packed"),
    "shipped": ("On the way", "shipped"),
    "delivered": ("Delivered", "delivered"),
}


@dataclass(frozen=True, kw_only=True)
class Shipment:
    id: int
    number: str
    part: int
    parcel: int
    site_id: int
    site: str
    state: str
    carrier: str
    tracking_number: str
    weight_g: int | None
    city: str
    region: str
    country: str
    units: int
    packed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    is_held: bool

    @property
    def work(self) -> str:
        """The barcode of the packing slip it came from."""
        return f"{self.number}-{self.part}"


def parcel_board(session: Session, state: str, site_ids: Collection[int], *, after: str = "") -> Page[Shipment]:
    """One page, the latest first."""
    cursor = paging.decode(after, (int,))
    listed = text(LISTED).columns(id=BigInteger).bindparams(state=state, sites=sorted(site_ids)).subquery("listed")
    ids = list(session.execute(paging.seek(select(listed.c.id), (listed.c.id,), cursor=cursor, limit=PAGE)).scalars())
    shown = {one.id: one for one in _read(session, ids)}
    return paging.page([shown[id] for id in ids], PAGE, key=lambda one: (one.id,), cursor=cursor)


def shipment(session: Session, parcel_id: int) -> Shipment:
    """Raises ``NotFound``; a parcel that was unpacked is gone too."""
    found = _read(session, [parcel_id])
    if not found:
        raise NotFound(f"there is no parcel {parcel_id}")
    return found[0]


def contents(session: Session, parcel_id: int) -> Sequence[Any]:
    return session.execute(text(CONTENTS), {"id": parcel_id}).all()


def carriers(session: Session, site_id: int) -> list[str]:
    """Whom this site handed parcels to, the latest first."""
    return list(session.execute(text(CARRIERS), {"site": site_id}).scalars())


def sites_of(session: Session, parcel_ids: Collection[int]) -> dict[int, int]:
    """Site id by parcel id; unknown parcels are missing."""
    rows = session.execute(text(SITES), {"ids": list(parcel_ids)})
    return {row.id: row.site_id for row in rows}


def _read(session: Session, ids: Sequence[int]) -> list[Shipment]:
    return [Shipment(**row._mapping) for row in session.execute(text(SHIPMENTS), {"ids": list(ids)})]


LISTED = """
SELECT p.id FROM parcels p JOIN fulfilment_orders f ON f.id = p.fulfilment_order_id
 WHERE p.state = :state AND f.site_id = ANY(CAST(:sites AS bigint[]))
"""

SHIPMENTS = """
SELECT p.id, o.number, f.part, p.part AS parcel, f.site_id, s.code AS site, p.state, p.carrier, p.tracking_number,
       p.weight_g, coalesce(c.city, '') AS city, coalesce(c.region, '') AS region, coalesce(c.country, '') AS country,
       (SELECT sum(quantity)::int FROM parcel_lines WHERE parcel_id = p.id) AS units,
       p.packed_at, p.shipped_at, p.delivered_at,
       EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.id AND h.released_at IS NULL) AS is_held
  FROM parcels p JOIN fulfilment_orders f ON f.id = p.fulfilment_order_id JOIN orders o ON o.id = p.order_id
  JOIN sites s ON s.id = f.site_id LEFT JOIN order_contacts c ON c.order_id = o.id
 WHERE p.id = ANY(CAST(:ids AS bigint[])) AND p.state <> 'unpacked' ORDER BY p.id
"""

CONTENTS = """
SELECT l.sku_code AS sku, l.name, c.quantity FROM parcel_lines c JOIN fulfilment_lines l ON l.id = c.fulfilment_line_id
 WHERE c.parcel_id = :id ORDER BY l.id
"""

SITES = """
SELECT p.id, f.site_id FROM parcels p JOIN fulfilment_orders f ON f.id = p.fulfilment_order_id
 WHERE p.id = ANY(CAST(:ids AS bigint[]))
"""

CARRIERS = """
SELECT carrier FROM (
    SELECT p.carrier, p.id FROM parcels p JOIN fulfilment_orders f ON f.id = p.fulfilment_order_id
     WHERE f.site_id = :site AND p.carrier <> '' ORDER BY p.id DESC LIMIT 200) recent
 GROUP BY carrier ORDER BY max(id) DESC LIMIT 8
"""
