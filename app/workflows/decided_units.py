"""Where the units lie that somebody decided about, and which numbers go with them; nothing known by number is good
again without one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import places, serials
from app.inventory.cases import Decision, OpenCase, own_case
from app.inventory.errors import PlaceEmpty
from app.inventory.levels import Key
from app.inventory.places import Place, Portion, Shelves, shelves_first
from app.inventory.serials import Spot, Unit
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.kernel.text import counted
from app.workflows.adjust_stock import Adjustment
from app.workflows.transfer_numbers import refuse_other_count


class Units:
    """Of cases that are locked with their levels; brought along from decision to decision."""

    def __init__(self, session: Session, cases: Collection[OpenCase], *, actor: Actor) -> None:
        keys = {_key(case) for case in cases}
        self._session, self._actor = session, actor
        self._shelves = Shelves(places.of_levels(session, keys))
        self._left = {case.id: case.quantity_left for case in cases}
        self._own = serials.places_of(session, {case.serial_id for case in cases if case.serial_id})
        self._skus = {row.id: row for row in session.execute(text(SKUS), {"ids": sorted({sku for sku, _ in keys})})}
        lies = {(each.sku_id, each.site_id, each.bin_id) for key in keys for each in self._shelves.at(key)}
        self._numbers = serials.lying(session, {spot for spot in lies if self._skus[spot[0]].is_numbered})
        self._others = self._set_apart({case.serial_id for case in cases if case.serial_id})

    def outcome(self, one: Decision, case: OpenCase) -> list[Adjustment]:
        """Their bin may have changed since: they are taken from where they lie, a numbered one from its own place.

        Raises Invalid at ``serials``.
        """
        left = self._left[case.id]
        self._left[case.id] -= one.quantity
        if one.serials:
            named = self._named(one, case).items()
            return [_turned(one, case, replace(portion, quantity=len(ids)), ids) for portion, ids in named]
        if case.serial_id is not None:
            return [_turned(one, case, self._own_portion(one, case, case.serial_id), (case.serial_id,))]
        is_vague = self._is_vague(one, case, left)
        portions = self._take(case, one.quantity)
        turned = [_turned(one, case, portion, self._unnamed(one, case, portion)) for portion in portions]
        if is_vague and any(each.serial_ids for each in turned):
            raise self._ask(one, case)
        return turned

    def _set_apart(self, decided: Collection[int]) -> set[int]:
        """Units that have a case of their own go with that one alone; answers their numbers."""
        ids = [id for numbers in self._numbers.values() for id in numbers.values()]
        own = own_case(self._session, ids).union(decided) if ids else set(decided)
        for spot, numbers in self._numbers.items():
            free = {code: id for code, id in numbers.items() if id not in own}
            apart = Portion(bin_id=spot[2], lot_id=spot[3], condition=spot[4], quantity=len(free) - len(numbers))
            self._shelves.put(spot[:2], apart)
            self._numbers[spot] = free
        return own

    def _own_portion(self, one: Decision, case: OpenCase, serial_id: int) -> Portion:
        if serial_id not in self._own:
            raise PlaceEmpty("the unit of this case does not lie there by our books: look its number up")
        bin_id, lot_id = self._own[serial_id]
        return Portion(bin_id=bin_id, lot_id=lot_id, condition=case.condition, quantity=one.quantity)

    def _unnamed(self, one: Decision, case: OpenCase, portion: Portion) -> Sequence[int]:
        """The numbers of these units: all that lie there, or none where enough units have none. Raises Invalid where
        nobody can know which are meant."""
        if not self._skus[case.sku_id].is_numbered:
            return ()
        spot = _at(case, portion)
        numbers = self._numbers.get(spot, {})
        left = sum(each.quantity for each in self._shelves.at(_key(case)) if _spot(each) == spot)
        if one.act != "release" and len(numbers) <= left:
            return ()
        if left or (one.act == "release" and len(numbers) < portion.quantity):
            raise self._ask(one, case)
        return list(self._numbers.pop(spot).values())

    def _is_vague(self, one: Decision, case: OpenCase, left: int) -> bool:
        """Whether units in other bins may be meant as well: not where these are all that is left of the case, and they
        lie in its own bin."""
        lies = [each for each in self._shelves.at(_key(case)) if _may_hold(each, case)]
        own = sum(each.quantity for each in lies if each.bin_id == case.bin_id)
        is_all_of_it = left == one.quantity <= own
        return not is_all_of_it and one.quantity < sum(each.quantity for each in lies)

    def _ask(self, one: Decision, case: OpenCase) -> Invalid:
        sku, units = self._skus[case.sku_id].code, counted(one.quantity, "unit")
        return Invalid([("serials", f"{sku} is known by serial number: for {units}, write one number on each line")])

    def _take(self, case: OpenCase, quantity: int, where: Callable[[Place], bool] = lambda _: True) -> list[Portion]:
        """From where the case may have its units, its own bin first. Raises PlaceEmpty."""

        def is_meant(each: Place) -> bool:
            return _may_hold(each, case) and where(each)

        def order(each: Place) -> tuple[object, ...]:
            return each.bin_id != case.bin_id, *shelves_first(each)

        return self._shelves.take(_key(case), quantity, order=order, where=is_meant)

    def _named(self, one: Decision, case: OpenCase) -> dict[Portion, Sequence[int]]:
        """Numbers by the places where their units lie; units there that have none get theirs now."""
        self._refuse_numbers(case)
        codes = [serials.clean(code, field="serials") for code in one.serials]
        refuse_other_count(self._skus[case.sku_id].code, codes, one.quantity)
        units = serials.find(self._session, [(case.sku_id, code) for code in codes])
        here = {code: unit for code in codes if (unit := units.get((case.sku_id, code))) and _is_of(unit, case)}
        self._refuse_others(here)
        found = {code: self._take_number(case, unit) for code, unit in here.items()}
        new = {code: self._take_bare(case, code) for code in codes if code not in here}
        ids = {code: unit.id for code, unit in here.items()} | self._register(case, new)
        taken: dict[Portion, list[int]] = {}
        for code, portion in (found | new).items():
            taken.setdefault(portion, []).append(ids[code])
        return dict(taken)

    def _take_number(self, case: OpenCase, unit: Unit) -> Portion:
        spot = unit.sku_id, case.site_id, unit.bin_id, unit.lot_id, unit.condition
        if self._numbers.get(spot, {}).pop(unit.code, None) is None:
            raise Invalid([("serials", f"{unit.code} is named twice: scan each unit once")])
        return self._take(case, 1, where=lambda each: each.bin_id == unit.bin_id)[0]

    def _take_bare(self, case: OpenCase, code: str) -> Portion:
        try:
            return self._take(case, 1, where=lambda each: self._bare(each) > 0)[0]
        except PlaceEmpty:
            why = f"every unit of this case that is left has a number by our books: {code} is none of them"
            raise Invalid([("serials", why)]) from None

    def _register(self, case: OpenCase, new: Mapping[str, Portion]) -> dict[str, int]:
        reference = ("quarantine_case", case.id)
        units = [serials.numbered_at(_at(case, portion), code, reference) for code, portion in new.items()]
        return dict(zip(new, serials.register(self._session, units, field="serials", actor=self._actor), strict=True))

    def _bare(self, place: Place) -> int:
        """Units there without a number."""
        return place.quantity - len(self._numbers.get(_spot(place), ()))

    def _refuse_numbers(self, case: OpenCase) -> None:
        sku = self._skus[case.sku_id]
        if not sku.is_numbered:
            raise Invalid([("serials", f"{sku.code} is not kept by serial number: leave the numbers out")])
        if case.serial_id is not None:
            raise Invalid([("serials", "the number of this unit is known: leave the numbers out")])

    def _refuse_others(self, here: Mapping[str, Unit]) -> None:
        for code in (code for code, unit in here.items() if unit.id in self._others):
            raise Invalid([("serials", f"{code} has a case of its own: decide about that one")])


def _turned(one: Decision, case: OpenCase, portion: Portion, serial_ids: Sequence[int]) -> Adjustment:
    is_release = one.act == "release"
    return Adjustment(
        sku_id=case.sku_id,
        site_id=case.site_id,
        reason={"release": "repair" if case.condition == "damaged" else "condition"}.get(one.act, one.act),
        on_hand=0 if is_release else -portion.quantity,
        unavailable=-portion.quantity if is_release else 0,
        bin_id=portion.bin_id,
        lot_id=portion.lot_id,
        condition=case.condition,
        is_exact=True,
        reference=("quarantine_case", case.id),
        serial_ids=tuple(serial_ids),
    )


def _is_of(unit: Unit, case: OpenCase) -> bool:
    """Whether it lies where units of this case may lie."""
    lies = unit.state, unit.site_id, unit.lot_id, unit.condition
    return lies == ("in_stock", case.site_id, case.lot_id, case.condition)


def _may_hold(place: Place, case: OpenCase) -> bool:
    return (place.lot_id, place.condition) == (case.lot_id, case.condition)


def _spot(place: Place) -> Spot:
    return place.sku_id, place.site_id, place.bin_id, place.lot_id, place.condition


def _at(case: OpenCase, portion: Portion) -> Spot:
    return case.sku_id, case.site_id, portion.bin_id, portion.lot_id, portion.condition


def _key(case: OpenCase) -> Key:
    return case.sku_id, case.site_id


SKUS = "SELECT id, code, tracking = 'serial' AS is_numbered FROM skus WHERE id = ANY(CAST(:ids AS bigint[]))"
