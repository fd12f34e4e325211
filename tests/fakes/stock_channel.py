"""A shop on the loopback that is told our stock: it keeps the latest value of each SKU and can be rude in many ways.

    python -m tests.fakes.stock_channel

prints its address and reads the secret, a line each; a GET answers all it was told. It checks every signature against
``secret``, and values go by the number of their message, as docs/stock-publication.md asks of a receiver. Triggers: see
``Shop``.
"""

import base64
import hmac
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

TOLERANCE = 300
SECRET = f"whsec_{base64.b64encode(b'twenty-four bytes of key').decode()}"


@dataclass
class Shop:
    """``status``: what every call is answered with. ``poison``: a message with this SKU is refused whole, with 422.

    ``refused``: these SKUs are refused by name in the answer. ``retry_after``: seconds, sent along. ``gate`` cleared:
    the answer waits. ``silent``: the connection is cut after the message was taken, without an answer. ``caller``: the
    port from which the last message came: connections are kept, so others stand too.
    """

    secret: str = SECRET
    port: int = 0
    status: int = 200
    retry_after: int | None = None
    poison: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    gate: Event = field(default_factory=Event)
    waiting: Event = field(default_factory=Event)
    caller: int = 0
    calls: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    stock: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"{self.url}/stock"

    def units(self) -> dict[str, int]:
        return {sku: offer["units"] for sku, offer in self.stock.items()}

    def counts(self, sku: str) -> int:
        """How often a value for this SKU was taken."""
        return sum(offer["sku"] == sku for offer in self.told)

    def answer(self, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        self.calls += 1
        if self.status != 200:
            return self.status, {}
        if not self._is_ours(headers, body):
            return 401, {}
        message = json.loads(body)
        if self.poison in {offer["sku"] for offer in message["offers"]}:
            return 422, {}
        self._take(message)
        return 200, {"refused": [{"sku": sku, "reason": reason} for sku, reason in self.refused.items()]}

    def _is_ours(self, headers: Any, body: bytes) -> bool:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        wanted = f"v1,{base64.b64encode(hmac.digest(key, signed, sha256)).decode()}"
        is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < TOLERANCE
        return is_fresh and wanted in headers["webhook-signature"].split(" ")

    def _take(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        for offer in message["offers"]:
            if offer["sku"] in self.refused:
                continue
            entry = {**offer, "number": message["number"], "at": time.time()}
            self.told.append(entry)
            if message["number"] >= self.stock.get(offer["sku"], entry)["number"]:
                self.stock[offer["sku"]] = entry


@contextmanager
def running_shop(shop: Shop | None = None) -> Iterator[Shop]:
    shop = shop or Shop()
    shop.gate.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(shop))
    server.daemon_threads = True
    shop.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        shop.gate.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def _handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = shop.answer(self.headers, body)
            if not shop.gate.is_set():
                shop.caller = self.client_address[1]
                shop.waiting.set()
            shop.gate.wait(30)
            if shop.silent:
                self.close_connection = True
                return
            self._say(status, answer)

        def do_GET(self) -> None:
            self._say(200, {"told": shop.told, "calls": shop.calls})

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if shop.retry_after is not None:
                self.send_header("Retry-After", str(shop.retry_after))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


if __name__ == "__main__":
    with running_shop() as running:
        print(running.address, flush=True)
        running.secret = sys.stdin.readline().strip()
        sys.stdin.read()
