"""Relay and workers as real processes beside a Valkey and a mail sink of their own, all of which can be hit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.embedded.valkey import Valkey
from app.kernel import jobs
from tests.fakes.smtp import SmtpSink, smtp_sink
from tests.servers import Database, own_valkey

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 2
WORKERS = ("worker-1", "worker-2")
COMMANDS = {
    "relay": ("workers.relay",),
    **dict.fromkeys(WORKERS, ("workers.worker", "notifications", "intake")),
}
TIMES = {
    "LEASE_SECONDS": str(LEASE_SECONDS),
    "POLL_MILLISECONDS": "100",
    "REENQUEUE_SECONDS": "1",
    "RETRY_MILLISECONDS": "200",
    "WORKER_TTL_SECONDS": "16",
    "MAINTENANCE_SECONDS": "1",
    "POOL_SIZE": "3",
}


@dataclass
class Stack:
    environment: dict[str, str]
    folder: Path
    sink: SmtpSink
    valkey: Valkey
    valkey_process: "subprocess.Popen[bytes]"
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *COMMANDS[name]],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """The process alone, not its children, as the kernel's out-of-memory killer would; then a new one."""
        self.running[name].send_signal(signal.SIGKILL)
        self.running[name].wait()
        self.start(name)

    def kill_valkey(self) -> None:
        """All that was queued is lost."""
        self.valkey_process.kill()
        self.valkey_process.wait()
        self.valkey_process = self.valkey.start()

    def flush_valkey(self) -> None:
        jobs.connect(self.valkey.url).flushall()

    def handlers_at_the_sink(self) -> dict[str, psutil.Process]:
        """Job processes that are talking to the mail server at this moment, by the name of their worker."""
        return {
            name: child
            for name in WORKERS
            for child in _children(self.running[name])
            if any(peer.raddr and peer.raddr.port == self.sink.port for peer in _connections(child))
        }

    def log(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        for process in self.running.values():
            for child in _children(process):
                child.kill()
            process.kill()
            process.wait()
        self.valkey_process.kill()
        self.valkey_process.wait()


@contextmanager
def running_stack(database: Database, folder: Path) -> Iterator[Stack]:
    with own_valkey() as (valkey, process), smtp_sink() as sink:
        environment = {
            **os.environ,
            **TIMES,
            "DATABASE_URL": database.url,
            "OWNER_DATABASE_URL": database.owner_url,
            "REDIS_URL": valkey.url,
            "SECRET_KEY": "k" * 48,
            "SMTP_URL": sink.url,
            "WAYBILL_INSTANCE": str(folder),
        }
        stack = Stack(environment, folder, sink, valkey, process)
        for name in COMMANDS:
            stack.start(name)
        try:
            yield stack
        finally:
            sink.text_gate.set()
            sink.answer_gate.set()
            stack.stop()


def wait_for(ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def _children(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _connections(process: psutil.Process) -> list[object]:
    try:
        return process.net_connections("tcp")
    except psutil.NoSuchProcess:
        return []
