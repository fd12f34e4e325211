"""Stock levels: lock them in the one order, read what is available."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.inventory.rules_in_force import TODAY, at, rule_of
from app.kernel import driver
from app.kernel.driver import array
from app.kernel.errors import Invalid


@dataclass(slots=True)
class Level:
    """A locked stock level; changes as movements are posted on it within the transaction. Fields as in ``COLUMNS``."""

    id: int
    sku_id: int
    site_id: int
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int
    safety_stock: int
    sequence: int
    chain: bytes

    @property
    def unpromised(self) -> int:
        """Units that no promise rests on; negative never."""
        return self.on_hand - self.allocated - self.reserved - self.unavailable

    @property
    def available(self) -> int:
        """Units that may be promised: unpromised less the safety stock, at least 0."""
        return max(0, self.unpromised - self.safety_stock)


Key = tuple[int, int]

COLUMNS = (
    "l.id, l.sku_id, l.site_id, l.on_hand, l.allocated, l.reserved, l.unavailable, l.safety_stock, l.sequence, l.chain"
)

SAFETY = rule_of("safety", sku="s", sites=at("k.site_id"), day=TODAY)

OF_LOTS = """
SELECT l.sku_id, l.site_id FROM stock_levels l
 WHERE l.sku_id IN (SELECT sku_id FROM lots WHERE id = ANY(%(lots)s::bigint[]))
"""

LOCK_SKUS = (
    f"SELECT {COLUMNS} FROM stock_levels l WHERE l.sku_id = ANY(%(skus)s::bigint[])"
    " AND l.site_id = ANY(%(sites)s::bigint[]) ORDER BY l.sku_id, l.site_id FOR UPDATE"
)


def lock_skus(session: Session, sku_ids: Collection[int], site_ids: Collection[int]) -> dict[Key, Level]:
    """Lock every existing level of these SKUs at these sites, in (sku, site) order."""
    return _by_key(driver.fetch(session, *asked(sku_ids, site_ids)))


def asked(sku_ids: Collection[int], site_ids: Collection[int]) -> driver.Query:
    """What ``lock_skus`` asks."""
    return LOCK_SKUS, {"skus": array(sorted(sku_ids)), "sites": array(sorted(site_ids))}


def lock(session: Session, keys: Collection[Key]) -> dict[Key, Level]:
    """Lock these levels in (sku, site) order; those that do not exist yet are made, empty."""
    ordered = sorted(set(keys))
    found = _lock_existing(session, ordered)
    missing = [key for key in ordered if key not in found]
    if missing:
        _create(session, missing)
        found = _lock_existing(session, ordered)
        if len(found) < len(ordered):
            raise Invalid([("sku", "a kit has no stock of its own: enter its components")])
    return found


def of_lots(session: Session, lot_ids: Collection[int]) -> set[Key]:
    """Every level of the SKUs of these lots, wherever units of them lie."""
    rows = driver.fetch(session, OF_LOTS, {"lots": array(sorted(lot_ids))})
    return {(row.sku_id, row.site_id) for row in rows}


def _lock_existing(session: Session, keys: Sequence[Key]) -> dict[Key, Level]:
    rows = driver.fetch(
        session,
        f"SELECT {COLUMNS} FROM unnest(%(skus)s::bigint[], %(sites)s::bigint[]) AS k(sku_id, site_id)"
        " JOIN stock_levels l USING (sku_id, site_id) ORDER BY l.sku_id, l.site_id FOR UPDATE OF l",
        _arrays(keys),
    )
    return _by_key(rows)


def _create(session: Session, keys: Sequence[Key]) -> None:
    driver.fetch(
        session,
        "INSERT INTO stock_levels (sku_id, site_id, safety_stock)"
        " SELECT k.sku_id, k.site_id, coalesce(r.units, 0) FROM unnest(%(skus)s::bigint[], %(sites)s::bigint[])"
        f" AS k(sku_id, site_id) JOIN skus s ON s.id = k.sku_id AND NOT s.is_kit LEFT JOIN LATERAL ({SAFETY}) r ON true"
        " ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING id",
        _arrays(keys),
    )


def _arrays(keys: Sequence[Key]) -> dict[str, str]:
    return {"skus": array(sku for sku, _ in keys), "sites": array(site for _, site in keys)}


def _by_key(rows: Sequence[Any]) -> dict[Key, Level]:
    levels = [Level(*row) for row in rows]
    return {(level.sku_id, level.site_id): level for level in levels}
