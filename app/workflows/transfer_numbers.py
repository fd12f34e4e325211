"""Which numbered units a draft speaks of: one number for each unit that shall go."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials
from app.inventory.serials import Unit
from app.kernel.errors import DomainError, Invalid
from app.transfers import book
from app.transfers.book import Entry, TransferRow
from app.workflows.transfer_places import may_leave


class Names:
    """What is asked for, as entries of drafts that are locked; remembers what it named.

    A number that is scanned names a unit that was asked for without one, or asks for one more.
    """

    def __init__(
        self, session: Session, found: Mapping[int, TransferRow], goods: Sequence[tuple[int, Sequence[str]]]
    ) -> None:
        self.goods = _kept(session, {sku_id for sku_id, _ in goods})
        self.units = serials.find(session, [(sku_id, clean(code)) for sku_id, codes in goods for code in codes])
        self.asked = {line.id: line.asked for one in found.values() for line in one.lines}
        self.named = {line: set(ids) for line, ids in book.named(session, found).items()}

    def entries(self, transfer: TransferRow, line_id: int, stuff: tuple[int, int | None], asked: Any) -> list[Entry]:
        """``asked`` are the ``Goods``, ``stuff`` their SKU and lot."""
        if not asked.serials:
            self._refuse_named(line_id, stuff[0], asked)
            return [self._entry(line_id, asked.quantity, asked.scan)]
        self._refuse_nonsense(stuff[0], asked)
        codes = [clean(code) for code in asked.serials]
        if asked.quantity < 0:
            return [self._taken_off(line_id, self.units.get((stuff[0], code)), code, asked.scan) for code in codes]
        lines = [line.id for line in transfer.lines if line.sku_id == stuff[0]] + [line_id]
        without = self.asked.get(line_id, 0) - len(self.named.get(line_id, ()))
        units = [
            self._named(lines, may_leave(self.units.get((stuff[0], code)), code, transfer.from_site_id), code)
            for code in codes
        ]
        for unit in units:
            _refuse_lot(unit, stuff[1], asked)
        entries = [self._entry(line_id, 1, asked.scan, unit.id) for unit in units]
        names = min(without, len(units))
        return entries + ([self._entry(line_id, -names, asked.scan)] if names else [])

    def _named(self, lines: Sequence[int], unit: Unit, code: str) -> Unit:
        if any(unit.id in self.named.get(line, ()) for line in lines):
            raise Invalid([("serials", f"{code} is on this transfer already: scan the next unit")])
        self.named.setdefault(lines[-1], set()).add(unit.id)
        return unit

    def _taken_off(self, line_id: int, unit: Unit | None, code: str, scan: str | None) -> Entry:
        if unit is None or unit.id not in self.named.get(line_id, ()):
            raise Invalid([("serials", f"{code} is not on this transfer: there is nothing to take off")])
        self.named[line_id].remove(unit.id)
        return self._entry(line_id, -1, scan, unit.id)

    def _entry(self, line_id: int, quantity: int, scan: str | None, serial_id: int | None = None) -> Entry:
        self.asked[line_id] = self.asked.get(line_id, 0) + quantity
        return Entry(line_id=line_id, kind="asked", quantity=quantity, serial_id=serial_id, scan=scan)

    def _refuse_named(self, line_id: int, sku_id: int, asked: Any) -> None:
        names = len(self.named.get(line_id, ()))
        without = self.asked.get(line_id, 0) - names
        if names and -asked.quantity > without:
            why = f"{asked.sku}: only {without} have no number, so name those that stay: take them off by number"
            raise DomainError(why, field="quantity")

    def _refuse_nonsense(self, sku_id: int, asked: Any) -> None:
        if self.goods[sku_id] != "serial":
            raise Invalid([("serials", f"{asked.sku} is not kept by serial number: leave the numbers out")])
        refuse_other_count(asked.sku, asked.serials, abs(asked.quantity))


def refuse_other_count(sku: str, codes: Sequence[str], quantity: int) -> None:
    """One number for each unit, each once. Raises Invalid."""
    if twice := sorted(code for code, times in Counter(codes).items() if times > 1):
        raise Invalid([("serials", f"{twice[0]} is named twice: scan each unit once")])
    if len(codes) != quantity:
        raise Invalid([("serials", f"{sku}: {len(codes)} numbers for {quantity} units: name one for each")])


def clean(code: str) -> str:
    return serials.clean(code, field="serials")


def _refuse_lot(unit: Unit, lot_id: int | None, asked: Any) -> None:
    if lot_id is not None and unit.lot_id != lot_id:
        is_of = f"of lot {unit.lot_code}" if unit.lot_code else "of no lot"
        raise Invalid([("serials", f"{unit.code} is {is_of} by our books, not of {asked.lot}: read the label again")])


def _kept(session: Session, sku_ids: set[int]) -> dict[int, str]:
    rows = session.execute(
        text("SELECT id, tracking FROM skus WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": sorted(sku_ids)}
    )
    return {row.id: row.tracking for row in rows}
