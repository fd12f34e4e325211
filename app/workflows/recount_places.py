"""What is too far from the book is counted again by somebody else, who knows neither the book nor the first count."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.counting import lines, sheets
from app.counting.lines import Recounted
from app.counting.sheets import Line, Sheet
from app.counting.states import CountState
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, StaleState
from app.workflows import shelf_book
from app.workflows.count_places import Entered, refuse_too_many
from app.workflows.identify_goods import Named, identify


class SamePerson(DomainError):
    """A second pair of eyes is wanted."""


@dataclass(frozen=True, kw_only=True)
class Again:
    """One line seen once more. ``code`` is what was scanned, if anything was; ``is_more`` as in ``Entry``."""

    count_id: int
    line_id: int
    units: int
    is_more: bool
    client_scan_id: str
    code: str = ""


def recount_units(session: Session, seen: Sequence[Again], *, actor: Actor) -> list[Entered]:
    """All or none; a scan that came before is passed over. Raises ``SamePerson`` for whoever counted it first."""
    found = sheets.lock(session, {one.count_id for one in seen})
    new = lines.fresh(session, [(one.count_id, one.client_scan_id) for one in seen])
    fresh = [one for one in seen if (one.count_id, one.client_scan_id) in new]
    if not fresh:
        return []
    asked = [(one, found[one.count_id], _line(found[one.count_id], one.line_id, actor)) for one in fresh]
    _refuse_other_items(session, [(one, line) for one, _, line in asked])
    keys = {(line.sku_id, sheet.site_id) for _, sheet, line in asked}
    book = shelf_book.lock(session, keys)
    written: dict[int, Recounted] = {}
    answers = []
    for one, sheet, line in asked:
        key = line.sku_id, sheet.site_id
        expected = book.at(key, line.bin_id, line.lot_id, line.condition)
        answer = _sum(one, line, written.get(line.id), expected)
        written[line.id] = Recounted(
            line_id=line.id, units=answer.units, expected=expected, seen_sequence=book.sequence(key)
        )
        answers.append(answer)
    lines.put_again(session, list(written.values()), actor=actor)
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


def _sum(one: Again, line: Line, now: Recounted | None, expected: int) -> Entered:
    before = now.units if now else line.recounted
    then = now.expected if now else line.expected
    began_again = one.is_more and before is not None and then != expected
    units = one.units + (before or 0 if one.is_more and not began_again else 0)
    refuse_too_many(units)
    return Entered(sku="", units=units, began_again=began_again)
