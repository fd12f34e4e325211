"""A mail server for the bench, in a process of its own: notes when each Message-ID came first, and how many came twice.

    python -m tests.bench.sink

Prints its port, and a second one that answers whoever connects with what it has seen.
"""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.config import ROOT

END = b"\r\n.\r\n"
WANTED = re.compile(rb"^(Message-ID|To): (.*)\r$", re.M)
ANSWERS = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


@dataclass(frozen=True)
class Sink:
    port: int
    control: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def arrivals(self) -> dict[str, float]:
        """When each recipient's first mail came. Raises AssertionError where a Message-ID came twice."""
        with socket.create_connection(("127.0.0.1", self.control)) as line:
            seen = json.loads(b"".join(iter(lambda: line.recv(1 << 20), b"")))
        assert seen["doubles"] == 0, f"{seen['doubles']} mails came twice"
        return dict(seen["mails"].values())


@contextmanager
def running_sink() -> Iterator[Sink]:
    process = subprocess.Popen([sys.executable, "-m", __name__], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Sink(*map(int, process.stdout.readline().split()))
    finally:
        process.kill()
        process.wait()


class _Server(asyncio.Protocol):
    mails: dict[str, tuple[str, float]] = {}
    doubles = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received, self.is_text = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(END if self.is_text else b"\r\n")) >= 0:
            taken, self.received = self.received[:end], self.received[end + (5 if self.is_text else 2) :]
            if self.is_text:
                self.take(taken)
            else:
                self.is_text = taken.upper() == b"DATA"
                self.transport.write(ANSWERS.get(taken[:4].upper(), b"250 ok\r\n"))

    def take(self, mail: bytes) -> None:
        found = {name: value.decode() for name, value in WANTED.findall(mail)}
        key = found[b"Message-ID"]
        _Server.doubles += key in self.mails
        self.mails.setdefault(key, (found[b"To"], time.time()))
        self.is_text = False
        self.transport.write(b"250 taken\r\n")


async def _main() -> None:
    async def tell(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(json.dumps({"doubles": _Server.doubles, "mails": _Server.mails}).encode())
        await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    mails = await loop.create_server(_Server, "127.0.0.1", 0)
    control = await asyncio.start_server(tell, "127.0.0.1", 0)
    print(mails.sockets[0].getsockname()[1], control.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
