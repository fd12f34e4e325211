"""What follows an order: a hundred are placed every second for a minute, and each one's mail is waited for."""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from tests.bench.background import WAITING, background, drained
from tests.bench.case import Case, Goal, Lab, Sample, Sides
from tests.bench.checks import Incomplete
from tests.bench.load import count
from tests.bench.meters import metering, sample_of
from tests.bench.sink import Sink, running_sink
from tests.bench.work import request, started

RATE, SECONDS, WARM_SECONDS = 100, 60, 5


@contextmanager
def _open(lab: Lab) -> Iterator[Sides]:
    with running_sink() as sink, started(lab), background(lab, SMTP_URL=sink.url) as pids:
        _place_steadily(lab, WARM_SECONDS)
        drained(lab)
        yield {"Waybill": lambda: _measure(lab, pids, sink)}


def _measure(lab: Lab, pids: list[int], sink: Sink) -> Sample:
    """The clock of an order runs from its commit to the moment when the mail server has the whole mail."""
    with metering(lab, pids) as spent:
        placed, backlog = _place_steadily(lab, SECONDS)
        drained(lab)
    arrived = sink.arrivals()
    if missing := placed.keys() - arrived.keys():
        raise Incomplete(f"{len(missing)} of {len(placed)} orders have no mail")
    times = [(arrived[recipient] - at) * 1000 for recipient, at in placed.items()]
    third = len(backlog) // 3
    grown = max(backlog[-third:]) - max(backlog[:third])
    extra = {"p95 ms": quantiles(times, n=20)[18], "backlog at most": max(backlog), "backlog grew by": grown}
    return sample_of(spent, len(placed), rate=len(placed) / SECONDS, times_ms=times, extra=extra)


def _place_steadily(lab: Lab, seconds: float) -> tuple[dict[str, float], list[int]]:
    """One order per transaction; answers when each was committed, and how many deliveries waited, second by second."""
    rng, run = random.Random(), secrets.token_hex(4)
    placed: dict[str, float] = {}
    backlog: list[int] = []
    start = time.time()
    for number in range(round(seconds * RATE)):
        time.sleep(max(0, start + number / RATE - time.time()))
        order = request(rng, f"{run}-{number}")
        uow.run(lambda session, order=order: place_orders(session, [order], actor=SYSTEM))  # type: ignore[misc]
        placed[order.contact.email] = time.time()
        if number % RATE == RATE - 1:
            backlog.append(count(lab, WAITING))
    return placed, backlog


def _check(lab: Lab) -> None:
    orders, mails, left = (count(lab, what) for what in ("orders", "messages WHERE state = 'sent'", "deliveries"))
    if orders != mails or left:
        raise Incomplete(f"{orders} orders, {mails} mails sent, {left} deliveries left or stuck")


CASES = (
    Case(
        name="effects",
        goals=(
            Goal("p95 ms", lambda m: m["Waybill"].extra["p95 ms"], reach=2000, aim=1000, limit=True),
            Goal("backlog grew by", lambda m: m["Waybill"].extra["backlog grew by"], reach=RATE, aim=10, limit=True),
        ),
        open=_open,
        check=_check,
        shows=("backlog at most",),
        rounds=1,
    ),
)
