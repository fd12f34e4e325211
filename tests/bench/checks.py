"""After the clock has stopped: every order is whole, and the books are right."""

import subprocess
import sys
from collections.abc import Mapping

from app.config import ROOT
from tests.bench.baseline.sql import ROWS as BASELINE
from tests.bench.case import Lab
from tests.bench.load import count

# Per order of three lines that one site can send.
INTAKE = {
    "order_contacts": 1,
    "order_lines": 3,
    "allocations": 3,
    "stock_movements WHERE reason = 'allocate'": 3,
    "routing_decisions": 1,
    "fulfilment_orders": 1,
    "fulfilment_lines": 3,
    "events WHERE subject_type = 'orders'": 3,
    "deliveries WHERE handler = 'notifications.confirm_order'": 1,
}
BY_API = {**INTAKE, "intake_payloads": 1, "idempotency_keys WHERE status_code = 201": 1, "idempotency_keys": 1}


class Incomplete(AssertionError):
    """Rows are missing or too many: the speed was had by leaving something out."""


def assert_rows(lab: Lab, per_order: Mapping[str, int], *, orders: str = "orders") -> None:
    placed = count(lab, orders)
    wrong = [
        f"{found:,} rows of {what}, {placed * each:,} expected"
        for what, each in per_order.items()
        if (found := count(lab, what)) != placed * each
    ]
    if wrong or not placed:
        raise Incomplete(f"{placed:,} {orders}, but " + "; ".join(wrong))


def assert_baseline_rows(lab: Lab) -> None:
    assert_rows(lab, BASELINE, orders="baseline.orders")


def flask_verify(lab: Lab) -> str:
    """The command itself, on the database of the case. Raises Incomplete with what it found."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "verify"],
        cwd=ROOT,
        env={**lab.environment, "FLASK_APP": "wsgi"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Incomplete(f"flask verify:\n{done.stdout[-2000:]}{done.stderr[-1000:]}")
    return done.stdout.strip()
