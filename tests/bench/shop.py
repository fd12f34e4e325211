"""A shop for the bench, in a process of its own, that is told our stock; and which change each order was."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.bootstrap import Runtime
from app.channels.publication import PublicationFacts
from app.config import ROOT
from app.kernel import feed, uow
from app.kernel.actor import SYSTEM
from app.workflows import offer_stock
from tests.bench.background import wait_for
from tests.bench.case import Lab

# The n-th movement of a SKU makes its version n, at whatever site.
CHANGES = """
SELECT l.order_id, s.code, max(m.version) FROM (
    SELECT m.reference_type, m.reference_id, v.sku_id,
           row_number() OVER (PARTITION BY v.sku_id ORDER BY m.id) AS version
      FROM stock_movements m JOIN stock_levels v ON v.id = m.stock_level_id) m
  JOIN order_lines l ON m.reference_type = 'order_line' AND m.reference_id = l.id JOIN skus s ON s.id = m.sku_id
 GROUP BY 1, 2
"""
BEHIND = "stock_offers WHERE changed_at IS NOT NULL"
UNREAD = """
SELECT EXISTS (SELECT FROM events WHERE NOT EXISTS (SELECT FROM event_positions WHERE event_id = events.id))
"""


@dataclass(frozen=True)
class BenchShop:
    address: str
    process: "subprocess.Popen[str]"

    def learn(self, secret: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{secret}\n")
        self.process.stdin.flush()

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def told(self) -> dict[str, list[tuple[int, float]]]:
        """By SKU: which version came when."""
        with urllib.request.urlopen(self.address, timeout=60) as answer:
            seen = json.loads(answer.read())
        by_sku: dict[str, list[tuple[int, float]]] = {}
        for offer in seen["told"]:
            by_sku.setdefault(offer["sku"], []).append((offer["version"], offer["at"]))
        return by_sku


@contextmanager
def running_shop() -> Iterator[BenchShop]:
    command = [sys.executable, "-m", "tests.fakes.stock_channel"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield BenchShop(process.stdout.readline().strip(), process)
    finally:
        process.kill()
        process.wait()


def tell(runtime: Runtime, shop: BenchShop, channel: str) -> None:
    """From now on this channel is told all stock."""
    facts = PublicationFacts(is_on=True, address=shop.address, most=None, held_back=0)

    def begin(session: Session) -> str | None:
        channel_id = session.execute(text("SELECT id FROM channels WHERE code = :code"), {"code": channel}).scalar_one()
        return offer_stock.change_publication(session, channel_id, facts, keys=runtime.keys, actor=SYSTEM)

    shop.learn(uow.run(begin) or "")


def wait_until_told(lab: Lab) -> None:
    """Every event has been read, and nothing that changed is still to be told."""
    with lab.servers.postgres.connect(lab.database.name) as connection:

        def is_quiet() -> bool:
            unread = connection.execute(UNREAD).fetchone() == (True,)
            behind = connection.execute(f"SELECT EXISTS (SELECT FROM {BEHIND})").fetchone() == (True,)
            return not unread and not behind and uow.run(feed.lagging) == []

        wait_for(is_quiet, "every change told")


def told_at(lab: Lab, told: Mapping[str, list[tuple[int, float]]]) -> dict[int, float]:
    """When the shop knew of the last of each order's changes; an order of which it never heard is missing."""
    known: dict[int, float] = {}
    lost: set[int] = set()
    with lab.servers.postgres.connect(lab.database.name) as connection:
        for order_id, sku, version in connection.execute(CHANGES):
            at = min((at for seen, at in told.get(sku, ()) if seen >= version), default=None)
            if at is None:
                lost.add(order_id)
            else:
                known[order_id] = max(known.get(order_id, 0), at)
    return {order_id: at for order_id, at in known.items() if order_id not in lost}
