"""What a counter scans or types, as a SKU and a lot of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.kernel.errors import DomainError


class UnknownItem(DomainError):
    """No SKU or lot of ours is called so."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """``lot`` empty: none was named."""

    code: str
    lot: str = ""


@dataclass(frozen=True, kw_only=True)
class Identified:
    sku_id: int
    sku: str
    has_lots: bool
    is_numbered: bool
    lot_id: int | None


def identify(session: Session, named: Sequence[Named]) -> list[Identified]:
    """One for each, in the order given; three statements. Raises ``UnknownItem`` with what to do."""
    known = codes.resolve(session, {one.code for one in named})
    skus: dict[str, Any] = {
        row.code: row for row in session.execute(text(SKUS), {"codes": sorted(set(known.values()))})
    }
    lots = _lots(session, named)
    return [_identified(one, known, skus, lots) for one in named]


def _identified(
    one: Named, known: dict[str, str], skus: dict[str, Any], lots: dict[tuple[int, str], int]
) -> Identified:
    if one.code not in known:
        raise UnknownItem(f"“{one.code[:40]}” is nothing of ours: put it aside and ask", field="code")
    sku = skus[known[one.code]]
    sku_id, code = int(sku.id), known[one.code]
    lot_id = lots.get((sku_id, one.lot)) if one.lot else None
    if one.lot and lot_id is None:
        raise UnknownItem(f"{code} has no lot {one.lot[:40]!r}: read the label again", field="lot")
    return Identified(
        sku_id=sku_id,
        sku=code,
        has_lots=sku.tracking == "lot",
        is_numbered=sku.tracking == "serial",
        lot_id=lot_id,
    )


def _lots(session: Session, named: Sequence[Named]) -> dict[tuple[int, str], int]:
    wanted = sorted({one.lot for one in named if one.lot})
    if not wanted:
        return {}
    rows = session.execute(text(LOTS), {"codes": wanted})
    return {(row.sku_id, row.code): row.id for row in rows}


SKUS = "SELECT id, code, tracking FROM skus WHERE code = ANY(CAST(:codes AS text[]))"
LOTS = "SELECT id, sku_id, code FROM lots WHERE code = ANY(CAST(:codes AS text[]))"
