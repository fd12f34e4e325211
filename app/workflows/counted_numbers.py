"""Goods that are known by number are counted by it: which numbers lie there, not only how many."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.counting.sheets import Goods, Sheet
from app.inventory import serials
from app.inventory.serials import Spot, Unit
from app.inventory.values import GOOD
from app.kernel.errors import DomainError
from app.workflows.read_unit import SharedNumber, read_unit


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Units of a line: ``numbers`` that were seen, and the rest without one."""

    units: int
    numbers: frozenset[str]


class NumberBook:
    """Numbers as the books have them; true while the levels are locked."""

    def __init__(self, units: Mapping[tuple[int, str], Unit], lying: Mapping[Spot, Collection[str]]) -> None:
        self._units = units
        self._lying = lying

    def at(self, sku_id: int, site_id: int, bin_id: int | None, goods: Goods) -> frozenset[str]:
        return frozenset(self._lying.get((sku_id, site_id, bin_id, *goods[1:]), ()))

    def goods(self, sku_id: int, serial: str, site_id: int, condition: str) -> Goods:
        """Lot and condition of a unit that was seen. Raises DomainError for one that is in somebody's hands."""
        unit = self._units.get((sku_id, serial))
        if unit is None:
            return sku_id, None, condition or GOOD
        if unit.state == "picked":
            raise _elsewhere(serial, "is picked by our books", "put it back at the pick station, or pack it")
        if unit.state == "in_transit":
            raise _elsewhere(serial, "is on its way between two sites", "receive it on its transfer")
        is_here = unit.state == "in_stock" and unit.site_id == site_id
        return sku_id, unit.lot_id, condition or (unit.condition if is_here else GOOD)


def number_book(session: Session, seen: Collection[tuple[int, int, int | None, str]]) -> NumberBook:
    """``seen`` are SKU, site, bin and the number that was seen there, or nothing; their levels are locked."""
    units = serials.find(session, {(sku, serial) for sku, _, _, serial in seen if serial}) if seen else {}
    return NumberBook(units, serials.lying(session, {(sku, site, bin) for sku, site, bin, _ in seen}))


def tally(before: Tally, serial: str, *, is_back: bool) -> Tally:
    """One number more, or one that was not there after all. Raises DomainError."""
    if is_back and serial not in before.numbers:
        raise DomainError(f"{serial} was not counted here: there is nothing to take back", field="code")
    if not is_back and serial in before.numbers:
        raise DomainError(f"{serial} is counted already: scan the next unit", field="code")
    numbers = before.numbers - {serial} if is_back else before.numbers | {serial}
    return Tally(units=before.units + (-1 if is_back else 1), numbers=numbers)


def refuse_elsewhere(sheet: Sheet, line_ids: Collection[int], sku_id: int, serial: str) -> None:
    """A unit lies in one place: raises DomainError where another line of the count has seen it."""
    others = (line for line in sheet.lines.values() if line.sku_id == sku_id and line.id not in line_ids)
    if any(serial in line.told for line in others):
        raise DomainError(f"{serial} was counted at another place of this count: read the number again", field="code")


def refuse_unnamed(sku: str) -> DomainError:
    why = f"{sku} is known by number: scan the number on each unit, or type how many have none that can be read"
    return DomainError(why, field="code")


def read_counted(session: Session, code: str, place_ids: Iterable[int]) -> tuple[str, str, str]:
    """SKU, lot and number of what was scanned; a code that says nothing to us stands as the SKU, to be refused."""
    if not code or codes.resolve(session, {code}):
        return code, "", ""
    likely = session.execute(text(LIKELY), {"places": sorted(place_ids)}).scalars()
    try:
        unit = read_unit(session, code, skus=set(likely))
    except SharedNumber:
        raise
    except DomainError:
        return code, "", ""
    return unit.sku, unit.lot, unit.serial


def _elsewhere(serial: str, where: str, remedy: str) -> DomainError:
    return DomainError(f"{serial} {where}: {remedy}, then count it", field="code")


# What a number that no item has may be of: what is counted there, or was seen there, or lies there by the book.
LIKELY = """
SELECT k.code FROM skus k
 WHERE k.tracking = 'serial' AND k.id IN (
       SELECT sku_id FROM count_places WHERE id = ANY(CAST(:places AS bigint[]))
       UNION SELECT sku_id FROM count_lines WHERE place_id = ANY(CAST(:places AS bigint[]))
       UNION SELECT b.sku_id FROM count_places p JOIN bin_stock b ON b.bin_id = p.bin_id AND b.quantity > 0
              WHERE p.id = ANY(CAST(:places AS bigint[])))
"""
