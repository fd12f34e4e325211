"""Receipts: facts that are written once, and taken back by a receipt of the opposite."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.purchasing.models import Receipt, ReceiptLine

Key = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class NewReceiptLine:
    """``quantity`` is below 0 where a receipt is taken back."""

    purchase_order_line_id: int
    quantity: int
    condition: str
    bin_id: int | None
    lot_id: int | None
    unit_cost_minor: int


@dataclass(frozen=True, kw_only=True)
class NewReceipt:
    """``client_scan_id`` is the terminal's own name for it, new among the purchase order's; not where it undoes one."""

    purchase_order_id: int
    client_scan_id: str
    received_at: datetime
    lines: tuple[NewReceiptLine, ...]
    over_reason: str = ""
    undoes_id: int | None = None

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Written:
    """``line_ids`` in the order of the receipt's lines."""

    id: int
    line_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Old:
    """A receipt as it stands; ``is_undone`` says that it was taken back. ``line_ids`` in the order of its lines.

    ``came_at`` is when its units were in the books, at the earliest.
    """

    id: int
    purchase_order_id: int
    came_at: datetime
    is_undone: bool
    is_undoing: bool
    line_ids: tuple[int, ...]
    lines: tuple[NewReceiptLine, ...]


def record(session: Session, receipts: Sequence[NewReceipt], *, actor: Actor) -> list[Written]:
    """Write them down; their purchase orders are locked, and no scan of theirs is known."""
    count = sum(len(one.lines) for one in receipts)
    drawn = bulk.next_ids(session, {"receipts": len(receipts), "receipt_lines": count})
    ids, line_ids = drawn["receipts"], iter(drawn["receipt_lines"])
    written = [
        Written(id=id, line_ids=tuple(next(line_ids) for _ in one.lines)) for id, one in zip(ids, receipts, strict=True)
    ]
    heads = [
        {"id": each.id, "actor": actor.code, **{name: getattr(one, name) for name in HEAD}}
        for each, one in zip(written, receipts, strict=True)
    ]
    lines = [
        {"id": line_id, "receipt_id": each.id, **vars(line)}
        for each, one in zip(written, receipts, strict=True)
        for line_id, line in zip(each.line_ids, one.lines, strict=True)
    ]
    bulk.insert(session, Receipt, heads)
    bulk.insert(session, ReceiptLine, lines)
    return written


def known(session: Session, keys: Collection[Key]) -> dict[Key, int]:
    """Receipt id by (purchase order id, scan), of those that came before."""
    rows = bulk.pairs(
        session,
        "SELECT r.id, r.purchase_order_id, r.client_scan_id FROM receipts r"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS k(purchase_order_id, client_scan_id)"
        " USING (purchase_order_id, client_scan_id) WHERE r.undoes_id IS NULL",
        [id for id, _ in keys],
        [scan for _, scan in keys],
    )
    return {(row.purchase_order_id, row.client_scan_id): row.id for row in rows}


def orders_of(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Purchase order id by receipt id; to be locked first. Raises NotFound."""
    rows = session.execute(
        text("SELECT id, purchase_order_id FROM receipts WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": list(ids)}
    )
    found = {row.id: row.purchase_order_id for row in rows}
    if missing := sorted(set(ids) - set(found)):
        raise NotFound(f"there is no receipt {missing[0]}")
    return found


def require(session: Session, receipt_id: int, number: str) -> None:
    """Raises NotFound for a receipt of another purchase order."""
    found = session.execute(
        text(
            "SELECT 1 FROM receipts r JOIN purchase_orders o ON o.id = r.purchase_order_id"
            " WHERE r.id = :id AND o.number = :number"
        ),
        {"id": receipt_id, "number": number},
    ).first()
    if found is None:
        raise NotFound(f"{number[:40]} has no such receipt")


def load(session: Session, ids: Collection[int]) -> dict[int, Old]:
    """By id; the purchase orders are locked."""
    rows = session.execute(text(RECEIPTS), {"ids": sorted(ids)})
    return {
        row.id: Old(
            **{
                **row._mapping,
                "line_ids": tuple(row.line_ids),
                "lines": tuple(NewReceiptLine(**line) for line in row.lines),
            }
        )
        for row in rows
    }


HEAD = ("purchase_order_id", "client_scan_id", "received_at", "over_reason", "undoes_id")

RECEIPTS = """
SELECT r.id, r.purchase_order_id, least(r.received_at, r.recorded_at) AS came_at, r.undoes_id IS NOT NULL AS is_undoing,
       EXISTS (SELECT 1 FROM receipts u WHERE u.undoes_id = r.id) AS is_undone,
       ARRAY(SELECT l.id FROM receipt_lines l WHERE l.receipt_id = r.id ORDER BY l.id) AS line_ids,
       (SELECT jsonb_agg(jsonb_build_object('purchase_order_line_id', l.purchase_order_line_id,
               'quantity', l.quantity, 'condition', l.condition, 'bin_id', l.bin_id, 'lot_id', l.lot_id,
               'unit_cost_minor', l.unit_cost_minor) ORDER BY l.id)
          FROM receipt_lines l WHERE l.receipt_id = r.id) AS lines
  FROM receipts r WHERE r.id = ANY(CAST(:ids AS bigint[]))
"""
