"""Counting on the floor: the counter says what lies there, and is never told what the book says.

The book is noted at the moment of each entry, under the level's lock. So what is picked or put away afterwards changes
nothing about the difference; what moves while a shelf is being counted makes these goods begin again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.counting import lines, numbers, sheets
from app.counting.events import CountStarted
from app.counting.lines import NewLine
from app.counting.models import Count
from app.counting.numbers import Numbers, Spot
from app.counting.sheets import Line, Place, Sheet
from app.counting.states import COUNT, CountState
from app.inventory.levels import Key
from app.inventory.values import CONDITIONS, GOOD
from app.kernel import bulk
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, Invalid, StaleState
from app.kernel.events import emit
from app.kernel.text import LARGEST_QUANTITY
from app.workflows import shelf_book
from app.workflows.counted_numbers import NumberBook, Tally, number_book, refuse_elsewhere, refuse_unnamed, tally
from app.workflows.identify_goods import Identified, Named, identify
from app.workflows.shelf_book import Goods, ShelfBook


@dataclass(frozen=True, kw_only=True)
class Entry:
    """``is_more``: so many units on top of what was counted there before, else so many in all.

    ``serial`` is the number of the one unit that was seen, or ``is_back`` was not there after all. Of goods that are
    known by number, units that are typed are those without one.
    """

    count_id: int
    place_id: int
    code: str
    units: int
    is_more: bool
    client_scan_id: str
    lot: str = ""
    condition: str = ""
    serial: str = ""
    is_back: bool = False


@dataclass(frozen=True, kw_only=True)
class Entered:
    """``units`` of ``sku`` (empty: of the line asked for) that stand now.

    ``began_again``: the goods moved while they were counted, so that earlier units are gone.
    """

    sku: str
    units: int
    began_again: bool = False


@dataclass(frozen=True, kw_only=True)
class Closing:
    """All that lies at this place was counted."""

    count_id: int
    place_id: int


@dataclass(frozen=True, kw_only=True)
class _Seen:
    entry: Entry
    sheet: Sheet
    place: Place
    goods: Goods
    sku: str
    is_numbered: bool
    expected: int
    sequence: int
    numbers: frozenset[str]

    @property
    def spot(self) -> Spot:
        return self.place.id, *self.goods


@dataclass(frozen=True, kw_only=True)
class _Books:
    shelf: ShelfBook
    numbers: NumberBook


def count_units(session: Session, entries: Sequence[Entry], *, actor: Actor) -> list[Entered]:
    """Write down what was seen, all or none, and answer for each entry; a scan that came before is passed over."""
    found = sheets.lock(session, {one.count_id for one in entries})
    new = lines.fresh(session, [(one.count_id, one.client_scan_id) for one in entries])
    fresh = [one for one in entries if (one.count_id, one.client_scan_id) in new]
    if not fresh:
        return []
    written: dict[Spot, NewLine] = {}
    told: dict[Spot, Numbers] = {}
    answers = [_enter(one, written, told) for one in _seen(session, fresh, found, actor)]
    lines.begin_places(session, {one.place_id for one in fresh}, actor=actor)
    lines.put(session, list(written.values()), actor=actor)
    numbers.write(session, told)
    _start(session, found.values(), actor)
    return answers


def close_places(session: Session, closings: Sequence[Closing], *, actor: Actor) -> None:
    """What the book expects there and nobody saw is counted as nothing."""
    found = sheets.lock(session, {one.count_id for one in closings})
    places = [(found[one.count_id], open_place(found[one.count_id], one.place_id, actor)) for one in closings]
    keys = _keys_at(session, places)
    book = shelf_book.lock(session, keys)
    unseen = [line for sheet, place in places for line in _unseen(sheet, place, book)]
    lines.put(session, unseen, actor=actor)
    lines.begin_places(session, {place.id for _, place in places}, actor=actor)
    lines.close_places(session, {place.id for _, place in places})
    _start(session, found.values(), actor)


def restart_places(session: Session, closings: Sequence[Closing]) -> None:
    """Forget what was counted there, whoever did: before the count is handed in."""
    found = sheets.lock(session, {one.count_id for one in closings})
    for one in closings:
        refuse_closed(found[one.count_id])
        found[one.count_id].place(one.place_id)
    lines.forget(session, {one.place_id for one in closings})


def open_place(sheet: Sheet, place_id: int, actor: Actor) -> Place:
    """Raises StaleState for a place that is done, or that somebody else counts."""
    refuse_closed(sheet)
    place = sheet.place(place_id)
    if place.is_counted:
        raise StaleState("this place is done: start it again if something was forgotten")
    if place.counter not in ("", actor.code):
        raise StaleState("somebody else is counting this place: take another one, or start it again")
    return place


def refuse_closed(sheet: Sheet) -> None:
    if sheet.state not in (CountState.PLANNED, CountState.COUNTING):
        raise StaleState(f"count {sheet.number} is {sheet.state.replace('_', ' ')}: nothing can be entered any more")


def refuse_too_many(units: int) -> None:
    if units > LARGEST_QUANTITY:
        raise DomainError(f"{units:,} units are more than a place can hold: look at the number again", field="quantity")


def _seen(session: Session, entries: Sequence[Entry], found: Mapping[int, Sheet], actor: Actor) -> list[_Seen]:
    places = [open_place(found[one.count_id], one.place_id, actor) for one in entries]
    goods = identify(session, [Named(code=one.code, lot=one.lot) for one in entries])
    keys = {(one.sku_id, found[entry.count_id].site_id) for entry, one in zip(entries, goods, strict=True)}
    shelf = shelf_book.lock(session, keys)
    numbered = [
        (one.sku_id, found[entry.count_id].site_id, place.bin_id, entry.serial)
        for entry, place, one in zip(entries, places, goods, strict=True)
        if one.is_numbered
    ]
    book = _Books(shelf=shelf, numbers=number_book(session, numbered))
    return [
        _one_seen(entry, found[entry.count_id], place, one, book)
        for entry, place, one in zip(entries, places, goods, strict=True)
    ]


def _one_seen(entry: Entry, sheet: Sheet, place: Place, one: Identified, books: _Books) -> _Seen:
    book = books.shelf
    if place.sku_id not in (None, one.sku_id):
        raise DomainError(f"{one.sku} is not what is counted here: finish this item first", field="code")
    key = one.sku_id, sheet.site_id
    if entry.serial and one.is_numbered:
        goods = books.numbers.goods(one.sku_id, entry.serial, sheet.site_id, entry.condition)
    elif one.is_numbered and entry.is_more:
        raise refuse_unnamed(one.sku)
    else:
        goods = _lies_as(entry, one, book.goods_in(sheet.site_id, place.bin_id, one.sku_id))
    return _Seen(
        entry=entry,
        sheet=sheet,
        place=place,
        goods=goods,
        sku=one.sku,
        is_numbered=one.is_numbered,
        numbers=books.numbers.at(one.sku_id, sheet.site_id, place.bin_id, goods),
        expected=book.at(key, place.bin_id, *goods[1:]),
        sequence=book.sequence(key),
    )


def _lies_as(entry: Entry, one: Identified, there: Mapping[Goods, int]) -> Goods:
    """Where nothing else was said, goods are what the book has there, if it has but one kind of them."""
    if entry.condition and entry.condition not in CONDITIONS:
        raise Invalid([("condition", f"choose one of {', '.join(CONDITIONS)}")])
    fitting = [
        goods for goods in there if (not entry.lot or goods[1] == one.lot_id) and entry.condition in ("", goods[2])
    ]
    if len(fitting) == 1 and (one.lot_id or not one.has_lots):
        return fitting[0]
    if one.has_lots and one.lot_id is None:
        raise DomainError(f"{one.sku} is kept by lot: type its number together with the lot", field="lot")
    return one.sku_id, one.lot_id, entry.condition or GOOD


def _enter(one: _Seen, written: dict[Spot, NewLine], told: dict[Spot, Numbers]) -> Entered:
    line = next((line for line in one.sheet.lines_of(one.place.id) if line.goods == one.goods), None)
    before = told.get(one.spot) or (line.numbers if line else Numbers())
    counted, expected = _before(one.spot, line, written)
    is_moved = bool(before.seen) and before.expected != one.numbers
    began_again = counted is not None and (is_moved or (one.entry.is_more and expected != one.expected))
    kept = Tally(units=0, numbers=frozenset()) if began_again else Tally(units=counted or 0, numbers=before.seen)
    now = _tally(one, kept)
    refuse_too_many(now.units)
    if one.is_numbered:
        told[one.spot] = Numbers(expected=one.numbers if now.numbers else frozenset(), seen=now.numbers)
    sku_id, lot_id, condition = one.goods
    written[one.spot] = NewLine(
        count_id=one.sheet.id,
        place_id=one.place.id,
        sku_id=sku_id,
        bin_id=one.place.bin_id,
        lot_id=lot_id,
        condition=condition,
        counted=now.units,
        expected=one.expected,
        seen_sequence=one.sequence,
    )
    return Entered(sku=one.sku, units=now.units, began_again=began_again)


def _tally(one: _Seen, kept: Tally) -> Tally:
    if one.entry.serial and one.is_numbered:
        lines = {line.id for line in one.sheet.lines_of(one.place.id) if line.goods == one.goods}
        refuse_elsewhere(one.sheet, lines, one.goods[0], one.entry.serial)
        return tally(kept, one.entry.serial, is_back=one.entry.is_back)
    others = kept.units if one.entry.is_more else len(kept.numbers)
    return Tally(units=others + one.entry.units, numbers=kept.numbers)


def _before(spot: Spot, line: Line | None, written: Mapping[Spot, NewLine]) -> tuple[int | None, int]:
    """What stands for these goods, and what the book said then."""
    now = written.get(spot)
    if now:
        return now.counted, now.expected
    return (line.counted, line.expected) if line else (None, 0)


def _keys_at(session: Session, places: Sequence[tuple[Sheet, Place]]) -> set[Key]:
    """Levels that have anything to do with these places, by the book."""
    asked = [(place.bin_id, sheet.site_id) for sheet, place in places if place.bin_id is not None]
    rows = bulk.pairs(session, IN_BINS, [bin for bin, _ in asked], [site for _, site in asked])
    loose = {(place.sku_id, sheet.site_id) for sheet, place in places if place.sku_id is not None}
    return {(row.sku_id, row.site_id) for row in rows} | loose


def _unseen(sheet: Sheet, place: Place, book: ShelfBook) -> list[NewLine]:
    seen = {line.goods for line in sheet.lines_of(place.id)}
    expected = book.goods_in(sheet.site_id, place.bin_id, place.sku_id)
    if place.sku_id is not None and not seen and not expected:
        expected = {(place.sku_id, None, GOOD): 0}  # that there is none of it is worth a line
    return [
        NewLine(
            count_id=sheet.id,
            place_id=place.id,
            sku_id=goods[0],
            bin_id=place.bin_id,
            lot_id=goods[1],
            condition=goods[2],
            counted=0,
            expected=units,
            seen_sequence=book.sequence((goods[0], sheet.site_id)),
        )
        for goods, units in expected.items()
        if goods not in seen
    ]


def _start(session: Session, found: Iterable[Sheet], actor: Actor) -> None:
    planned = [sheet.id for sheet in found if sheet.state == CountState.PLANNED]
    if planned:
        COUNT.move(session, Count, ids=planned, action="start")
        emit(session, [CountStarted(count_id=id) for id in planned], actor=actor)


IN_BINS = """
SELECT DISTINCT b.sku_id, b.site_id FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(bin_id, site_id)
  JOIN bin_stock b ON b.bin_id = k.bin_id AND b.site_id = k.site_id AND b.quantity > 0
"""
