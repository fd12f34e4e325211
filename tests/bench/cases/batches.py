"""Orders that come many at a time: placed a hundred at once, and taken in from a file."""

import csv
import io
import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import partial

from app.bootstrap import Runtime
from app.cli.importing import check, take_in
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.workflows.demo.words import FIRST_NAMES, LAST_NAMES, PLACES
from app.workflows.place_orders import place_orders
from app.workflows.start_import import Upload
from tests.bench.baseline.copying import BATCH, copying
from tests.bench.case import Case, Goal, Lab, Medians, Sample, Sides
from tests.bench.checks import BY_API, INTAKE, assert_baseline_rows, assert_rows
from tests.bench.load import Refused, count
from tests.bench.meters import metering, sample_of
from tests.bench.work import request, skus, started

WARM_SECONDS = 2
FILE_ORDERS_A_SECOND = 400  # of the round's length: so that the file takes about as long as the other side
HEADERS = (
    *("Order number", "SKU", "Quantity", "Unit price", "Customer name", "E-mail", "Street", "City", "State"),
    *("Postal code", "Country"),
)


@contextmanager
def _batches(lab: Lab) -> Iterator[Sides]:
    with started(lab):
        _warm(lab)
        yield {"COPY": lambda: copying(lab, lab.seconds), "Waybill": lambda: _place_batches(lab, lab.seconds)}


def _warm(lab: Lab) -> None:
    copying(lab, WARM_SECONDS)
    _place_batches(lab, WARM_SECONDS)


def _place_batches(lab: Lab, seconds: float) -> Sample:
    rng, times, run = random.Random(), [], secrets.token_hex(4)
    with metering(lab, ours=True) as spent:
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            _place(rng, f"{run}-{len(times)}")
            times.append((time.perf_counter() - start) * 1000)
    return sample_of(spent, len(times) * BATCH, times_ms=times)


def _place(rng: random.Random, name: str) -> None:
    requests = [request(rng, f"{name}-{number}") for number in range(BATCH)]
    placed = uow.run(lambda session: place_orders(session, requests, actor=SYSTEM))
    if any(one.order_id is None for one in placed):
        raise Refused(f"{placed}")


@contextmanager
def _files(lab: Lab) -> Iterator[Sides]:
    with started(lab) as runtime:
        _warm(lab)
        yield {"COPY": lambda: copying(lab, lab.seconds), "Waybill": lambda: _take_in(lab, runtime)}


def _take_in(lab: Lab, runtime: Runtime) -> Sample:
    """The steps of ``flask orders import``, from the bytes of the file to the last order."""
    orders = round(lab.seconds * FILE_ORDERS_A_SECOND)
    stream, before = io.BytesIO(_file(orders)), count(lab, "orders")
    with metering(lab, ours=True) as spent, redirect_stderr(io.StringIO()):
        take_in(check(Upload(kind="orders", name="orders.csv", stream=stream), runtime.files))
    if count(lab, "orders") - before != orders:
        raise Refused(f"{count(lab, 'orders') - before} of {orders} orders of the file were taken in")
    return sample_of(spent, orders)


def _file(orders: int) -> bytes:
    rng, run, written = random.Random(), secrets.token_hex(4), io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(HEADERS)
    for number in range(orders):
        city, state, code, _ = rng.choice(PLACES)
        name, street = f"{run}-{number}", f"{number % 999 + 1} Mill Lane"
        who = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        address = (who, f"{name}@example.com", street, city, state, code, "US")
        writer.writerows((name, f"TEA-{sku}", 1, "10.00", *address) for sku in skus(rng))
    return written.getvalue().encode()


def _check_batches(lab: Lab) -> None:
    assert_rows(lab, BY_API)
    assert_baseline_rows(lab)


def _check_files(lab: Lab) -> None:
    assert_rows(lab, {**INTAKE, "idempotency_keys": 1})
    assert_baseline_rows(lab)


def _rate_to_copy(medians: Medians) -> float:
    return medians["Waybill"].rate / medians["COPY"].rate


_to_copy = partial(Goal, "rate ÷ COPY", _rate_to_copy)
CASES = (
    Case(name="place-batches", goals=(_to_copy(reach=0.4, aim=0.6),), open=_batches, check=_check_batches),
    Case(name="csv-import", goals=(_to_copy(reach=0.2, aim=0.4),), open=_files, check=_check_files),
)
