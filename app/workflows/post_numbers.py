"""What a count found of numbered units: which are gone, which lie elsewhere than the books say, which turned up."""

from collections.abc import Sequence
from itertools import chain

from sqlalchemy.orm import Session

from app.counting.sheets import Line, Sheet
from app.inventory import serials
from app.inventory.serials import Numbered, Spot, Unit
from app.workflows.adjust_stock import Adjustment

IN_HANDS = ("picked", "in_transit")


class Findings:
    """Of counts that are about to be posted, with the numbers as the books have them now."""

    def __init__(self, session: Session, found: Sequence[Sheet]) -> None:
        every = [(sheet, line) for sheet in found for line in sheet.lines.values()]
        codes = {(line.sku_id, code) for _, line in every for code in line.missing | line.unexpected}
        self._units = serials.find(session, codes) if codes else {}
        self._lines = {_spot(sheet, line): line for sheet, line in every}

    def is_refuted(self, sheet: Sheet, line: Line) -> bool:
        """Whether a number that was said to be gone was taken from there since, or one that was found is there by now,
        or in somebody's hands."""
        spot = _spot(sheet, line)
        gone = [self._units.get((line.sku_id, code)) for code in line.missing]
        return any(unit is None or not _lies(unit, spot) for unit in gone) or any(
            _lies(unit, spot) or unit.state in IN_HANDS for unit in self._known(line)
        )

    def adjustments(self, sheet: Sheet, line: Line) -> list[Adjustment]:
        """What comes before what goes."""
        if not (line.missing or line.unexpected):
            return [_here(sheet, line, line.variance or 0)] if line.variance else []
        gone = tuple(sorted(self._units[line.sku_id, code].id for code in line.missing))
        carried = self._carried(line)
        rest = self._rest(line, carried) - self._added(line)
        here = [
            _here(sheet, line, len(carried), tuple(unit.id for unit in carried)),
            _here(sheet, line, rest),
            _here(sheet, line, -len(gone), gone),
        ]
        return [one for one in here if one.on_hand] + list(chain.from_iterable(self._left(u, line) for u in carried))

    def gains(self, sheet: Sheet, line: Line) -> list[Adjustment]:
        """Units whose numbers turned up and that the books lack. Apart from all other differences, or a number that is
        gone elsewhere would be thought to have come here."""
        added = self._added(line)
        return [_here(sheet, line, added)] if added else []

    def turned_up(self, sheet: Sheet, line: Line) -> list[Numbered]:
        """Numbers that are nowhere by the books: their units are here once ``gains`` are posted."""
        spot, reference = _spot(sheet, line), ("count_line", line.id)
        return [serials.numbered_at(spot, code, reference) for code in self._new(line)]

    def _carried(self, line: Line) -> list[Unit]:
        return [unit for unit in self._known(line) if unit.state == "in_stock"]

    def _new(self, line: Line) -> list[str]:
        return sorted(line.unexpected - {unit.code for unit in self._carried(line)})

    def _rest(self, line: Line, carried: Sequence[Unit]) -> int:
        """Units that are here, or not, besides those that are carried here or gone by name."""
        return (line.variance or 0) + len(line.missing) - len(carried)

    def _added(self, line: Line) -> int:
        return max(0, min(len(self._new(line)), self._rest(line, self._carried(line))))

    def _known(self, line: Line) -> list[Unit]:
        units = (self._units.get((line.sku_id, code)) for code in sorted(line.unexpected))
        return [unit for unit in units if unit is not None]

    def _left(self, unit: Unit, line: Line) -> list[Adjustment]:
        """What its old place loses; where that was counted too, what was seen there stands."""
        seen = self._lines.get((unit.sku_id, unit.site_id or 0, unit.bin_id, unit.lot_id, unit.condition))
        if seen and unit.code in seen.missing:
            return []
        return [_there(unit, line, -1, (unit.id,)), *([_there(unit, line, 1)] if seen else [])]


def _spot(sheet: Sheet, line: Line) -> Spot:
    return line.sku_id, sheet.site_id, line.bin_id, line.lot_id, line.condition


def _lies(unit: Unit, spot: Spot) -> bool:
    lies = unit.sku_id, unit.site_id, unit.bin_id, unit.lot_id, unit.condition
    return unit.state == "in_stock" and lies == spot


def _here(sheet: Sheet, line: Line, on_hand: int, serial_ids: tuple[int, ...] = ()) -> Adjustment:
    return _difference(_spot(sheet, line), on_hand, serial_ids, ("count_line", line.id))


def _there(unit: Unit, line: Line, on_hand: int, serial_ids: tuple[int, ...] = ()) -> Adjustment:
    """At the place where the books had a unit that this line has seen."""
    spot = unit.sku_id, unit.site_id or 0, unit.bin_id, unit.lot_id, unit.condition
    return _difference(spot, on_hand, serial_ids, ("count_number", line.id))


def _difference(spot: Spot, on_hand: int, serial_ids: tuple[int, ...], reference: tuple[str, int]) -> Adjustment:
    sku_id, site_id, bin_id, lot_id, condition = spot
    return Adjustment(
        sku_id=sku_id,
        site_id=site_id,
        reason="count",
        on_hand=on_hand,
        bin_id=bin_id,
        lot_id=lot_id,
        condition=condition,
        is_exact=True,
        reference=reference,
        serial_ids=serial_ids,
    )
