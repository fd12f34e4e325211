"""Where a picker is sent: what would be taken off the shelves for lines of work, in walking order."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.inventory.levels import Key
from app.inventory.places import Place, Portion
from app.inventory.takes import Plan, Take
from app.kernel import bulk
from app.workflows import shelf_rules
from app.workflows.free_places import free_places


def plan_picks(session: Session, line_ids: Sequence[int]) -> dict[int, Plan]:
    """For lines of released work, each served after those before it; what is picked already needs no place."""
    lines = bulk.pairs(session, LINES, list(line_ids), list(range(len(line_ids)))) if line_ids else []
    if not lines:
        return {}
    keys = {(line.sku_id, line.site_id) for line in lines}
    shelves, rules = free_places(session, keys), shelf_rules.rules(session, line_ids)
    plans = {}
    for line in lines:
        key: Key = line.sku_id, line.site_id
        known = {(place.bin_id, place.lot_id): place for place in shelves.at(key)}
        choice = shelf_rules.take(shelves, key, line.unpicked, rule=rules[line.id])
        takes = sorted((_take(portion, known) for portion in choice.portions), key=lambda take: take.rank)
        why = shelf_rules.why_not(choice.left_out) or "no more lie here"
        plans[line.id] = Plan(takes=tuple(takes), missing=choice.missing, why=why if choice.missing else "")
    return plans


def _take(portion: Portion, known: Mapping[Any, Place]) -> Take:
    place = known[portion.bin_id, portion.lot_id]
    return Take(
        bin=place.bin_code,
        lot=place.lot_code,
        expires_on=place.expires_on,
        quantity=portion.quantity,
        pick_sequence=place.pick_sequence,
    )


LINES = """
SELECT l.id, l.sku_id, f.site_id, l.quantity - l.picked AS unpicked
  FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS v(id, turn) JOIN fulfilment_lines l USING (id)
  JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id WHERE l.quantity > l.picked ORDER BY v.turn
"""
