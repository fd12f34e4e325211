"""Rows of a count become facts: what lies there is what was counted, and the difference is posted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group
from app.inventory.labelled_lots import LabelledLot, open_lots
from app.inventory.levels import Key
from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.displace import lock_losing
from app.workflows.import_lookup import Known, Spot, look_up, spot, was_taken_before
from app.workflows.judged_import import CHANGED, SAME, Judged, Kind


@dataclass(frozen=True, kw_only=True)
class Counted:
    """``is_place``: the bin and lot that are named, good units; else all of the SKU at the site."""

    spot: Spot
    units: int

    @property
    def is_place(self) -> bool:
        return bool(self.spot.bin_id or self.spot.lot)


def reject_torn_counts(session: Session, import_id: int) -> None:
    """Bins are counted, or the whole site is: a file that says both of one SKU says two things."""
    session.execute(text(TORN), {"import_id": import_id})


def judge_counts(session: Session, row: Import, groups: Sequence[Group]) -> list[Judged]:
    if was_taken_before(session, row):
        return [Judged(group=group, said="already imported") for group in groups]
    contents = [group.rows[0].content for group in groups]
    known = look_up(session, contents)
    read = [_read(group, content, known) for group, content in zip(groups, contents, strict=True)]
    there = iter(_there(session, [one for one in read if isinstance(one, Counted)]))
    return [
        _judged(group, one, next(there)) if isinstance(one, Counted) else Judged(group=group, reasons=tuple(one))
        for group, one in zip(groups, read, strict=True)
    ]


def write_counts(session: Session, row: Import, work: Sequence[Any], actor: Actor) -> None:
    lock_losing(session, _losses(work, _there(session, work)))
    known = open_lots(session, [_lot(one) for one in work if one.spot.lot])
    lots = {key: lot.id for key, lot in known.items()}
    ids = [one.spot.lot_id or lots.get((one.spot.sku.id, one.spot.lot)) for one in work]
    differences = [
        Adjustment(
            sku_id=one.spot.sku.id,
            site_id=one.spot.site_id,
            bin_id=one.spot.bin_id,
            lot_id=lot_id,
            is_exact=one.is_place,
            on_hand=one.units - present,
            reason="count",
            reference=("import", row.id),
        )
        for one, lot_id, present in zip(work, ids, _there(session, work), strict=True)
        if one.units != present
    ]
    if differences:
        adjust_stock(session, differences, actor=actor)


def _read(group: Group, content: Mapping[str, Any], known: Known) -> Counted | list[Reason]:
    if len(group.rows) > 1:
        lines = " and ".join(str(one.line) for one in group.rows[:5])
        return [Reason("", "", f"this place was counted more than once, on lines {lines}: leave one of them")]
    found = spot(content, known)
    return found if isinstance(found, list) else Counted(spot=found, units=content["counted"])


def _judged(group: Group, one: Counted, there: int) -> Judged:
    difference = one.units - there
    if not difference:
        return Judged(group=group, result=SAME, said=f"{there:,} as before")
    return Judged(
        group=group,
        result=CHANGED,
        said=f"was {there:,}, now {one.units:,}: {difference:+,}",
        work=one,
        figures={"more": max(difference, 0), "fewer": max(-difference, 0)},
    )


def _there(session: Session, counted: Sequence[Counted]) -> list[int]:
    """Units that are known to lie where each was counted."""
    if not counted:
        return []
    keys = [(one.spot.sku.id, one.spot.site_id) for one in counted]
    skus, sites = [sku for sku, _ in keys], [site for _, site in keys]
    levels = {(row.sku_id, row.site_id): row.on_hand for row in bulk.pairs(session, LEVELS, skus, sites)}
    places = {
        (row.sku_id, row.site_id, row.bin_id, row.lot): row.quantity for row in bulk.pairs(session, PLACES, skus, sites)
    }
    return [
        places.get((*key, one.spot.bin_id, one.spot.lot), 0) if one.is_place else levels.get(key, 0)
        for one, key in zip(counted, keys, strict=True)
    ]


def _losses(work: Sequence[Counted], there: Sequence[int]) -> Counter[Key]:
    sums: Counter[Key] = Counter()
    for one, present in zip(work, there, strict=True):
        sums[one.spot.sku.id, one.spot.site_id] += present - one.units
    return sums


def _lot(one: Counted) -> LabelledLot:
    sku, today = one.spot.sku, clock.now().date()
    return LabelledLot(
        sku_id=sku.id, code=one.spot.lot, expires_on=None, removal_days=sku.removal_days, received_on=today
    )


LEVELS = """
SELECT sku_id, site_id, l.on_hand FROM stock_levels l
  JOIN (SELECT DISTINCT * FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(sku_id, site_id)) AS k
 USING (sku_id, site_id)
"""
PLACES = """
SELECT p.sku_id, p.site_id, p.bin_id, coalesce(t.code, '') AS lot, p.quantity
  FROM (SELECT DISTINCT * FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(sku_id, site_id)) AS k
  JOIN bin_stock p USING (sku_id, site_id) LEFT JOIN lots t ON t.id = p.lot_id
 WHERE p.condition = 'good' AND p.quantity > 0
"""
TORN = """
WITH torn AS (
    SELECT content->>'sku' AS sku, content->>'site' AS site FROM import_rows
     WHERE import_id = :import_id AND reasons = '[]'::jsonb GROUP BY 1, 2
    HAVING bool_or(content->>'bin' = '' AND content->>'lot' = '')
       AND bool_or(content->>'bin' <> '' OR content->>'lot' <> ''))
UPDATE import_rows r SET reasons = jsonb_build_array(jsonb_build_object('column', 'Bin', 'found', '', 'message',
       'other rows count single bins or lots of this SKU: count those, or the whole site, not both'))
  FROM torn WHERE r.import_id = :import_id AND r.reasons = '[]'::jsonb AND r.content->>'sku' = torn.sku
   AND r.content->>'site' = torn.site AND r.content->>'bin' = '' AND r.content->>'lot' = ''
"""

COUNTS_KIND = Kind(judge=judge_counts, write=write_counts)
