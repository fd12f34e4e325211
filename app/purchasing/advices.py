"""What suppliers say is on its way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.actor import Actor
from app.purchasing.models import Advice, AdviceLine


@dataclass(frozen=True, kw_only=True)
class NewAdviceLine:
    """``purchase_order_line_id`` is None for a code that is not on the order."""

    purchase_order_line_id: int | None
    code: str
    quantity: int
    lot_code: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewAdvice:
    """``number`` is the supplier's own for the shipment."""

    purchase_order_id: int
    number: str
    expected_on: date
    lines: tuple[NewAdviceLine, ...]


def insert(session: Session, advices: Sequence[NewAdvice], *, actor: Actor) -> list[int]:
    """Ids in the order given; their purchase orders are locked."""
    ids = bulk.next_ids(session, {"advices": len(advices)})["advices"]
    heads = [
        {
            "id": id,
            "purchase_order_id": one.purchase_order_id,
            "number": one.number,
            "expected_on": one.expected_on,
            "created_by": actor.code,
        }
        for id, one in zip(ids, advices, strict=True)
    ]
    bulk.insert(session, Advice, heads)
    lines = [{"advice_id": id, **vars(line)} for id, one in zip(ids, advices, strict=True) for line in one.lines]
    bulk.insert(session, AdviceLine, lines)
    return ids


def numbers_of(session: Session, purchase_order_ids: Collection[int]) -> set[tuple[int, str]]:
    """(Purchase order id, shipment number) of everything that was announced for them."""
    rows = session.execute(
        text("SELECT purchase_order_id, number FROM advices WHERE purchase_order_id = ANY(CAST(:ids AS bigint[]))"),
        {"ids": sorted(purchase_order_ids)},
    )
    return {(row.purchase_order_id, row.number) for row in rows}
