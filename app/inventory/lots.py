"""Lots: units made together, with the day they expire on. Frozen, they are not sold, picked or shipped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class LotHead:
    """A lot with its SKU and what that is called; ``frozen_reason`` is empty unless it is frozen."""

    id: int
    sku_id: int
    sku: str
    name: str
    code: str
    frozen_reason: str
    is_frozen: bool


def get(session: Session, lot_id: int) -> LotHead:
    """Raises NotFound."""
    row = session.execute(text(HEAD), {"id": lot_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no lot {lot_id}")
    return LotHead(**row._mapping)


def freeze(session: Session, lot_ids: Sequence[int], *, reason: str, actor: Actor) -> None:
    """Stop lots from being sold or picked. Their units are the caller's."""
    session.execute(text(FREEZE), {"ids": sorted(lot_ids), "at": clock.now(), "reason": reason, "by": actor.code})


def unfreeze(session: Session, lot_ids: Sequence[int], *, actor: Actor) -> None:
    """Lift the freeze. Units in quarantine stay there until somebody releases them."""
    session.execute(text(UNFREEZE), {"ids": sorted(lot_ids), "by": actor.code})


def frozen(session: Session, lot_ids: Sequence[int]) -> dict[int, str]:
    """The codes of those among these lots that are frozen."""
    rows = bulk.pairs(session, FROZEN, sorted(set(lot_ids)), [])
    return {row.id: row.code for row in rows}


def lock(session: Session, lot_ids: Collection[int]) -> None:
    """Lock lots by id, after the stock levels: nothing of them arrives until this transaction ends."""
    session.execute(text(LOCK), {"ids": sorted(lot_ids)})


def arriving(session: Session, lot_ids: Collection[int]) -> dict[int, str]:
    """Why those of these lots that are frozen are not sold; whoever freezes one waits until this transaction ends.

    The stock levels are locked.
    """
    rows = bulk.pairs(session, ARRIVING, sorted(set(lot_ids)), [])
    return {row.id: f"Lot {row.code} is frozen: {row.frozen_reason}" for row in rows if row.frozen_at is not None}


def redate(session: Session, sku_id: int, *, removal_days: int) -> None:
    """The last day of each lot of a SKU, anew."""
    session.execute(text(REDATE), {"sku": sku_id, "days": removal_days})


HEAD = """
SELECT t.id, t.sku_id, s.code AS sku, s.name, t.code, t.frozen_reason, t.frozen_at IS NOT NULL AS is_frozen
  FROM lots t JOIN skus s ON s.id = t.sku_id WHERE t.id = :id
"""

FREEZE = """
UPDATE lots SET frozen_at = :at, frozen_reason = :reason, frozen_by = :by
 WHERE id = ANY(CAST(:ids AS bigint[])) AND frozen_at IS NULL
"""

UNFREEZE = """
UPDATE lots SET frozen_at = NULL, frozen_reason = '', frozen_by = :by
 WHERE id = ANY(CAST(:ids AS bigint[])) AND frozen_at IS NOT NULL
"""

FROZEN = """
SELECT id, code FROM lots WHERE id = ANY(%(first)s::bigint[] || %(second)s::bigint[]) AND frozen_at IS NOT NULL
"""

LOCK = "SELECT 1 FROM lots WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR NO KEY UPDATE"

ARRIVING = """
SELECT id, code, frozen_at, frozen_reason FROM lots WHERE id = ANY(%(first)s::bigint[] || %(second)s::bigint[])
 ORDER BY id FOR SHARE
"""

REDATE = """
UPDATE lots SET remove_on = expires_on - CAST(:days AS int)
 WHERE sku_id = :sku AND remove_on IS DISTINCT FROM expires_on - CAST(:days AS int)
"""
