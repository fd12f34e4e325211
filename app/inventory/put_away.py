"""Where goods should lie: the bins that may take them, the best first, and why the others may not. Reads nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.inventory.removal import NOT_FOR_PICKING
from app.inventory.values import GOOD

Rule = Literal["closed", "kind", "not_picked", "one_sku", "one_lot", "capacity"]

KINDS = {
    "pick": "picking",
    "bulk": "bulk stock",
    "stage": "staging",
    "pack": "packing",
    "quarantine": "goods that cannot be sold",
    "receiving": "receiving",
}
FOR_GOOD = ("pick", "bulk")  # the first is preferred
FOR_BAD = ("quarantine",)
WAITING = ("receiving",)  # goods in such a bin still wait to be put away


@dataclass(frozen=True, kw_only=True)
class Goods:
    """``quantity`` units of one SKU, one lot and one condition."""

    sku_id: int
    lot_id: int | None
    quantity: int
    condition: str = GOOD


@dataclass(frozen=True, kw_only=True)
class Lying:
    """What a bin holds of one SKU and lot."""

    sku_id: int
    lot_id: int | None
    units: int


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A bin with its rules and what lies in it. ``capacity`` is in units, None where nobody set a limit."""

    bin_id: int
    code: str
    kind: str
    pick_sequence: int = 0
    zone: str = ""
    capacity: int | None = None
    one_sku: bool = False
    one_lot: bool = False
    is_active: bool = True
    lying: tuple[Lying, ...] = ()

    @property
    def held(self) -> int:
        return sum(one.units for one in self.lying)

    @property
    def room(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.held)


@dataclass(frozen=True, kw_only=True)
class Objection:
    """A rule that a bin's use would break. Nothing overrides a final one: goods for sale where nobody picks
    would be promised and never found."""

    rule: Rule
    why: str

    @property
    def is_final(self) -> bool:
        return self.rule in ("closed", "not_picked")


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """``fits`` units go in; ``why`` is a sentence."""

    bin_id: int
    code: str
    zone: str
    fits: int
    why: str


@dataclass(frozen=True, kw_only=True)
class RuledOut:
    bin_id: int
    code: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Advice:
    """``suggestions`` from the best on; both are in an order that the same facts always give."""

    suggestions: tuple[Suggestion, ...]
    ruled_out: tuple[RuledOut, ...]

    @property
    def best(self) -> Suggestion | None:
        return self.suggestions[0] if self.suggestions else None


def advise(goods: Goods, shelves: Sequence[Shelf]) -> Advice:
    """A bin that takes all units goes before one that takes some; then home, empty, shared; then picking, bulk."""
    fitting, ruled_out = [], []
    for shelf in sorted(shelves, key=lambda one: (_tier(goods, one), one.pick_sequence, one.code)):
        units = fits(goods, shelf)
        objected = [each for each in objections(goods, shelf) if each.rule != "capacity" or not units]
        if objected:
            ruled_out.append(
                RuledOut(bin_id=shelf.bin_id, code=shelf.code, why="; ".join(each.why for each in objected))
            )
        else:
            fitting.append((shelf, units))
    fitting.sort(key=lambda pair: (-pair[1], *_rank(goods, pair[0])))
    return Advice(
        suggestions=tuple(
            Suggestion(bin_id=shelf.bin_id, code=shelf.code, zone=shelf.zone, fits=units, why=_why(goods, shelf, units))
            for shelf, units in fitting
        ),
        ruled_out=tuple(ruled_out),
    )


def fits(goods: Goods, shelf: Shelf) -> int:
    """How many of the units the bin has room for, its other rules aside."""
    return goods.quantity if shelf.room is None else min(goods.quantity, shelf.room)


def objections(goods: Goods, shelf: Shelf) -> list[Objection]:
    """Every rule that stands against it, in words with what to do."""
    found = []
    if not shelf.is_active:
        found.append(Objection(rule="closed", why=f"{shelf.code} is closed: choose another bin"))
    if shelf.kind not in _kinds(goods):
        what = "these can be sold" if goods.condition == GOOD else "these cannot be sold"
        rule: Rule = "not_picked" if goods.condition == GOOD and shelf.kind in NOT_FOR_PICKING else "kind"
        found.append(Objection(rule=rule, why=f"{shelf.code} is for {KINDS[shelf.kind]}, and {what}"))
    others = [one for one in shelf.lying if one.units]
    if shelf.one_sku and any(one.sku_id != goods.sku_id for one in others):
        found.append(Objection(rule="one_sku", why=f"{shelf.code} takes one SKU only, and another lies there"))
    elif shelf.one_lot and any((one.sku_id, one.lot_id) != (goods.sku_id, goods.lot_id) for one in others):
        found.append(Objection(rule="one_lot", why=f"{shelf.code} takes one lot only, and another lies there"))
    if fits(goods, shelf) < goods.quantity:
        found.append(Objection(rule="capacity", why=_full(shelf)))
    return found


def _full(shelf: Shelf) -> str:
    if not shelf.room:
        return f"{shelf.code} is full: {shelf.held} of {shelf.capacity} units lie there"
    return f"{shelf.code} has room for {shelf.room} more: {shelf.held} of {shelf.capacity} units lie there"


def _kinds(goods: Goods) -> tuple[str, ...]:
    return FOR_GOOD if goods.condition == GOOD else FOR_BAD


def _tier(goods: Goods, shelf: Shelf) -> int:
    """0 same SKU and lot, 1 same SKU, 2 empty, 3 shared with others."""
    lying = {(one.sku_id, one.lot_id) for one in shelf.lying if one.units}
    if (goods.sku_id, goods.lot_id) in lying:
        return 0
    if goods.sku_id in {sku for sku, _ in lying}:
        return 1
    return 3 if lying else 2


def _rank(goods: Goods, shelf: Shelf) -> tuple[int, int, int, str]:
    return _tier(goods, shelf), _kinds(goods).index(shelf.kind), shelf.pick_sequence, shelf.code


def _why(goods: Goods, shelf: Shelf, units: int) -> str:
    others = len({one.sku_id for one in shelf.lying if one.units})
    begun = (
        "Its home: the same SKU and lot lie there" if goods.lot_id is not None else "Its home: the same SKU lies there",
        "Its home: the same SKU lies there, of another lot",
        f"An empty bin for {KINDS[shelf.kind]}",
        f"Shared with {others} other {'SKU' if others == 1 else 'SKUs'}, as no bin of its own is free",
    )[_tier(goods, shelf)]
    return f"{begun}; {_room(goods, shelf, units)}"


def _room(goods: Goods, shelf: Shelf, units: int) -> str:
    if shelf.room is None:
        return "no limit is set"
    if units < goods.quantity:
        return f"it takes {units} of {goods.quantity}, put the rest elsewhere"
    return f"{shelf.held} of {shelf.capacity} units are taken"
