"""Orders made in this process, for the cases that go without the web."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from app import bootstrap
from app.bootstrap import Runtime
from app.kernel import uow
from app.orders.values import Contact, OrderRequest, Replay, RequestedLine
from app.workflows.demo.words import FIRST_NAMES, LAST_NAMES, PLACES
from tests.bench.case import Lab
from tests.bench.seed import SKUS


@contextmanager
def started(lab: Lab) -> Iterator[Runtime]:
    """Waybill without Flask in this process, bound to the database of the case."""
    runtime = bootstrap.start(lab.config)
    try:
        yield runtime
    finally:
        uow.unbind()
        runtime.engine.dispose()


def request(rng: random.Random, number: str) -> OrderRequest:
    """As the API would hand it on: three lines, the sender's key, the body word for word."""
    city, region, postal_code, _ = rng.choice(PLACES)
    contact = Contact(
        name=f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}",
        email=f"{number}@example.com",
        street=f"{rng.randint(1, 999)} Mill Lane",
        city=city,
        region=region,
        postal_code=postal_code,
        country="US",
    )
    lines = tuple(RequestedLine(sku=f"TEA-{sku}", quantity=1) for sku in skus(rng))
    return OrderRequest(
        channel="api",
        contact=contact,
        lines=lines,
        currency="USD",
        replay=Replay(scope="bench", key=number, request_hash=number.encode()),
        payload={"contact": vars(contact), "lines": [vars(line) for line in lines], "currency": "USD"},
    )


def skus(rng: random.Random) -> list[int]:
    """Three different ones."""
    return rng.sample(range(1, SKUS + 1), 3)
