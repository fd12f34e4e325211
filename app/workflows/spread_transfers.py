"""What came in, or is lost, given to the lines, lots and numbers that are on their way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue.keeping import kept_by_number
from app.inventory import serials
from app.inventory.serials import Unit
from app.kernel.errors import DomainError
from app.transfers import book
from app.transfers.book import Entry, Kind, LineRow, TransferRow
from app.workflows.draft_transfers import Goods, goods_by_code
from app.workflows.transfer_numbers import clean, refuse_other_count

FINDABLE = ("lost", "shipped", "scrapped", "sent_back")


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Units of a SKU that came in, by their numbers where they have some.

    ``is_surplus`` says that more than were sent may be there: the rest is found.
    """

    transfer_id: int
    sku: str
    quantity: int
    lot: str = ""
    serials: tuple[str, ...] = ()
    is_surplus: bool = False
    scan: str | None = None


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Units that will not come, by their numbers where they have some; ``reason`` is one of ``LOSSES``."""

    transfer_id: int
    sku: str
    quantity: int
    reason: str
    lot: str = ""
    serials: tuple[str, ...] = ()
    scan: str | None = None


@dataclass(frozen=True, kw_only=True)
class TurnedUp:
    """A numbered unit that came and was not sent."""

    entry: Entry
    sku_id: int
    site_id: int
    code: str


class NotOnTransfer(DomainError):
    """What was scanned is not expected here."""


class Spread:
    """Gives units to the lines and lots in transit, in their order; remembers what it gave."""

    def __init__(self, session: Session, found: Mapping[int, TransferRow], scanned: Sequence[Any]) -> None:
        self.found = found
        self.known = goods_by_code(session, [Goods(sku=one.sku, quantity=0, lot=one.lot) for one in scanned])
        self.before = book.seen(session, {(one.transfer_id, one.scan) for one in scanned if one.scan})
        self.left = book.in_transit(session, found)
        self.turned_up: list[TurnedUp] = []
        codes = [(self.known[one.sku, one.lot][0], clean(code)) for one in scanned for code in one.serials]
        self.units = serials.find(session, codes)
        self.elsewhere = _ways(session, [unit.id for unit in self.units.values()])
        self.numbered = kept_by_number(session, {sku_id for sku_id, _ in self.known.values()})

    def arrived(self, one: Arrival) -> list[Entry]:
        return self._given(one, "arrived")

    def lost(self, one: Loss) -> list[Entry]:
        return self._given(one, "lost")

    def everything(self, one: TransferRow, kind: Kind) -> list[Entry]:
        return [
            Entry(line_id=line.id, kind=kind, quantity=units, lot_id=lot, serial_id=serial)
            for line in one.lines
            for (lot, serial), units in self.left.get(line.id, {}).items()
        ]

    def _given(self, one: Any, kind: Kind) -> list[Entry]:
        if one.quantity < 1:
            raise DomainError(f"{one.quantity} is no number of units: write 1 or more", field="quantity")
        if (one.transfer_id, one.scan) in self.before:
            return []
        sku_id, lot_id = self.known[one.sku, one.lot]
        lines = [line for line in self.found[one.transfer_id].lines if line.sku_id == sku_id and line.sent]
        if not lines:
            raise NotOnTransfer(f"{one.sku} is not on {self.found[one.transfer_id].number}: set it aside")
        if one.serials:
            refuse_other_count(one.sku, one.serials, one.quantity)
            return [self._by_number(one, lines, sku_id, clean(code), kind) for code in one.serials]
        return self._by_units(one, lines, lot_id, kind)

    def _by_units(self, one: Any, lines: Sequence[LineRow], lot_id: int | None, kind: Kind) -> list[Entry]:
        is_numbered = lines[0].sku_id in self.numbered
        given, rest = self._take(lines, one.quantity, lot_id if one.lot else None, one.lot, is_numbered)
        entries = [
            Entry(
                line_id=line,
                kind=kind,
                quantity=units,
                lot_id=lot,
                serial_id=serial,
                reason=getattr(one, "reason", ""),
                scan=one.scan,
            )
            for line, (lot, serial), units in given
        ]
        if rest and is_numbered:
            why = f"{one.sku} is known by serial number: scan the number on each unit"
            raise NotOnTransfer(why, field="serials")
        if rest and not getattr(one, "is_surplus", False):
            raise self._too_many(one, one.quantity - rest, sum(line.sent for line in lines))
        if rest:
            found_lot = lot_id if one.lot else self._lot_of(lines[-1])
            entries.append(Entry(line_id=lines[-1].id, kind="found", quantity=rest, lot_id=found_lot, scan=one.scan))
        return entries

    def _take(
        self, lines: Sequence[LineRow], quantity: int, lot_id: int | None, lot: str, is_numbered: bool
    ) -> tuple[list[tuple[int, book.Unit, int]], int]:
        given: list[tuple[int, book.Unit, int]] = []
        for line in lines:
            for unit, units in self.left.get(line.id, {}).items():
                is_meant = (not lot or unit[0] == lot_id) and not (is_numbered and unit[1])
                taken = min(quantity, units) if is_meant else 0
                if taken:
                    self.left[line.id][unit] -= taken
                    quantity -= taken
                    given.append((line.id, unit, taken))
        return given, quantity

    def _by_number(self, one: Any, lines: Sequence[LineRow], sku_id: int, code: str, kind: Kind) -> Entry:
        unit = self.units.get((sku_id, code))
        for line in lines:
            key = (unit.lot_id, unit.id) if unit else (None, None)
            if unit and self.left.get(line.id, {}).get(key):
                self.left[line.id][key] = 0
                return Entry(
                    line_id=line.id,
                    kind=kind,
                    quantity=1,
                    lot_id=unit.lot_id,
                    serial_id=unit.id,
                    reason=getattr(one, "reason", ""),
                    scan=one.scan,
                )
        transfer = self.found[one.transfer_id]
        why, is_findable = self._why_not(transfer, unit, code), unit is None or unit.state in FINDABLE
        if not (is_findable and getattr(one, "is_surplus", False)):
            is_offered = is_findable and isinstance(one, Arrival)
            said = f"{why}; if it is really here, book it as found" if is_offered else f"{why}: scan another unit"
            raise NotOnTransfer(said, field="found" if is_offered else "serials")
        lot_id = unit.lot_id if unit else self._lot_of(lines[-1])
        entry = Entry(line_id=lines[-1].id, kind="found", quantity=1, lot_id=lot_id, scan=one.scan)
        self.turned_up.append(TurnedUp(entry=entry, sku_id=sku_id, site_id=transfer.to_site_id, code=code))
        return entry

    def _why_not(self, transfer: TransferRow, unit: Unit | None, code: str) -> str:
        """Why this number cannot arrive."""
        if unit is None:
            return f"{code} was not sent on {transfer.number} and is not in the books"
        if unit.state == "in_transit":
            other = self.elsewhere.get(unit.id, "another transfer")
            return f"{code} is on its way with {other}, so receive it there"
        if unit.state in FINDABLE:
            state = unit.state.replace("_", " ")
            return f"{code} was not on its way with {transfer.number}, but {state} by our books"
        if unit.site_id == transfer.to_site_id:
            return f"{code} is here already by our books"
        where = f", bin {unit.bin_code}" if unit.bin_code else ""
        start = "where this came from" if unit.site_id == transfer.from_site_id else "at another site"
        return f"{code} was not sent: it lies {start}{where} by our books. Have it sent from there and set it aside"

    def _lot_of(self, line: LineRow) -> int | None:
        """What was sent of one lot alone is found of that lot."""
        lots = list(dict.fromkeys(lot for lot, _ in self.left.get(line.id, {}))) or [line.lot_id]
        return lots[0] if len(lots) == 1 else line.lot_id

    def _too_many(self, one: Any, room: int, sent: int) -> DomainError:
        what = f"{one.sku}, lot {one.lot}" if one.lot else one.sku
        if not room and one.lot:
            said = f"{what}: nothing of that lot is on its way on {self.found[one.transfer_id].number}"
        elif not room:
            said = f"{what}: nothing of the {sent} that were sent is on its way any more"
        else:
            said = f"{what}: only {room} of {sent} are still on their way, not {one.quantity}"
        if isinstance(one, Arrival):
            return NotOnTransfer(f"{said}; if more are here than were sent, book them as found", field="found")
        return DomainError(f"{said}: write fewer", field="quantity")


def _ways(session: Session, serial_ids: Sequence[int]) -> dict[int, str]:
    """The transfer with which each number went last."""
    rows = session.execute(text(WAYS), {"ids": sorted(serial_ids)})
    return {row.serial_id: row.number for row in rows}


WAYS = """
SELECT DISTINCT ON (m.serial_id) m.serial_id, t.number
  FROM serial_moves m JOIN transfer_lines l ON l.id = m.reference_id JOIN transfers t ON t.id = l.transfer_id
 WHERE m.serial_id = ANY(CAST(:ids AS bigint[])) AND m.reference_type = 'transfer_line'
 ORDER BY m.serial_id, m.id DESC
"""
