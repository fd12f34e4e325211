"""What the processes of a race about counted shelves do."""

from sqlalchemy import text

from app.counting.events import CountAccepted
from app.inventory import levels
from app.kernel import uow
from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import DomainError
from app.workflows.count_places import Closing, Entry, close_places, count_units
from app.workflows.post_counts import on_count_accepted
from app.workflows.settle_counts import Decision, approve, cancel, reject, submit
from tests.concurrency.floor_tasks import pick_one

__all__ = ["count_shelf", "decide", "pick_one", "post"]

ANN = Actor(kind="user", id=901)


def count_shelf(count_id: int, place_id: int, sku: str, missing: int) -> str:
    """Look, close, hand in, post: each in a transaction of its own. ``missing`` units are not on the shelf any more."""
    closing = [Closing(count_id=count_id, place_id=place_id)]
    return _tried(
        lambda session: _look(session, count_id, place_id, sku, missing),
        lambda session: close_places(session, closing, actor=ANN),
        lambda session: submit(session, [count_id], actor=ANN),
        lambda session: on_count_accepted(session, [CountAccepted(count_id=count_id)]),
    )


def post(count_id: int) -> str:
    return _tried(lambda session: on_count_accepted(session, [CountAccepted(count_id=count_id)]))


def decide(count_id: int, verb: str) -> str:
    decision = [Decision(count_id=count_id, reason="said at the same moment")]
    verbs = {"approve": approve, "reject": reject, "cancel": cancel}
    return _tried(lambda session: verbs[verb](session, decision, actor=SYSTEM))


def _look(session, count_id: int, place_id: int, sku: str, missing: int) -> None:
    """The shelf as it is at this moment: nobody takes from it while the counter looks."""
    row = session.execute(
        text(
            "SELECT k.id AS sku_id, c.site_id, p.bin_id FROM skus k, counts c, count_places p"
            " WHERE k.code = :sku AND c.id = :count AND p.id = :place"
        ),
        {"sku": sku, "count": count_id, "place": place_id},
    ).one()
    session.execute(text("SELECT id FROM counts WHERE id = :id FOR UPDATE"), {"id": count_id})
    levels.lock(session, [(row.sku_id, row.site_id)])
    book = session.execute(
        text("SELECT quantity FROM bin_stock WHERE sku_id = :sku AND bin_id = :bin"),
        {"sku": row.sku_id, "bin": row.bin_id},
    ).scalar_one()
    entry = Entry(
        count_id=count_id,
        place_id=place_id,
        code=sku,
        units=book - missing,
        is_more=False,
        client_scan_id=f"look-{place_id}",
    )
    count_units(session, [entry], actor=ANN)


def _tried(*steps) -> str:
    try:
        for step in steps:
            uow.run(step)
    except DomainError as error:
        return str(error)
    return "done"
