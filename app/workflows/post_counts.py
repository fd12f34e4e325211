"""The differences of a count become facts of the stock: once, each at the place where it was seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy.orm import Session

from app.counting import lines, sheets
from app.counting.events import CountAccepted, CountEvent, CountPosted, RecountAsked
from app.counting.models import Count
from app.counting.sheets import Line, Sheet
from app.counting.states import COUNT, CountState
from app.inventory import lots, serials
from app.inventory.errors import PlaceEmpty
from app.inventory.serials import Numbered
from app.inventory.values import GOOD
from app.kernel import clock
from app.kernel.actor import Actor, ActorKind
from app.kernel.errors import Invalid, Outrun
from app.kernel.events import emit
from app.workflows import shelf_book
from app.workflows.adjust_stock import Adjustment, adjust_stock, losses
from app.workflows.contested_lines import contested
from app.workflows.displace import lock_losing
from app.workflows.post_numbers import Findings
from app.workflows.shelf_book import ShelfBook

AT_THE_SAME_MOMENT = "somebody corrected this stock at the same moment: look again, then decide"


@dataclass(frozen=True)
class _Facts:
    """What is written of counts: first ``gains``, then the numbers that ``turned_up``, then the other differences."""

    gains: list[Adjustment]
    turned_up: list[Numbered]
    differences: list[Adjustment]

    def lock(self, session: Session) -> None:
        """Of several people who counted, the first may post a loss where the whole is none."""
        lost = [one for one in self.differences if one.loses > 0]
        lock_losing(session, {**losses(self.gains), **losses(self.differences), **losses(lost)})


def on_count_accepted(session: Session, accepted: Sequence[CountAccepted]) -> None:
    """What is posted or back on the floor by now is left alone. The books say who handed it in."""
    found = sheets.lock(session, {event.count_id for event in accepted})
    ready = [sheet for sheet in found.values() if sheet.state == CountState.SUBMITTED]
    _facts(ready, Findings(session, ready)).lock(session)  # of all who handed in, before the first of it is written
    for code in sorted({sheet.submitted_by for sheet in ready}):
        post(session, [sheet for sheet in ready if sheet.submitted_by == code], actor=_actor(code))


def post(session: Session, found: Sequence[Sheet], *, actor: Actor) -> None:
    """The counts are locked and judged.

    One that says that units were gone which have been picked since, or that somebody corrected by other means, goes
    back to the floor. Raises StaleState where that happens at this very moment.
    """
    findings = Findings(session, found)
    doubtful = _doubtful(session, found, findings)
    back = sorted(id for id, line_ids in doubtful.items() if line_ids)
    posted = [sheet for sheet in found if not doubtful[sheet.id]]
    if back:
        lines.ask_again(session, [line_id for id in back for line_id in doubtful[id]])
        COUNT.move(session, Count, ids=back, action="ask_for_recount")
    if posted:
        _write(session, posted, findings, actor)
    asked: list[CountEvent] = [RecountAsked(count_id=id, lines=len(doubtful[id])) for id in back]
    emit(session, [*asked, *map(_posted, posted)], actor=actor)


def _doubtful(session: Session, found: Sequence[Sheet], findings: Findings) -> dict[int, list[int]]:
    """Lines by count that cannot be posted as they were seen."""
    book = shelf_book.read(session, {(line.sku_id, sheet.site_id) for sheet in found for line in _differing(sheet)})
    corrected = contested(session, [sheet.id for sheet in found])
    refuted = {
        sheet.id: [
            line.id for line in _differing(sheet) if _is_refuted(sheet, line, book) or findings.is_refuted(sheet, line)
        ]
        for sheet in found
    }
    return {id: sorted({*line_ids, *corrected[id]}) for id, line_ids in refuted.items()}


def _write(session: Session, posted: Sequence[Sheet], findings: Findings, actor: Actor) -> None:
    ids = sorted(sheet.id for sheet in posted)
    COUNT.move(session, Count, ids=ids, action="post", values={"closed_at": clock.now()})
    lines.forget_scans(session, ids)
    if not any(map(_differing, posted)):
        return
    facts = _facts(posted, findings)
    facts.lock(session)
    try:
        adjust_stock(session, facts.gains, actor=actor)
        serials.register(session, _set_aside(session, facts.turned_up), actor=actor)
        adjust_stock(session, sorted(facts.differences, key=lambda one: one.on_hand < 0), actor=actor)
    except (PlaceEmpty, Invalid):
        raise Outrun(AT_THE_SAME_MOMENT) from None
    if any(contested(session, ids).values()):  # the levels are locked by now
        raise Outrun(AT_THE_SAME_MOMENT)


def _facts(found: Sequence[Sheet], findings: Findings) -> _Facts:
    differing = [(sheet, line) for sheet in found for line in _differing(sheet)]
    return _Facts(
        gains=[one for sheet, line in differing for one in findings.gains(sheet, line)],
        turned_up=[one for sheet, line in differing for one in findings.turned_up(sheet, line)],
        differences=[one for sheet, line in differing for one in findings.adjustments(sheet, line)],
    )


def _set_aside(session: Session, turned_up: Sequence[Numbered]) -> list[Numbered]:
    """Good units of a frozen lot went into quarantine as they came: there are their numbers given."""
    frozen = lots.frozen(session, [one.lot_id for one in turned_up if one.lot_id is not None])
    return [
        replace(one, condition="quarantine") if one.condition == GOOD and one.lot_id in frozen else one
        for one in turned_up
    ]


def _differing(sheet: Sheet) -> list[Line]:
    return [line for line in sheet.lines.values() if line.differs]


def _is_refuted(sheet: Sheet, line: Line, book: ShelfBook) -> bool:
    there = book.at((line.sku_id, sheet.site_id), line.bin_id, line.lot_id, line.condition)
    return there + (line.variance or 0) < 0


def _posted(sheet: Sheet) -> CountPosted:
    variances = [line.variance or 0 for line in _differing(sheet)]
    return CountPosted(
        count_id=sheet.id,
        site_id=sheet.site_id,
        lines=len(variances),
        units_more=sum(one for one in variances if one > 0),
        units_less=-sum(one for one in variances if one < 0),
    )


def _actor(code: str) -> Actor:
    kind, _, id = code.partition(":")
    return Actor(kind=cast(ActorKind, kind), id=int(id) if id else None)
