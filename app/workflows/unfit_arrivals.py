"""What comes from another site of a lot that may not be sold there: it is set aside before anybody is promised it."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import lots
from app.inventory.cases import NewCase
from app.inventory.post import Movement
from app.kernel import clock


def unfit_arrivals(session: Session, come: Sequence[Movement]) -> dict[int, NewCase]:
    """A case for each movement of a frozen lot, or of one whose day of removal has come at its site; by its position.

    The levels are locked; whoever freezes one of these lots waits until they have arrived.
    """
    with_lots = {at: one for at, one in enumerate(come) if one.lot_id is not None}
    if not with_lots:
        return {}
    lots.arriving(session, [one.lot_id for one in with_lots.values() if one.lot_id is not None])
    rows = session.execute(
        text(UNFIT),
        {
            "ats": list(with_lots),
            "lots": [one.lot_id for one in with_lots.values()],
            "sites": [one.site_id for one in with_lots.values()],
            "now": clock.now(),
        },
    )
    return {row.at: _case(come[row.at], row.why, is_frozen=row.is_frozen) for row in rows}


def _case(one: Movement, why: str, *, is_frozen: bool) -> NewCase:
    return NewCase(
        sku_id=one.sku_id,
        site_id=one.site_id,
        lot_id=one.lot_id,
        condition="quarantine" if is_frozen else "expired",
        quantity=one.on_hand,
        reason=why,
    )


UNFIT = """
SELECT v.at, t.frozen_at IS NOT NULL AS is_frozen,
       CASE WHEN t.frozen_at IS NOT NULL THEN 'Lot ' || t.code || ' is frozen: ' || coalesce(t.frozen_reason, '')
            ELSE 'Lot ' || t.code || ' was to be removed on ' || t.remove_on END AS why
  FROM unnest(CAST(:ats AS int[]), CAST(:lots AS bigint[]), CAST(:sites AS bigint[])) AS v(at, lot_id, site_id)
  JOIN lots t ON t.id = v.lot_id JOIN sites s ON s.id = v.site_id
 WHERE t.frozen_at IS NOT NULL OR t.remove_on <= (CAST(:now AS timestamptz) AT TIME ZONE s.time_zone)::date
"""
