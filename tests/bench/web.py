"""Waybill's web server and the bare view, started alike: same server, processes, threads."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.case import Lab
from tests.bench.load import settle, wrk
from tests.instance import Instance, running_instance

VIEW = "tests.bench.baseline.view:application"
WARM_SECONDS = 2


@contextmanager
def running_web(lab: Lab, **settings: str) -> Iterator[Instance]:
    """Waybill, warm, and writing the log lines that it writes in a shop."""
    settings = {"LOG_LEVEL": "INFO", **settings}
    folder = lab.folder / "web"
    folder.mkdir()
    with running_instance(lab.database, lab.servers.valkey.url, folder, programs=("web",), **settings) as web:
        _warm(lab, web, "orders")
        yield web


@contextmanager
def running_baseline(lab: Lab, **settings: str) -> Iterator[Instance]:
    """Floor B, warm."""
    folder = lab.folder / "baseline"
    folder.mkdir()
    with running_instance(
        lab.database, lab.servers.valkey.url, folder, programs=("web",), application=VIEW, **settings
    ) as web:
        _warm(lab, web, "baseline.orders")
        yield web


def _warm(lab: Lab, web: Instance, table: str) -> None:
    wrk(lab, web.url, clients=8, seconds=WARM_SECONDS)
    settle(lab, table)
