"""One web process takes 50,000 orders and grows no fatter."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.case import Case, Goal, Lab, Sample, Sides
from tests.bench.checks import BY_API, assert_rows
from tests.bench.load import count, placed_by_clients
from tests.bench.meters import resident_mb, tree
from tests.bench.web import running_web
from tests.instance import Instance

CLIENTS, STOPS = 32, (10_000, 25_000, 50_000)


@contextmanager
def _open(lab: Lab) -> Iterator[Sides]:
    with running_web(lab, WEB_PROCESSES="1") as ours:
        yield {"Waybill": lambda: _fill(lab, ours)}


def _fill(lab: Lab, web: Instance) -> Sample:
    sizes: dict[str, float] = {}
    for stop in STOPS:
        while count(lab, "orders") < stop:
            sample = placed_by_clients(lab, web, orders="orders", clients=CLIENTS)
        sizes[f"MB at {stop // 1000}k"] = max(resident_mb(pid) for pid in tree(web.processes["web"].pid))
    return Sample(**{**vars(sample), "extra": sizes})


def _check(lab: Lab) -> None:
    assert_rows(lab, BY_API)


CASES = (
    Case(
        name="web-memory",
        goals=(
            Goal("MB at 50,000", lambda m: m["Waybill"].extra["MB at 50k"], reach=200, aim=150, limit=True),
            Goal(
                "50,000 ÷ 10,000",
                lambda m: m["Waybill"].extra["MB at 50k"] / m["Waybill"].extra["MB at 10k"],
                reach=1.1,
                aim=1.03,
                limit=True,
            ),
        ),
        open=_open,
        check=_check,
        shows=tuple(f"MB at {stop // 1000}k" for stop in STOPS),
        rounds=1,
    ),
)
