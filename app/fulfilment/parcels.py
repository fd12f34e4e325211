"""Parcels: closed at the pack station, handed to a carrier, delivered."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.models import Parcel, ParcelLine
from app.fulfilment.states import PARCEL
from app.kernel import bulk, clock
from app.kernel.errors import Invalid, NotFound
from app.kernel.text import line

TRACKING_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/-]{0,58}[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Content:
    """Units of one fulfilment line in a parcel, with the ids that their way out needs."""

    fulfilment_line_id: int
    order_line_id: int
    sku_id: int
    sku_code: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PackedParcel:
    id: int
    fulfilment_order_id: int
    order_id: int
    site_id: int
    state: str
    carrier: str
    tracking_number: str
    contents: tuple[Content, ...]

    @property
    def units(self) -> int:
        return sum(content.quantity for content in self.contents)


@dataclass(frozen=True, kw_only=True)
class NewParcel:
    """``units`` by fulfilment line id."""

    fulfilment_order_id: int
    order_id: int
    units: Mapping[int, int]
    weight_g: int | None = None


def close(session: Session, parcels: Sequence[NewParcel]) -> list[int]:
    """Write closed parcels down; answers their ids in order."""
    ids = bulk.next_ids(session, {"parcels": len(parcels)})["parcels"] if parcels else []
    last = _last_parts(session, {parcel.fulfilment_order_id for parcel in parcels})
    rows = []
    for id, parcel in zip(ids, parcels, strict=True):
        part = last[parcel.fulfilment_order_id] = last.get(parcel.fulfilment_order_id, 0) + 1
        rows.append({**_row(parcel), "id": id, "part": part, "packed_at": clock.now()})
    bulk.insert(session, Parcel, rows)
    contents = [
        {"parcel_id": id, "fulfilment_line_id": line_id, "quantity": units}
        for id, parcel in zip(ids, parcels, strict=True)
        for line_id, units in parcel.units.items()
    ]
    bulk.insert(session, ParcelLine, contents)
    return ids


def orders_of(session: Session, ids: Collection[int]) -> set[int]:
    """The orders these parcels belong to; to be locked before anything else. Raises ``NotFound``."""
    rows = session.execute(
        text("SELECT id, order_id FROM parcels WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": list(ids)}
    ).all()
    if missing := set(ids) - {row.id for row in rows}:
        raise NotFound(f"there is no parcel {min(missing)}")
    return {row.order_id for row in rows}


def load(session: Session, ids: Collection[int]) -> dict[int, PackedParcel]:
    rows = session.execute(text(PARCELS), {"ids": list(ids)})
    return {row.id: PackedParcel(**{**row._mapping, "contents": _contents(row.contents)}) for row in rows}


def last_closed(session: Session, fulfilment_order_ids: Collection[int]) -> dict[int, int]:
    """The latest parcel that waits to leave, by fulfilment order."""
    rows = session.execute(
        text(
            "SELECT fulfilment_order_id, max(id) AS id FROM parcels"
            " WHERE fulfilment_order_id = ANY(CAST(:ids AS bigint[])) AND state = 'packed' GROUP BY 1"
        ),
        {"ids": list(fulfilment_order_ids)},
    )
    return {row.fulfilment_order_id: row.id for row in rows}


def unpack(session: Session, ids: Sequence[int]) -> None:
    PARCEL.move(session, Parcel, ids=ids, action="unpack")


def ship(session: Session, labels: Mapping[int, tuple[str, str]]) -> None:
    """Hand parcels over; ``labels`` are (carrier, tracking number) by parcel id."""
    PARCEL.move(session, Parcel, ids=list(labels), action="ship", values={"shipped_at": clock.now()})
    session.execute(
        text(
            "UPDATE parcels p SET carrier = v.carrier, tracking_number = v.tracking_number"
            " FROM unnest(CAST(:ids AS bigint[]), CAST(:carriers AS text[]), CAST(:numbers AS text[]))"
            " AS v(id, carrier, tracking_number) WHERE p.id = v.id"
        ),
        {
            "ids": list(labels),
            "carriers": [carrier for carrier, _ in labels.values()],
            "numbers": [number for _, number in labels.values()],
        },
    )


def deliver(session: Session, ids: Sequence[int]) -> None:
    PARCEL.move(session, Parcel, ids=ids, action="deliver", values={"delivered_at": clock.now()})


def label(carrier: str, tracking_number: str) -> tuple[str, str]:
    """Both as they are kept. Raises ``Invalid`` for what could be more than a number, such as an address of the web."""
    name = line(carrier, field="carrier", most=60, required=True)
    number = line(tracking_number, field="tracking_number", most=60, required=True)
    if not TRACKING_NUMBER.fullmatch(number):
        what = f"“{number}” cannot be a tracking number: type the letters and digits on the label, no link"
        raise Invalid([("tracking_number", what)])
    return name, number


def _row(parcel: NewParcel) -> dict[str, Any]:
    return {
        "fulfilment_order_id": parcel.fulfilment_order_id,
        "order_id": parcel.order_id,
        "weight_g": parcel.weight_g,
        "state": PARCEL.initial.value,
    }


def _last_parts(session: Session, ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        text(
            "SELECT fulfilment_order_id, max(part) AS part FROM parcels"
            " WHERE fulfilment_order_id = ANY(CAST(:ids AS bigint[])) GROUP BY 1"
        ),
        {"ids": list(ids)},
    )
    return {row.fulfilment_order_id: row.part for row in rows}


def _contents(rows: Sequence[Mapping[str, Any]]) -> tuple[Content, ...]:
    return tuple(Content(**row) for row in rows)


PARCELS = """
SELECT p.id, p.fulfilment_order_id, p.order_id, f.site_id, p.state, p.carrier, p.tracking_number,
       (SELECT jsonb_agg(jsonb_build_object('fulfilment_line_id', l.id, 'order_line_id', l.order_line_id,
               'sku_id', l.sku_id, 'sku_code', l.sku_code, 'quantity', c.quantity) ORDER BY l.id)
          FROM parcel_lines c JOIN fulfilment_lines l ON l.id = c.fulfilment_line_id WHERE c.parcel_id = p.id)
       AS contents
  FROM parcels p JOIN fulfilment_orders f ON f.id = p.fulfilment_order_id
 WHERE p.id = ANY(CAST(:ids AS bigint[])) ORDER BY p.id
"""
