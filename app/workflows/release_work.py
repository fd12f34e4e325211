"""Handing work to the floor, and taking it back while nobody has begun."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from app.fulfilment import pick_lists
from app.fulfilment.states import Stage
from app.fulfilment.work import Work
from app.inventory import sites
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, StaleState
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import OrderEvent, WorkRecalled, WorkReleased
from app.orders.facts import LineChange
from app.orders.status import permitted_actions
from app.workflows.at_work import take_any


class NotReleasable(DomainError):
    """The order is not fit to be worked on."""


def release_work(session: Session, fulfilment_order_ids: Sequence[int], *, actor: Actor) -> dict[int, int]:
    """Release, all or none, on one new pick list per site; answers the pick list of each.

    Work that is released already keeps its list: asking twice does nothing.
    """
    found = take_any(session, fulfilment_order_ids)
    done = {one.id: one.pick_list_id for one in found.values() if one.pick_list_id is not None}
    fresh = [one for one in found.values() if one.id not in done]
    _refuse_unfit(session, fresh)
    lists = pick_lists.release(session, fresh, actor=actor)
    facts.change(session, _changes(fresh, +1), actor=actor)
    codes = {site.id: site.code for site in sites.all_of_them(session)}
    released: list[OrderEvent] = [
        WorkReleased(order_id=one.order_id, fulfilment_order_id=one.id, site=codes[one.site_id]) for one in fresh
    ]
    emit(session, released, actor=actor)
    return {**done, **lists}


def recall_work(session: Session, fulfilment_order_ids: Sequence[int], *, actor: Actor) -> None:
    """Take back released work of which nothing is picked."""
    found = take_any(session, fulfilment_order_ids)
    pick_lists.recall(session, sorted(found))
    facts.change(session, _changes(found.values(), -1), actor=actor)
    codes = {site.id: site.code for site in sites.all_of_them(session)}
    recalled = [
        WorkRecalled(order_id=one.order_id, fulfilment_order_id=one.id, site=codes[one.site_id])
        for one in found.values()
    ]
    emit(session, recalled, actor=actor)


def _refuse_unfit(session: Session, works: Sequence[Work]) -> None:
    for one in works:
        if one.state != Stage.OPEN:
            raise StaleState(f"this work is {one.state}: it cannot be released; reload the queue")
    known = facts.load(session, {one.order_id for one in works})
    for order in known.values():
        why_not = permitted_actions(order)["release"]
        if why_not:
            raise NotReleasable(why_not)


def _changes(works: Collection[Work], sign: int) -> list[LineChange]:
    return [
        LineChange(order_line_id=line.order_line_id, released=sign * line.quantity)
        for one in works
        for line in one.lines
        if line.quantity
    ]
