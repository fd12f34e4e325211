"""Units come off the shelf into a tote, or go back: the ledger knows from which bin, and of which lot they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import held_picks
from app.fulfilment.held_picks import HeldUnits
from app.inventory import levels, moves, places
from app.inventory.levels import Key
from app.inventory.moves import Move
from app.inventory.places import Portion, Shelves
from app.inventory.removal import Choice, choose
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import StaleState


@dataclass(frozen=True, kw_only=True)
class Errand:
    """Units of one fulfilment line to be taken, or put back."""

    line_id: int
    sku_id: int
    sku_code: str
    site_id: int
    quantity: int

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


def take_from_shelves(session: Session, errands: Sequence[Errand], *, actor: Actor) -> None:
    """By each SKU's rule of removal. Raises ``StaleState`` where what lies there may not be sent, and says why."""
    if not errands:
        return
    keys = {one.key for one in errands}
    held = levels.lock(session, keys)
    shelves = _free(session, keys)
    rules, today = _rules(session, {one.sku_id for one in errands}), clock.now().date()
    picks = [pick for one in errands for pick in _pick(one, shelves, rules[one.sku_id], today)]
    sku_of = {one.line_id: one for one in errands}
    off = [_move(sku_of[pick.line_id], pick, "pick") for pick in picks if pick.bin_id is not None]
    moves.move(session, off, actor=actor, locked=held)
    held_picks.keep(session, picks)


def return_to_shelves(session: Session, errands: Sequence[Errand], *, actor: Actor) -> None:
    """To where they came from."""
    units: dict[int, int] = {}
    for one in errands:
        units[one.line_id] = units.get(one.line_id, 0) + one.quantity
    sku_of = {one.line_id: one for one in errands}
    back = [pick for pick in held_picks.give_back(session, units) if pick.bin_id is not None]
    moves.move(session, [_move(sku_of[pick.line_id], pick, "put_back") for pick in back], actor=actor)


def _free(session: Session, keys: set[Key]) -> Shelves:
    """What lies there less what is in totes and boxes already, which has no bin either."""
    shelves = Shelves(places.of_levels(session, keys))
    for (sku_id, site_id, lot_id), units in held_picks.loose(session, keys).items():
        loose = [one for one in shelves.at((sku_id, site_id)) if one.bin_id is None and places.is_good(one)]
        there = sum(one.quantity for one in loose if one.lot_id == lot_id)
        taken = Portion(bin_id=None, lot_id=lot_id, condition="good", quantity=-min(units, there))
        shelves.put((sku_id, site_id), taken)
    return shelves


def _pick(one: Errand, shelves: Shelves, strategy: str, today: date) -> list[HeldUnits]:
    choice = choose(shelves.at(one.key), one.quantity, strategy=strategy, today=today)
    if choice.missing:
        raise StaleState(_refusal(one, choice))
    for portion in choice.portions:
        shelves.put(one.key, replace(portion, quantity=-portion.quantity))
    return [
        HeldUnits(
            line_id=one.line_id,
            bin_id=portion.bin_id,
            lot_id=portion.lot_id,
            serial_id=None,
            quantity=portion.quantity,
        )
        for portion in choice.portions
    ]


def _refusal(one: Errand, choice: Choice) -> str:
    why = "; ".join(
        f"{place.quantity} in {place.bin_code or 'no bin'}: {reason}" for place, reason in choice.left_out.items()
    )
    found = one.quantity - choice.missing
    return (
        f"{one.sku_code}: {found} of {one.quantity} may be taken here ({why or 'no more lie there'}): report the rest"
    )


def _move(one: Errand, pick: HeldUnits, reason: str) -> Move:
    is_out = reason == "pick"
    return Move(
        sku_id=one.sku_id,
        site_id=one.site_id,
        quantity=pick.quantity,
        from_bin_id=pick.bin_id if is_out else None,
        to_bin_id=None if is_out else pick.bin_id,
        lot_id=pick.lot_id,
        reason=reason,
        reference=("fulfilment_line", pick.line_id),
    )


def _rules(session: Session, sku_ids: set[int]) -> Mapping[int, str]:
    rows = session.execute(
        text("SELECT id, removal FROM skus WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": sorted(sku_ids)}
    )
    return {row.id: row.removal for row in rows}
