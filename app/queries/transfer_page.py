"""One transfer: where it goes, its goods number by number, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.transfers.states import ON_THE_WAY, TransferState

ENTRIES = 200


@dataclass(frozen=True, kw_only=True)
class NumberRow:
    """A numbered unit and what became of it: asked, sent (on its way), arrived, lost, returned, found."""

    id: int
    code: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class GoodsLine:
    id: int
    sku: str
    name: str
    gtin: str | None
    is_numbered: bool
    lot: str
    lots: str
    asked: int
    sent: int
    arrived: int
    lost: int
    returned: int
    in_transit: int
    found: int
    numbers: tuple[NumberRow, ...] = ()

    @property
    def without_number(self) -> int:
        """Units of a draft whose number nobody has named yet."""
        return self.asked - len(self.numbers) if self.is_numbered else 0

    def numbers_that(self, *kinds: str) -> list[NumberRow]:
        return [one for one in self.numbers if one.kind in kinds]

    @property
    def comes_to(self) -> int:
        """What the parts of ``sent`` come to: the same number, always."""
        return self.arrived + self.lost + self.returned + self.in_transit


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """``quantity`` units of one kind by one person at one moment, or the one of a number."""

    kind: str
    sku: str
    lot: str
    number: str
    quantity: int
    reason: str
    actor: str
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class TransferPage:
    """``entries`` are the newest, at most ``ENTRIES``."""

    id: int
    number: str
    from_site_id: int
    from_site: str
    from_name: str
    to_site_id: int
    to_site: str
    to_name: str
    state: TransferState
    expected_on: date
    created_by: str
    created_at: datetime
    sent_at: datetime | None
    closed_at: datetime | None
    lines: tuple[GoodsLine, ...] = ()
    entries: tuple[EntryRow, ...] = ()

    @property
    def is_draft(self) -> bool:
        return self.state == TransferState.DRAFT

    @property
    def is_on_the_way(self) -> bool:
        return self.state in ON_THE_WAY

    def total(self, name: str) -> int:
        return sum(getattr(line, name) for line in self.lines)


def transfer_page(session: Session, number: str) -> TransferPage:
    """Raises NotFound."""
    head = session.execute(text(HEAD), {"number": number}).one_or_none()
    if head is None:
        raise NotFound(f"there is no transfer “{number[:40]}”: scan the label, or type its number")
    values = {"id": head.id, "most": ENTRIES}
    numbers: dict[int, list[NumberRow]] = {}
    for row in session.execute(text(NUMBERS), values):
        numbers.setdefault(row.line_id, []).append(NumberRow(id=row.id, code=row.code, kind=row.kind))
    return TransferPage(
        **{**head._mapping, "state": TransferState(head.state)},
        lines=tuple(
            GoodsLine(**row, numbers=tuple(numbers.get(row["id"], ())))
            for row in session.execute(text(LINES), values).mappings()
        ),
        entries=tuple(EntryRow(**row) for row in session.execute(text(LEDGER), values).mappings()),
    )


def on_its_way(lines: Sequence[GoodsLine], sku: str) -> int:
    """Units of this SKU that still may arrive."""
    return sum(line.in_transit for line in lines if line.sku == sku)


HEAD = """
SELECT t.id, t.number, t.from_site_id, f.code AS from_site, f.name AS from_name, t.to_site_id, w.code AS to_site,
       w.name AS to_name, t.state, t.expected_on, t.created_by, t.created_at, t.sent_at, t.closed_at
  FROM transfers t JOIN sites f ON f.id = t.from_site_id JOIN sites w ON w.id = t.to_site_id WHERE t.number = :number
"""
LINES = """
SELECT l.id, s.code AS sku, s.name, s.gtin, s.tracking = 'serial' AS is_numbered, coalesce(o.code, '') AS lot,
       coalesce((SELECT string_agg(DISTINCT x.code, ', ') FROM transfer_entries e JOIN lots x ON x.id = e.lot_id
                  WHERE e.transfer_line_id = l.id AND e.kind = 'sent'), '') AS lots,
       l.asked, l.sent, l.arrived, l.lost, l.returned, l.in_transit, l.found
  FROM transfer_lines l JOIN skus s ON s.id = l.sku_id LEFT JOIN lots o ON o.id = l.lot_id
 WHERE l.transfer_id = :id AND (l.asked > 0 OR l.sent > 0) ORDER BY l.id
"""
NUMBERS = """
SELECT e.transfer_line_id AS line_id, n.id, n.code, (array_agg(e.kind ORDER BY e.id DESC))[1] AS kind
  FROM transfer_entries e JOIN serials n ON n.id = e.serial_id WHERE e.transfer_id = :id
 GROUP BY 1, 2 HAVING (array_agg(e.kind ORDER BY e.id DESC))[1] <> 'asked' OR sum(e.quantity) > 0
 ORDER BY 1, min(e.id)
"""
LEDGER = """
SELECT e.kind, s.code AS sku, coalesce(o.code, '') AS lot, coalesce(n.code, '') AS number, e.quantity, e.reason,
       e.actor, e.occurred_at
  FROM transfer_entries e JOIN transfer_lines l ON l.id = e.transfer_line_id JOIN skus s ON s.id = l.sku_id
  LEFT JOIN lots o ON o.id = e.lot_id LEFT JOIN serials n ON n.id = e.serial_id
 WHERE e.transfer_id = :id ORDER BY e.id DESC LIMIT :most
"""
