"""Orders by the API: many clients spread over SKUs, many on one hot SKU, one alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.bench.baseline.pgbench import pgbench
from tests.bench.case import Case, Goal, Lab, Medians, Sides
from tests.bench.checks import BY_API, assert_baseline_rows, assert_rows
from tests.bench.load import placed_by_clients
from tests.bench.web import running_baseline, running_web

CROWD = 32


@contextmanager
def _spread(lab: Lab) -> Iterator[Sides]:
    with running_baseline(lab) as bare, running_web(lab) as ours:
        yield {
            "A": lambda: pgbench(lab),
            "B": partial(placed_by_clients, lab, bare, orders="baseline.orders", clients=CROWD),
            "Waybill": partial(placed_by_clients, lab, ours, orders="orders", clients=CROWD),
        }


@contextmanager
def _hot(lab: Lab) -> Iterator[Sides]:
    with running_baseline(lab) as bare, running_web(lab) as ours:
        yield {
            "A": lambda: pgbench(lab, hot=True),
            "B": partial(placed_by_clients, lab, bare, orders="baseline.orders", clients=CROWD, hot=True),
            "spread": partial(placed_by_clients, lab, ours, orders="orders", clients=CROWD),
            "Waybill": partial(placed_by_clients, lab, ours, orders="orders", clients=CROWD, hot=True),
        }


@contextmanager
def _alone(lab: Lab) -> Iterator[Sides]:
    with running_baseline(lab) as bare, running_web(lab) as ours:
        yield {
            "B": partial(placed_by_clients, lab, bare, orders="baseline.orders", clients=1),
            "Waybill": partial(placed_by_clients, lab, ours, orders="orders", clients=1),
        }


def _check(lab: Lab) -> None:
    assert_rows(lab, BY_API)
    assert_baseline_rows(lab)


def _rate_to(side: str, medians: Medians) -> float:
    return medians["Waybill"].rate / medians[side].rate


def _p50_to_b(medians: Medians) -> float:
    return (medians["Waybill"].p50_ms or 0) / (medians["B"].p50_ms or 1)


CASES = (
    Case(
        name="api-spread",
        goals=(Goal("rate ÷ B", partial(_rate_to, "B"), reach=0.7, aim=1.1),),
        open=_spread,
        check=_check,
    ),
    Case(
        name="api-hot",
        goals=(
            Goal("rate ÷ own spread rate", partial(_rate_to, "spread"), reach=0.7, aim=0.9),
            Goal("rate ÷ B", partial(_rate_to, "B"), reach=1.2, aim=1.9),
        ),
        open=_hot,
        check=_check,
    ),
    Case(name="api-one", goals=(Goal("p50 ÷ B", _p50_to_b, reach=3, aim=2, limit=True),), open=_alone, check=_check),
)
