"""Work that is walked together at one site."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.fulfilment.models import FulfilmentOrder, PickList
from app.fulfilment.states import FULFILMENT_ORDER
from app.fulfilment.work import Work
from app.kernel import bulk, clock
from app.kernel.actor import Actor


def release(session: Session, works: Sequence[Work], *, actor: Actor) -> dict[int, int]:
    """Release open work of locked orders, on one pick list per site; answers the list by fulfilment order id."""
    by_site: dict[int, list[int]] = {}
    for work in works:
        by_site.setdefault(work.site_id, []).append(work.id)
    lists = _make_lists(session, sorted(by_site), actor)
    for site_id, ids in sorted(by_site.items()):
        values = {
            "pick_list_id": lists[site_id],
            "released_at": clock.now(),
            "version": FulfilmentOrder.version + 1,
        }
        FULFILMENT_ORDER.move(session, FulfilmentOrder, ids=ids, action="release", values=values)
    return {work.id: lists[work.site_id] for work in works}


def recall(session: Session, ids: Sequence[int]) -> None:
    """Take released work that nobody has begun off its list."""
    values = {"pick_list_id": None, "released_at": None, "version": FulfilmentOrder.version + 1}
    FULFILMENT_ORDER.move(session, FulfilmentOrder, ids=ids, action="recall", values=values)


def _make_lists(session: Session, site_ids: Sequence[int], actor: Actor) -> Mapping[int, int]:
    if not site_ids:
        return {}
    ids = bulk.next_ids(session, {"pick_lists": len(site_ids)})["pick_lists"]
    rows = [{"id": id, "site_id": site_id, "created_by": actor.code} for id, site_id in zip(ids, site_ids, strict=True)]
    bulk.insert(session, PickList, rows)
    return dict(zip(site_ids, ids, strict=True))
