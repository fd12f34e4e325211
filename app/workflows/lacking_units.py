"""Where a shelf holds less than the book says: in the places that the picker was sent to, and in no other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.orm import Session

from app.inventory import places
from app.inventory.levels import Key
from app.inventory.places import Portion, Shelves
from app.workflows import shelf_rules
from app.workflows.adjust_stock import Adjustment
from app.workflows.free_places import free_places
from app.workflows.shelf_rules import Rule


@dataclass(frozen=True, kw_only=True)
class Lack:
    """``quantity`` of a line's ``unpicked`` units cannot be taken; ``reason`` is one of a short pick's."""

    line_id: int
    fulfilment_order_id: int
    key: Key
    unpicked: int
    quantity: int
    reason: str


def lacking_units(session: Session, lacks: Sequence[Lack]) -> list[Adjustment]:
    """What is lost or damaged, place by place; the levels are locked. An empty shelf loses all of the SKU that lies in
    the bins its line was sent to, and what is in totes and boxes stays. What no place was planned for is lost nowhere.
    """
    keys = {one.key for one in lacks}
    planned = free_places(session, keys)
    there = Shelves({key: planned.at(key) for key in keys})
    rules = shelf_rules.rules(session, {one.line_id for one in lacks})
    meant = [(one, portion) for one in lacks for portion in _meant(one, rules[one.line_id], planned)]
    found = [_adjustment(one, portion, there) for one, portion in meant]
    for one, portion in meant:
        if one.reason == "none_left":
            found += [_adjustment(one, left, there) for left in _left(one.key, portion.bin_id, there)]
    return found


def _meant(one: Lack, rule: Rule, planned: Shelves) -> list[Portion]:
    """The first of what the line would be given: each line is served after those before it, as its list was."""
    portions, left = [], one.quantity
    for portion in shelf_rules.take(planned, one.key, one.unpicked, rule=rule).portions:
        units = min(left, portion.quantity)
        left -= units
        if units:
            portions.append(replace(portion, quantity=units))
    return portions


def _left(key: Key, bin_id: int | None, there: Shelves) -> list[Portion]:
    return [
        Portion(bin_id=bin_id, lot_id=place.lot_id, condition=place.condition, quantity=place.quantity)
        for place in there.at(key)
        if place.bin_id == bin_id and places.is_good(place)
    ]


def _adjustment(one: Lack, portion: Portion, there: Shelves) -> Adjustment:
    there.put(one.key, replace(portion, quantity=-portion.quantity))
    at = partial(
        Adjustment,
        sku_id=one.key[0],
        site_id=one.key[1],
        reason="short_pick",
        bin_id=portion.bin_id,
        lot_id=portion.lot_id,
        is_exact=True,
        reference=("fulfilment_order", one.fulfilment_order_id),
    )
    return at(unavailable=portion.quantity) if one.reason == "damaged" else at(on_hand=-portion.quantity)
