"""What follows an order: a hundred are placed every second for a minute; each one's mail is waited for, and the moment
when the shop has been told of what it took."""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from tests.bench.background import WAITING, background, drained
from tests.bench.case import Case, Goal, Lab, Sample, Sides
from tests.bench.checks import Incomplete
from tests.bench.load import count
from tests.bench.meters import metering, sample_of
from tests.bench.shop import BEHIND, BenchShop, running_shop, tell, told_at, wait_until_told
from tests.bench.sink import Sink, running_sink
from tests.bench.work import request, started

RATE, SECONDS, WARM_SECONDS = 100, 60, 5


@dataclass(frozen=True)
class Placed:
    order_id: int
    at: float


@dataclass(frozen=True)
class Surroundings:
    """Whoever waits for what follows an order, and the processes that do it."""

    sink: Sink
    shop: BenchShop
    pids: list[int]


@contextmanager
def _open(lab: Lab) -> Iterator[Sides]:
    with (
        running_sink() as sink,
        running_shop() as shop,
        started(lab) as runtime,
        background(lab, SMTP_URL=sink.url, OUTBOUND_EXCEPTIONS=shop.origin) as pids,
    ):
        tell(runtime, shop, "api")
        _place_steadily(lab, WARM_SECONDS)
        wait_until_told(lab)
        drained(lab)
        yield {"Waybill": lambda: _measure(lab, Surroundings(sink, shop, pids))}


def _measure(lab: Lab, around: Surroundings) -> Sample:
    """The clock of an order runs from its commit until the mail server has the whole mail and the shop has been told
    values of all its SKUs that have this order in them."""
    with metering(lab, around.pids) as spent:
        placed, backlog, behind = _place_steadily(lab, SECONDS)
        wait_until_told(lab)
        drained(lab)
    mailed, told = around.sink.arrivals(), told_at(lab, around.shop.told())
    if missing := [each for key, each in placed.items() if key not in mailed or each.order_id not in told]:
        raise Incomplete(f"{len(missing)} of {len(placed)} orders have no mail, or the shop never heard of them")
    mails = [(mailed[key] - each.at) * 1000 for key, each in placed.items()]
    stock = [(told[each.order_id] - each.at) * 1000 for each in placed.values()]
    both = [max(pair) for pair in zip(mails, stock, strict=True)]
    extra = {
        **{
            f"{name}p95 ms": quantiles(times, n=20)[18]
            for name, times in (("", both), ("mail ", mails), ("stock ", stock))
        },
        "backlog at most": max(backlog),
        "backlog grew by": _growth(backlog),
        "SKUs behind at most": max(behind),
        "SKUs behind grew by": _growth(behind),
    }
    return sample_of(spent, len(placed), rate=len(placed) / SECONDS, times_ms=both, extra=extra)


def _growth(counts: list[int]) -> int:
    """The most of the last third over the most of the first."""
    third = len(counts) // 3
    return max(counts[-third:]) - max(counts[:third])


def _place_steadily(lab: Lab, seconds: float) -> tuple[dict[str, Placed], list[int], list[int]]:
    """One order per transaction; answers when each was committed, and second by second how many deliveries waited and
    of how many SKUs the shop was still to be told."""
    rng, run = random.Random(), secrets.token_hex(4)
    placed: dict[str, Placed] = {}
    backlog: list[int] = []
    behind: list[int] = []
    start = time.time()
    for number in range(round(seconds * RATE)):
        time.sleep(max(0, start + number / RATE - time.time()))
        order = request(rng, f"{run}-{number}")
        [done] = uow.run(lambda session, order=order: place_orders(session, [order], actor=SYSTEM))  # type: ignore[misc]
        placed[order.contact.email] = Placed(done.order_id, time.time())
        if number % RATE == RATE - 1:
            backlog.append(count(lab, WAITING))
            behind.append(count(lab, BEHIND))
    return placed, backlog, behind


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
            Goal(
                "SKUs behind grew by",
                lambda m: m["Waybill"].extra["SKUs behind grew by"],
                reach=3 * RATE,
                aim=RATE,
                limit=True,
            ),
        ),
        open=_open,
        check=_check,
        shows=("mail p95 ms", "stock p95 ms", "backlog at most", "SKUs behind at most"),
        rounds=1,
    ),
)
