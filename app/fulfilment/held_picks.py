"""Picked units until they leave: which lot they are, and which shelf they go back to. The order is locked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.fulfilment.models import HeldPick
from app.kernel import bulk
from app.kernel.errors import StaleState


@dataclass(frozen=True, kw_only=True)
class HeldUnits:
    """Units of one fulfilment line out of one bin (none: there was no shelf)."""

    line_id: int
    bin_id: int | None
    lot_id: int | None
    serial_id: int | None
    quantity: int


@dataclass(frozen=True, kw_only=True)
class _Row:
    id: int
    units: HeldUnits


def keep(session: Session, picks: Sequence[HeldUnits]) -> None:
    """Write down what was taken off the shelf."""
    rows = [{"fulfilment_line_id": one.line_id, **vars(one)} for one in picks]
    bulk.insert(session, HeldPick, [{name: row[name] for name in COLUMNS} for row in rows])


def give_back(
    session: Session, units: Mapping[int, int], *, serial_ids: Collection[int] = frozenset()
) -> list[HeldUnits]:
    """So many units of each line go back to the shelf, named numbers first, then the last picked; answers where to."""
    rows = sorted(_rows(session, units), key=lambda row: (row.units.serial_id not in serial_ids, -row.id))
    return _consume(session, units, rows)


def spend(session: Session, units: Mapping[int, int]) -> list[HeldUnits]:
    """So many units of each line leave the building, the first picked first; answers what they are."""
    return _consume(session, units, _rows(session, units))


def loose(session: Session, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int, int | None], int]:
    """Units that lie in totes and boxes, by SKU, site and lot."""
    rows = bulk.pairs(session, LOOSE, [sku for sku, _ in keys], [site for _, site in keys])
    return {(row.sku_id, row.site_id, row.lot_id): row.units for row in rows}


def _consume(session: Session, units: Mapping[int, int], rows: Sequence[_Row]) -> list[HeldUnits]:
    left = dict(units)
    gone: list[tuple[_Row, int]] = []
    for row in rows:
        taken = min(left[row.units.line_id], row.units.quantity)
        left[row.units.line_id] -= taken
        if taken:
            gone.append((row, taken))
    if any(left.values()):
        raise StaleState("these units are not where they were picked to: reload and look again")
    bulk.pairs(session, TAKE_OFF, [row.id for row, _ in gone], [taken for _, taken in gone])
    return [replace(row.units, quantity=taken) for row, taken in gone]


def _rows(session: Session, line_ids: Collection[int]) -> list[_Row]:
    rows = bulk.pairs(session, ROWS, sorted(line_ids), [])
    return [
        _Row(
            id=row.id,
            units=HeldUnits(
                line_id=row.fulfilment_line_id,
                bin_id=row.bin_id,
                lot_id=row.lot_id,
                serial_id=row.serial_id,
                quantity=row.quantity,
            ),
        )
        for row in rows
    ]


COLUMNS = ("fulfilment_line_id", "bin_id", "lot_id", "serial_id", "quantity")

ROWS = """
SELECT id, fulfilment_line_id, bin_id, lot_id, serial_id, quantity FROM held_picks
 WHERE fulfilment_line_id = ANY(%(first)s::bigint[] || %(second)s::bigint[]) ORDER BY id
"""

TAKE_OFF = """
WITH v AS (SELECT * FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS v(id, quantity)),
     gone AS (DELETE FROM held_picks h USING v WHERE h.id = v.id AND h.quantity = v.quantity RETURNING h.id),
     less AS (UPDATE held_picks h SET quantity = h.quantity - v.quantity FROM v
               WHERE h.id = v.id AND h.quantity > v.quantity RETURNING h.id)
SELECT id FROM gone UNION ALL SELECT id FROM less
"""

LOOSE = """
SELECT l.sku_id, f.site_id, h.lot_id, sum(h.quantity)::bigint AS units
  FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(sku_id, site_id)
  JOIN fulfilment_orders f ON f.site_id = k.site_id AND f.state IN ('picking', 'picked', 'packed')
  JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id AND l.sku_id = k.sku_id
  JOIN held_picks h ON h.fulfilment_line_id = l.id
 GROUP BY 1, 2, 3
"""
