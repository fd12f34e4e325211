"""From which shelves a site gives what leaves it for another site."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials, sites
from app.inventory.errors import NotInHand
from app.inventory.levels import Key
from app.inventory.places import Place, Shelves
from app.inventory.removal import Choice, choose
from app.inventory.serials import Unit
from app.kernel import clock
from app.kernel.errors import DomainError
from app.transfers import book
from app.transfers.book import LineRow
from app.workflows.free_places import free_places
from app.workflows.shelf_rules import why_not


class MayNotLeave(DomainError):
    """Enough lies there that nobody was promised, but not in a state or a place from which it may be sent."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Units from one place, with their numbers where they were named."""

    bin_id: int | None
    lot_id: int | None
    quantity: int
    serial_ids: tuple[int, ...] = ()


def portions(session: Session, leaving: Sequence[tuple[LineRow, int]]) -> dict[int, list[Taken]]:
    """What to take for each line, by its id: the numbers that were named, else by its SKU's rule of removal, the lots
    that are named first.

    ``leaving`` are lines and the site that they leave, whose levels are locked. Raises ``MayNotLeave`` where what lies
    there may not leave, and says why.
    """
    named = book.named(session, {line.transfer_id for line, _ in leaving})
    units = serials.load(session, [id for ids in named.values() for id in ids])
    shelves = free_places(session, [(line.sku_id, site_id) for line, site_id in leaving])
    skus = _skus(session, {line.sku_id for line, _ in leaving})
    zones = {site.id: site.time_zone for site in sites.all_of_them(session)}
    today = {site_id: clock.today_in(zones[site_id]) for _, site_id in leaving}
    named_first = sorted(leaving, key=lambda pair: (pair[0].id not in named, pair[0].lot_id is None))
    return {
        line.id: [
            taken
            for wish in _wishes(line, site_id, skus[line.sku_id], [units[id] for id in named.get(line.id, ())])
            for taken in _taken(wish, (line.sku_id, site_id), shelves, skus[line.sku_id], today[site_id])
        ]
        for line, site_id in named_first
    }


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """Units of a line: of a lot, or by number from the place where these lie."""

    quantity: int
    lot_id: int | None
    bin_id: int | None = None
    serial_ids: tuple[int, ...] = ()

    def is_meant(self, place: Place) -> bool:
        if self.serial_ids:
            return (place.bin_id, place.lot_id) == (self.bin_id, self.lot_id)
        return self.lot_id in (None, place.lot_id)


def _wishes(line: LineRow, site_id: int, sku: Any, units: Sequence[Unit]) -> list[_Wish]:
    if sku.tracking != "serial":
        return [_Wish(quantity=line.asked, lot_id=line.lot_id)]
    if len(units) < line.asked:
        raise MayNotLeave(
            f"{sku.code}: {line.asked - len(units)} of {line.asked} units have no number yet: scan the number on each"
            " unit that goes, or take the others off"
        )
    spots: dict[tuple[int | None, int | None], list[int]] = {}
    for unit in units:
        here = may_leave(unit, unit.code, site_id)
        spots.setdefault((here.bin_id, here.lot_id), []).append(here.id)
    return [
        _Wish(quantity=len(ids), bin_id=bin_id, lot_id=lot_id, serial_ids=tuple(ids))
        for (bin_id, lot_id), ids in spots.items()
    ]


def may_leave(unit: Unit | None, code: str, site_id: int) -> Unit:
    """The unit, if it lies there and is good. Raises ``MayNotLeave``, and says where it is instead."""
    try:
        return serials.in_hand(unit, code, site_id)
    except NotInHand as why:
        raise MayNotLeave(str(why), field="serials") from None


def _taken(wish: _Wish, key: Key, shelves: Shelves, sku: Any, today: date) -> list[Taken]:
    offered = [one for one in shelves.at(key) if wish.is_meant(one)]
    choice = choose(offered, wish.quantity, strategy=sku.removal, today=today)
    if choice.missing:
        raise MayNotLeave(_refusal(sku.code, wish.quantity, choice))
    for portion in choice.portions:
        shelves.put(key, replace(portion, quantity=-portion.quantity))
    return [
        Taken(bin_id=one.bin_id, lot_id=one.lot_id, quantity=one.quantity, serial_ids=wish.serial_ids)
        for one in choice.portions
    ]


def _refusal(sku: str, asked: int, choice: Choice) -> str:
    why = why_not(choice.left_out)
    return (
        f"{sku}: {asked - choice.missing} of {asked} may be sent ({why or 'no more lie there'}):"
        " send fewer, or put the others right first"
    )


def _skus(session: Session, sku_ids: Collection[int]) -> Mapping[int, Any]:
    rows = session.execute(
        text("SELECT id, code, removal, tracking FROM skus WHERE id = ANY(CAST(:ids AS bigint[]))"),
        {"ids": sorted(sku_ids)},
    )
    return {row.id: row for row in rows}
