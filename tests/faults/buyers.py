"""Buyers who go on posting orders over HTTP while something is broken, and remember what each was told."""

import http.client
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.faults.stack import wait_for

BUYERS = 4
PATIENCE = 60
PAUSE = 0.2


@dataclass(frozen=True)
class Told:
    """``status`` 0: the connection broke, and the buyer does not know what became of the order."""

    status: int
    number: str = ""
    retry_after: str = ""


@dataclass
class Buyers:
    url: str
    api_key: str
    told: dict[int, Told] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def taken(self) -> dict[int, str]:
        """The order number by buyer, of those who have one."""
        return {buyer: told.number for buyer, told in list(self.told.items()) if told.status == 201}

    @property
    def refused(self) -> dict[int, Told]:
        return {buyer: told for buyer, told in list(self.told.items()) if told.status not in (0, 201)}

    @property
    def lost(self) -> list[int]:
        return [buyer for buyer, told in list(self.told.items()) if told.status == 0]

    def wait_for_more(self, orders: int) -> None:
        enough = len(self.taken) + orders
        wait_for(lambda: len(self.taken) >= enough, seconds=PATIENCE, what=f"{orders} more orders taken")

    def post(self, buyer: int) -> Told:
        request = urllib.request.Request(
            f"{self.url}/api/v1/orders",
            data=json.dumps(body(buyer)).encode(),
            headers={
                "Authorization": f"Bearer {self.api_key}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"buyer-{buyer}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Told(answer.status, json.load(answer)["number"])
        except urllib.error.HTTPError as refusal:
            return Told(refusal.code, retry_after=refusal.headers.get("Retry-After", ""))
        except (OSError, http.client.HTTPException, ValueError):
            return Told(0)

    def post_until_taken(self, buyer: int) -> None:
        wait_for(
            lambda: self._is_taken(buyer), seconds=PATIENCE, what=f"order of buyer {buyer}, told {self.told[buyer]}"
        )

    def _is_taken(self, buyer: int) -> bool:
        self.told[buyer] = self.post(buyer)
        return self.told[buyer].status == 201

    def go_on(self) -> None:
        while not self.stopped.is_set():
            buyer = next(self.numbers)
            self.told[buyer] = self.post(buyer)
            if self.told[buyer].status != 201:
                time.sleep(PAUSE)


@contextmanager
def many_buyers(url: str, api_key: str, *, crowd: int = BUYERS, first: int = 0) -> Iterator[Buyers]:
    """They post until the block ends, each a new order when the one before was answered."""
    buyers = Buyers(url, api_key, numbers=itertools.count(first))
    with ThreadPoolExecutor(crowd) as threads:
        going = [threads.submit(buyers.go_on) for _ in range(crowd)]
        try:
            yield buyers
        finally:
            buyers.stopped.set()
        for one in going:
            one.result()


def body(buyer: int) -> dict[str, Any]:
    """Known again in the database by the name alone: there is no external number that would keep doubles out."""
    lines = [{"sku": sku, "quantity": quantity} for sku, quantity in lines_of(buyer)]
    address = {"city": "Columbus", "region": "OH", "postal_code": "43215", "country": "US"}
    return {"channel": "api", "currency": "USD", "contact": {"name": name_of(buyer), **address}, "lines": lines}


def lines_of(buyer: int) -> list[tuple[str, int]]:
    """In opposite orders, so that locks are taken both ways."""
    lines = [("TEA-1", buyer % 3 + 1), ("TEA-2", 1)]
    return lines[::-1] if buyer % 2 else lines


def name_of(buyer: int) -> str:
    return f"Buyer {buyer}"
