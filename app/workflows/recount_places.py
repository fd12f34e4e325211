"""What is too far from the book is counted again by somebody else, who knows neither the book nor the first count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.catalogue.keeping import kept_by_number
from app.counting import lines, numbers, sheets
from app.counting.lines import Recounted
from app.counting.numbers import Numbers
from app.counting.sheets import Line, Sheet
from app.counting.states import CountState
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, StaleState
from app.workflows import shelf_book
from app.workflows.count_places import Entered, refuse_too_many
from app.workflows.counted_numbers import (
    NumberBook,
    Tally,
    number_book,
    refuse_elsewhere,
    refuse_unnamed,
    tally,
)
from app.workflows.identify_goods import Named, identify
from app.workflows.shelf_book import ShelfBook


class SamePerson(DomainError):
    """A second pair of eyes is wanted."""


@dataclass(frozen=True, kw_only=True)
class Again:
    """One line seen once more. ``code`` is what was scanned, if anything was; the rest as in ``Entry``."""

    count_id: int
    line_id: int
    units: int
    is_more: bool
    client_scan_id: str
    code: str = ""
    serial: str = ""
    is_back: bool = False


@dataclass(frozen=True, kw_only=True)
class _Books:
    """``numbered`` are SKUs that are known by number."""

    shelf: ShelfBook
    numbers: NumberBook
    numbered: frozenset[int]


def recount_units(session: Session, seen: Sequence[Again], *, actor: Actor) -> list[Entered]:
    """All or none; a scan that came before is passed over. Raises ``SamePerson`` for whoever counted it first."""
    found = sheets.lock(session, {one.count_id for one in seen})
    new = lines.fresh(session, [(one.count_id, one.client_scan_id) for one in seen])
    fresh = [one for one in seen if (one.count_id, one.client_scan_id) in new]
    if not fresh:
        return []
    asked = [(one, found[one.count_id], _line(found[one.count_id], one.line_id, actor)) for one in fresh]
    _refuse_other_items(session, [(one, line) for one, _, line in asked])
    books = _books(session, asked)
    written: dict[int, tuple[Recounted, Line]] = {}
    answers = [_enter(one, sheet, line, books, written) for one, sheet, line in asked]
    lines.put_again(session, [recounted for recounted, _ in written.values()], actor=actor)
    by_number = [line for _, line in written.values() if line.sku_id in books.numbered]
    numbers.write(session, {(line.place_id, *line.goods): line.numbers for line in by_number})
    return answers


def _line(sheet: Sheet, line_id: int, actor: Actor) -> Line:
    if sheet.state != CountState.RECOUNT:
        raise StaleState(f"count {sheet.number} is {sheet.state.replace('_', ' ')}: nothing is to be counted again")
    line = sheet.lines.get(line_id)
    if line is None or not line.must_recount:
        raise StaleState("this item is not to be counted again: load the page anew")
    if line.counter == actor.code:
        raise SamePerson("you counted this item yourself: somebody else must count it again")
    if line.recounter not in (None, actor.code):
        raise StaleState("somebody else is counting this item again: take another one")
    return line


def _refuse_other_items(session: Session, asked: Sequence[tuple[Again, Line]]) -> None:
    scanned = [(one, line) for one, line in asked if one.code]
    for (_, line), goods in zip(scanned, identify(session, [Named(code=one.code) for one, _ in scanned]), strict=True):
        if goods.sku_id != line.sku_id:
            raise DomainError(f"{goods.sku} is not the item asked for: leave it, and count the one shown", field="code")


def _books(session: Session, asked: Sequence[tuple[Again, Sheet, Line]]) -> _Books:
    shelf = shelf_book.lock(session, {(line.sku_id, sheet.site_id) for _, sheet, line in asked})
    numbered = kept_by_number(session, {line.sku_id for _, _, line in asked})
    spots = [
        (line.sku_id, sheet.site_id, line.bin_id, one.serial) for one, sheet, line in asked if line.sku_id in numbered
    ]
    return _Books(shelf=shelf, numbers=number_book(session, spots), numbered=numbered)


def _enter(one: Again, sheet: Sheet, line: Line, books: _Books, written: dict[int, tuple[Recounted, Line]]) -> Entered:
    key = line.sku_id, sheet.site_id
    before, line = written.get(line.id, (None, line))
    counted, then = (before.units, before.expected) if before else (line.recounted, line.expected)
    expected = books.shelf.at(key, line.bin_id, line.lot_id, line.condition)
    own = books.numbers.at(*key, line.bin_id, line.goods)
    is_moved = bool(line.numbers.again) and line.numbers.expected != own
    began_again = counted is not None and (is_moved or (one.is_more and then != expected))
    kept = Tally(units=0, numbers=frozenset())
    if counted is not None and not began_again:
        kept = Tally(units=counted, numbers=line.numbers.again)
    now = _tally(one, sheet, line, books, kept)
    refuse_too_many(now.units)
    recounted = Recounted(line_id=line.id, units=now.units, expected=expected, seen_sequence=books.shelf.sequence(key))
    marks = Numbers(expected=own, seen=line.numbers.seen, again=now.numbers)
    written[line.id] = recounted, replace(line, numbers=marks)
    return Entered(sku="", units=now.units, began_again=began_again)


def _tally(one: Again, sheet: Sheet, line: Line, books: _Books, kept: Tally) -> Tally:
    if line.sku_id not in books.numbered or not (one.serial or one.is_more):
        others = kept.units if one.is_more else len(kept.numbers)
        return Tally(units=others + one.units, numbers=kept.numbers)
    if not one.serial:
        raise refuse_unnamed("this item")
    goods = books.numbers.goods(line.sku_id, one.serial, sheet.site_id, "")
    if one.serial in books.numbers.at(line.sku_id, sheet.site_id, line.bin_id, goods) and goods != line.goods:
        raise DomainError(f"{one.serial} is of another lot or condition than is asked for: leave it", field="code")
    refuse_elsewhere(sheet, {line.id}, line.sku_id, one.serial)
    return tally(kept, one.serial, is_back=one.is_back)
