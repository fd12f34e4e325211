"""A backlog: twenty thousand deliveries wait, and relay and two workers do them."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.kernel import deliveries, uow
from app.kernel.actor import SYSTEM
from app.kernel.deliveries import Delivery
from app.workflows.place_orders import place_orders
from tests.bench.background import background, drained
from tests.bench.case import Case, Goal, Lab, Sample, Sides
from tests.bench.checks import Incomplete
from tests.bench.load import count
from tests.bench.meters import metering, sample_of
from tests.bench.seed import SKUS
from tests.bench.sink import Sink, running_sink
from tests.bench.work import request, started

LIGHT, MAILS, AT_ONCE = 20_000, 2_000, 100


@contextmanager
def _open(lab: Lab) -> Iterator[Sides]:
    """``mails`` is the whole way of a confirmation: written in the database, sent, written down."""
    with running_sink() as sink, started(lab), background(lab, SMTP_URL=sink.url) as pids:
        yield {"mails": lambda: _mails(lab, pids, sink), "Waybill": lambda: _light(lab, pids)}


def _light(lab: Lab, pids: list[int]) -> Sample:
    """Each looks whether an order waits for a SKU; none does. What is measured is the way to there and back."""
    wanted = [Delivery(handler="orders.fill_backorders", ids={"sku_ids": [n % SKUS + 1]}) for n in range(LIGHT)]
    with metering(lab, pids) as spent:
        uow.run(lambda session: deliveries.add(session, wanted))
        seconds = drained(lab)
    return sample_of(spent, LIGHT, rate=LIGHT / seconds)


def _mails(lab: Lab, pids: list[int], sink: Sink) -> Sample:
    before = len(sink.arrivals())
    uow.run(_place_at_once)
    with metering(lab, pids) as spent:
        seconds = drained(lab)
    if len(sink.arrivals()) - before != MAILS:
        raise Incomplete(f"{len(sink.arrivals()) - before} of {MAILS} mails came")
    return sample_of(spent, MAILS, rate=MAILS / seconds)


def _place_at_once(session: Session) -> None:
    """In one transaction: all their deliveries begin to wait at the same moment."""
    rng, run = random.Random(), secrets.token_hex(4)
    for start in range(0, MAILS, AT_ONCE):
        requests = [request(rng, f"{run}-{number}") for number in range(start, start + AT_ONCE)]
        place_orders(session, requests, actor=SYSTEM)


def _check(lab: Lab) -> None:
    if left := count(lab, "deliveries"):
        raise Incomplete(f"{left} deliveries are left or stuck")


CASES = (
    Case(
        name="drain",
        goals=(Goal("deliveries per s", lambda medians: medians["Waybill"].rate, reach=1000, aim=3000),),
        open=_open,
        check=_check,
    ),
)
