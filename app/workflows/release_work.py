"""Handing work to the floor, and taking it back while nobody has begun."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.fulfilment import pick_lists
from app.fulfilment.states import Stage
from app.fulfilment.work import Work
from app.inventory import sites
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import WorkRecalled, WorkReleased
from app.orders.facts import LineChange
from app.orders.status import permitted_actions
from app.workflows.at_work import take_any


class NotReleasable(DomainError):
    """The order is not fit to be worked on."""


@dataclass(frozen=True, kw_only=True)
class Released:
    """Pick list by fulfilment order id, and why the others stay where they are."""

    lists: Mapping[int, int]
    refused: Mapping[int, str]


def release_work(session: Session, fulfilment_order_ids: Sequence[int], *, actor: Actor) -> dict[int, int]:
    """Release, all or none, on one new pick list per site; answers the pick list of each.

    Work that is released already keeps its list: asking twice does nothing.
    """
    released = release_what_is_fit(session, fulfilment_order_ids, actor=actor)
    for why_not in released.refused.values():
        raise NotReleasable(why_not)
    return dict(released.lists)


def release_what_is_fit(session: Session, fulfilment_order_ids: Sequence[int], *, actor: Actor) -> Released:
    """The same for a selection: what cannot be released is left, with the reason."""
    found = take_any(session, fulfilment_order_ids)
    done = {one.id: one.pick_list_id for one in found.values() if one.pick_list_id is not None}
    waiting = [one for one in found.values() if one.id not in done]
    refused = _refusals(session, waiting)
    fresh = [one for one in waiting if one.id not in refused]
    lists = pick_lists.release(session, fresh, actor=actor)
    facts.change(session, _changes(fresh, +1), actor=actor)
    codes = {site.id: site.code for site in sites.all_of_them(session)}
    released = [
        WorkReleased(order_id=one.order_id, fulfilment_order_id=one.id, site=codes[one.site_id]) for one in fresh
    ]
    emit(session, released, actor=actor)
    return Released(lists={**done, **lists}, refused=refused)


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


def _refusals(session: Session, works: Sequence[Work]) -> dict[int, str]:
    known = facts.load(session, {one.order_id for one in works})
    refused = {}
    for one in works:
        why_not = permitted_actions(known[one.order_id])["release"]
        if one.state != Stage.OPEN:
            why_not = f"This work is {one.state}: it cannot be released."
        if why_not:
            refused[one.id] = why_not
    return refused


def _changes(works: Collection[Work], sign: int) -> list[LineChange]:
    return [
        LineChange(order_line_id=line.order_line_id, released=sign * line.quantity)
        for one in works
        for line in one.lines
        if line.quantity
    ]
