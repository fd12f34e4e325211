"""A count is handed in, judged against the book, counted again, approved or rejected, and posted once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.catalogue import keeping
from app.counting import decisions, lines, sheets
from app.counting.events import ApprovalAsked, CountAccepted, CountCancelled, CountEvent, CountRejected, RecountAsked
from app.counting.judge import Verdict, judge
from app.counting.lines import Judged
from app.counting.models import Count
from app.counting.sheets import Line, Sheet
from app.counting.states import COUNT, CountState
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, StaleState
from app.kernel.events import emit
from app.workflows import shelf_book
from app.workflows.contested_lines import contested
from app.workflows.post_counts import post


@dataclass(frozen=True, kw_only=True)
class Decision:
    """``reason`` in a person's words; needed."""

    count_id: int
    reason: str


def submit(session: Session, count_ids: Collection[int], *, actor: Actor) -> None:
    """Note the book under lock and say what follows: a recount, an approval, or that it can be posted.

    Raises StaleState while a place, or a line that is to be seen again, is not counted yet.
    """
    found = sheets.lock(session, count_ids)
    for sheet in found.values():
        _refuse_unfinished(sheet)
    judged, verdicts = _judged(session, list(found.values()))
    lines.judge(session, judged)
    values = {"submitted_at": clock.now(), "submitted_by": actor.code}
    COUNT.move(session, Count, ids=sorted(found), action="submit", values=values)
    corrected = contested(session, found)
    lines.ask_again(session, [line_id for line_ids in corrected.values() for line_id in line_ids])
    _lead_on(session, {id: _with(verdict, corrected[id]) for id, verdict in verdicts.items()}, actor)


def approve(session: Session, wanted: Sequence[Decision], *, actor: Actor) -> None:
    """Post the differences. Where what was missed has been picked since, the count was wrong: it goes back instead."""
    found = _decided(session, wanted, CountState.AWAITING_APPROVAL)
    decisions.write(session, [(one.count_id, "approved", one.reason) for one in wanted], actor=actor)
    post(session, list(found.values()), actor=actor)


def reject(session: Session, wanted: Sequence[Decision], *, actor: Actor) -> None:
    """Whatever differs from the book is counted once more, by somebody who did not count it last."""
    found = _decided(session, wanted, CountState.AWAITING_APPROVAL)
    decisions.write(session, [(one.count_id, "rejected", one.reason) for one in wanted], actor=actor)
    differing = {id: [line.id for line in sheet.lines.values() if line.differs] for id, sheet in found.items()}
    lines.ask_again(session, [id for ids in differing.values() for id in ids])
    COUNT.move(session, Count, ids=sorted(found), action="ask_for_recount")
    emit(session, [CountRejected(count_id=id, lines=len(ids)) for id, ids in differing.items()], actor=actor)


def cancel(session: Session, wanted: Sequence[Decision], *, actor: Actor) -> None:
    """Nothing is posted of it, now or later."""
    found = _decided(session, wanted, None)
    decisions.write(session, [(one.count_id, "cancelled", one.reason) for one in wanted], actor=actor)
    COUNT.move(session, Count, ids=sorted(found), action="cancel", values={"closed_at": clock.now()})
    lines.forget_scans(session, found)
    emit(session, [CountCancelled(count_id=id) for id in found], actor=actor)


def _decided(session: Session, wanted: Sequence[Decision], state: CountState | None) -> dict[int, Sheet]:
    if any(not one.reason.strip() for one in wanted):
        raise Invalid([("reason", "say why: whoever reads this later was not there")])
    found = sheets.lock(session, {one.count_id for one in wanted})
    for sheet in found.values():
        if state and sheet.state != state:
            raise StaleState(f"count {sheet.number} is {sheet.state.replace('_', ' ')}: there is nothing to decide")
    return found


def _refuse_unfinished(sheet: Sheet) -> None:
    is_again = sheet.state == CountState.RECOUNT
    unseen = sum(line.must_recount and line.recounted is None for line in sheet.lines.values())
    left = unseen if is_again else sum(not place.is_counted for place in sheet.places.values())
    if left:
        what = ("item" if is_again else "place") + (" is" if left == 1 else "s are")
        raise StaleState(f"{left} {what} not counted yet: count the rest, then hand in {sheet.number}")


def _with(verdict: Verdict, corrected: Collection[int]) -> Verdict:
    return replace(verdict, recount=verdict.recount | frozenset(corrected))


def _judged(session: Session, found: Collection[Sheet]) -> tuple[list[Judged], dict[int, Verdict]]:
    every = [(sheet, line) for sheet in found for line in sheet.lines.values()]
    keys = {(line.sku_id, sheet.site_id) for sheet, line in every}
    book = shelf_book.lock(session, keys)
    costs = keeping.costs(session, {sku for sku, _ in keys})
    verdicts = {
        sheet.id: judge(
            [line.as_seen(costs[line.sku_id], begun_by=sheet.begun_by) for line in sheet.lines.values()], sheet.rules
        )
        for sheet in found
    }
    judged = [
        _line(
            line,
            verdicts[sheet.id],
            book=book.at((line.sku_id, sheet.site_id), line.bin_id, line.lot_id, line.condition),
            sequence=book.sequence((line.sku_id, sheet.site_id)),
            cost_minor=costs[line.sku_id],
        )
        for sheet, line in every
        if line.decision == "open"
    ]
    return judged, verdicts


def _line(line: Line, verdict: Verdict, *, book: int, sequence: int, cost_minor: int | None) -> Judged:
    must_recount = line.id in verdict.recount
    return Judged(
        line_id=line.id,
        book=book,
        moved=book - line.expected,
        book_sequence=sequence,
        variance=line.seen - line.expected,
        cost_minor=cost_minor,
        must_recount=must_recount,
        decision="open" if must_recount else "count" if line.recounted is None else "recount",
    )


def _lead_on(session: Session, verdicts: Mapping[int, Verdict], actor: Actor) -> None:
    again = sorted(id for id, verdict in verdicts.items() if verdict.recount)
    asking = sorted(id for id, verdict in verdicts.items() if not verdict.recount and verdict.needs_approval)
    events: list[CountEvent] = [RecountAsked(count_id=id, lines=len(verdicts[id].recount)) for id in again]
    events += [ApprovalAsked(count_id=id, value_minor=verdicts[id].value_minor) for id in asking]
    events += [CountAccepted(count_id=id) for id in sorted(set(verdicts) - {*again, *asking})]
    if again:
        COUNT.move(session, Count, ids=again, action="ask_for_recount")
    if asking:
        COUNT.move(session, Count, ids=asking, action="ask_for_approval")
    emit(session, events, actor=actor)
