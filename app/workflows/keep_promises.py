"""By when waiting units are there, from the day on which what they rest on is expected."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.fulfilment.promises import Dispatch, promise
from app.inventory import pegs
from app.inventory.allocations import Share
from app.inventory.pegs import OpenSupply
from app.inventory.sites import SitePlace
from app.kernel import clock
from app.kernel.actor import Actor
from app.orders import promise_ledger
from app.orders.promise_ledger import Rest


def rest_on_supply(
    order_id: int, order_line_id: int, supplies: Sequence[OpenSupply], *, transit_days: int | None
) -> Rest:
    """The promise rests on what comes last of these; without any, on nothing that is dated."""
    if not supplies:
        return Rest(order_id=order_id, order_line_id=order_line_id, source="none")
    last = max(supplies, key=lambda supply: (supply.expected_on, supply.id))
    evenings = [] if transit_days is None else [_evening(supply, transit_days) for supply in supplies]
    return Rest(
        order_id=order_id,
        order_line_id=order_line_id,
        source=last.source,
        source_id=last.source_id,
        expected_on=last.expected_on,
        promised_at=max(evenings, default=None),
    )


def rest_on_stock(
    session: Session,
    shares: Sequence[Share],
    places: Sequence[SitePlace],
    *,
    transit_days: Mapping[int, int | None],
    actor: Actor,
) -> None:
    """Waiting units got stock: they rest on no supply any more, and those that were promised a day are promised anew.

    The orders are locked, the lines written. Two statements where nothing was promised, which is nearly always.
    """
    lines = {share.order_line_id: share.order_id for share in shares}
    if not lines:
        return
    pegs.loosen(session, list(lines))
    promised = promise_ledger.filled(session, list(lines))
    clocks = {site.id: Dispatch(time_zone=site.time_zone, cut_off=site.cut_off) for site in places}
    now = clock.now()
    rests = []
    for line_id in promised:
        days = transit_days[lines[line_id]]
        sending = [clocks[share.site_id] for share in shares if share.order_line_id == line_id]
        moment = None if days is None else promise(now, sending, transit_days=days)
        rests.append(Rest(order_id=lines[line_id], order_line_id=line_id, source="stock", promised_at=moment))
    promise_ledger.keep(session, rests, actor=actor)


def _evening(supply: OpenSupply, transit_days: int) -> datetime:
    """What comes in on a day leaves on the next working day: a promise should not hang on the hour of a lorry."""
    on_the_shelf = clock.start_of_day(supply.expected_on + timedelta(days=1), supply.time_zone)
    dispatch = Dispatch(time_zone=supply.time_zone, cut_off=supply.cut_off)
    return promise(on_the_shelf, [dispatch], transit_days=transit_days)
