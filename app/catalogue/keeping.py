"""How goods are kept: by lot or by number, which leave first, and what they cost us."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound

TRACKING = {
    "none": "Just counted",
    "lot": "By lot",
    "serial": "By serial number, each unit",
}


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """A lot leaves ``removal_days`` before it expires; ``cost_minor`` is of one unit, None where it is not known."""

    tracking: str
    removal: str
    removal_days: int
    cost_minor: int | None


def get(session: Session, code: str) -> Keeping:
    """Raises NotFound."""
    row = session.execute(text(GET), {"code": code}).one_or_none()
    if row is None:
        raise NotFound(f"there is no SKU {code!r}")
    return Keeping(**row._mapping)


def put(session: Session, code: str, keeping: Keeping) -> int:
    """Answers the id of the SKU. Raises NotFound."""
    id = session.execute(text(PUT), {"code": code, **vars(keeping)}).scalar_one_or_none()
    if id is None:
        raise NotFound(f"there is no SKU {code!r}")
    return int(id)


def costs(session: Session, sku_ids: Collection[int]) -> dict[int, int | None]:
    """What a unit of each of these SKUs costs us, None where it is not known."""
    rows = session.execute(text(COSTS), {"ids": sorted(set(sku_ids))})
    return {row.id: row.cost_minor for row in rows}


def kept_by_number(session: Session, sku_ids: Collection[int]) -> frozenset[int]:
    """Those of these SKUs of which each unit is known by its number."""
    return frozenset(session.execute(text(NUMBERED), {"ids": sorted(set(sku_ids))}).scalars())


COSTS = "SELECT id, cost_minor FROM skus WHERE id = ANY(CAST(:ids AS bigint[]))"
NUMBERED = "SELECT id FROM skus WHERE tracking = 'serial' AND id = ANY(CAST(:ids AS bigint[]))"

GET = "SELECT tracking, removal, removal_days, cost_minor FROM skus WHERE code = :code"

PUT = """
UPDATE skus SET tracking = :tracking, removal = :removal, removal_days = :removal_days, cost_minor = :cost_minor
 WHERE code = :code RETURNING id
"""
