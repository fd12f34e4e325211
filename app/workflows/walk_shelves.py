"""Units come off the shelf into a tote, or go back: the ledger knows from which bin, of which lot, by which number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.fulfilment import held_picks
from app.fulfilment.held_picks import HeldUnits
from app.inventory import levels, lots, moves, serials
from app.inventory.events import FrozenUnitsReturned
from app.inventory.levels import Key
from app.inventory.moves import Move
from app.inventory.places import Shelves
from app.inventory.removal import Choice
from app.inventory.serials import Unit
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.events import emit
from app.workflows import shelf_rules
from app.workflows.free_places import free_places
from app.workflows.shelf_rules import Rule, Wish


class MayNotBeTaken(DomainError):
    """What the picker took, or the place it is from, does not do for this line."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="code")


@dataclass(frozen=True, kw_only=True)
class Errand:
    """Units of one fulfilment line to be taken, or put back; bin, lot and number where somebody said which."""

    line_id: int
    sku_id: int
    sku_code: str
    site_id: int
    quantity: int
    bin: str = ""
    lot: str = ""
    serial: str = ""

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


def take_from_shelves(session: Session, errands: Sequence[Errand], *, actor: Actor) -> None:
    """By each SKU's rule of removal, or from where it is said. Raises ``StaleState`` where what lies there may not be
    sent, and says why."""
    if not errands:
        return
    keys = {one.key for one in errands}
    held = levels.lock(session, keys)
    shelves, rules = free_places(session, keys), shelf_rules.rules(session, {one.line_id for one in errands})
    units = serials.find(session, [(one.sku_id, one.serial) for one in errands if one.serial])
    picks = [pick for one in errands for pick in _pick(one, shelves, rules[one.line_id], units)]
    sku_of = {one.line_id: one for one in errands}
    off = [_move(sku_of[pick.line_id], pick, "pick") for pick in picks if pick.bin_id is not None]
    moves.move(session, off, actor=actor, locked=held)
    serials.hold(session, {pick.serial_id: pick.line_id for pick in picks if pick.serial_id}, actor=actor)
    held_picks.keep(session, picks)


def return_to_shelves(session: Session, errands: Sequence[Errand], *, actor: Actor) -> None:
    """To where they came from; what is of a frozen lot is set aside there."""
    units: dict[int, int] = {}
    for one in errands:
        units[one.line_id] = units.get(one.line_id, 0) + one.quantity
    sku_of = {one.line_id: one for one in errands}
    given = held_picks.give_back(session, units, serial_ids=_named(session, errands))
    back = [_move(sku_of[pick.line_id], pick, "put_back") for pick in given if pick.bin_id is not None]
    moves.move(session, back, actor=actor)
    returned = {pick.serial_id: pick.line_id for pick in given if pick.serial_id}
    serials.hold(session, returned, is_back=True, actor=actor)
    _tell_of_frozen(session, [(sku_of[pick.line_id].key, pick.lot_id) for pick in given if pick.lot_id], actor)


def _tell_of_frozen(session: Session, returned: Sequence[tuple[Key, int]], actor: Actor) -> None:
    """They are set aside after this: promises that then give way belong to orders that are not locked here."""
    frozen = lots.frozen(session, [lot_id for _, lot_id in returned]) if returned else {}
    back = sorted({(key, lot_id) for key, lot_id in returned if lot_id in frozen})
    held = levels.lock(session, {key for key, _ in back}) if back else {}
    told = [
        FrozenUnitsReturned(stock_level_id=held[key].id, sku_id=key[0], site_id=key[1], lot_id=lot_id)
        for key, lot_id in back
    ]
    emit(session, told, actor=actor)


def _pick(one: Errand, shelves: Shelves, rule: Rule, units: Mapping[tuple[int, str], Unit]) -> list[HeldUnits]:
    unit = _unit(one, rule, units)
    wish = Wish(place=(unit.bin_id, unit.lot_id)) if unit else Wish(bin=one.bin, lot=one.lot)
    choice = shelf_rules.take(shelves, one.key, one.quantity, rule=rule, wish=wish)
    if choice.missing:
        raise MayNotBeTaken(_refusal(one, choice, wish))
    return [
        HeldUnits(
            line_id=one.line_id,
            bin_id=portion.bin_id,
            lot_id=portion.lot_id,
            serial_id=unit.id if unit else None,
            quantity=portion.quantity,
        )
        for portion in choice.portions
    ]


def _unit(one: Errand, rule: Rule, units: Mapping[tuple[int, str], Unit]) -> Unit | None:
    """Which numbered unit it is; none for goods that have no numbers."""
    if rule.tracking != "serial":
        return None
    if not one.serial:
        raise MayNotBeTaken(f"{one.sku_code} is known by serial number: scan the number on each unit")
    if one.quantity != 1:
        raise MayNotBeTaken(f"number {one.serial} is one unit, not {one.quantity}: scan the number of each")
    return serials.in_hand(units.get((one.sku_id, one.serial)), one.serial, one.site_id)


def _named(session: Session, errands: Sequence[Errand]) -> frozenset[int]:
    found = serials.find(session, [(one.sku_id, one.serial) for one in errands if one.serial])
    return frozenset(unit.id for unit in found.values())


def _refusal(one: Errand, choice: Choice, wish: Wish) -> str:
    found = one.quantity - choice.missing
    where = f" from {' lot '.join(filter(None, (wish.bin, wish.lot)))}" if wish.bin or wish.lot else " here"
    why = shelf_rules.why_not(choice.left_out) or "no more lie there"
    remedy = "take them elsewhere" if wish.bin or wish.lot else "report the rest"
    return f"{one.sku_code}: {found} of {one.quantity} may be taken{where} ({why}): {remedy}"


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
        serial_ids=() if pick.serial_id is None else (pick.serial_id,),
    )
