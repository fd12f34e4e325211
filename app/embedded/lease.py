"""Who needs the servers: a running instance for as long as it runs, a command for as long as it takes."""

import fcntl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import redis

from app.embedded.programs import postgres_program
from app.embedded.stack import Stack


class AlreadyRunning(Exception):
    """Another process holds the instance folder."""


@dataclass(frozen=True)
class Needed:
    """Which of the two servers are ours to run; the others are real ones, named by the environment."""

    stack: Stack
    names: frozenset[str]

    @property
    def postgres(self) -> bool:
        return "postgres" in self.names

    @property
    def valkey(self) -> bool:
        return "valkey" in self.names

    def answer(self) -> bool:
        return (not self.postgres or self.stack.postgres.answers()) and (not self.valkey or self.stack.valkey.answers())


@contextmanager
def borrowed(needed: Needed) -> Iterator[bool]:
    """The servers answer inside the block; yields whether they had to be started. The last borrower stops them."""
    with _lock(needed.stack, "servers.lock") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        started: list[subprocess.Popen[bytes]] = []
        try:
            yield _start_missing(needed, started)
        finally:
            _stop_if_last(users, needed, started)


@contextmanager
def held(instance: Path) -> Iterator[IO[str]]:
    """This process alone runs the instance. The lock passes on to children that keep the file open."""
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / "instance.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Waybill already runs from {instance}: stop it first") from None
        yield lock


@contextmanager
def taken_over(needed: Needed) -> Iterator[Callable[[], None]]:
    """For the instance itself: commands wait until it calls what is yielded, and then share its servers.

    Servers that a killed process left behind are stopped first.
    """
    with _lock(needed.stack, "servers.lock") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        stop_servers(needed)
        yield lambda: fcntl.flock(users, fcntl.LOCK_SH)


def stop_servers(needed: Needed) -> None:
    if needed.valkey and needed.stack.valkey.answers():
        with redis.Redis.from_url(needed.stack.valkey.url) as client:
            client.shutdown(nosave=True)
    if needed.postgres and (needed.stack.place.postgres_data / "postmaster.pid").exists():
        _stop_postgres(needed.stack)


def _start_missing(needed: Needed, started: list[subprocess.Popen[bytes]]) -> bool:
    """One starter at a time; the servers outlive the command that started them if another still uses them."""
    with _lock(needed.stack, "starting.lock") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if needed.answer():
            return False
        needed.stack.create()
        if needed.valkey and not needed.stack.valkey.answers():
            started.append(needed.stack.valkey.start(dies_with_us=False))
        if needed.postgres and not needed.stack.postgres.answers():
            started.append(needed.stack.postgres.start(dies_with_us=False))
            needed.stack.make_database()
        return True


def _stop_if_last(users: IO[str], needed: Needed, started: list[subprocess.Popen[bytes]]) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        for process in started:
            process.returncode = 0  # not ours to wait for any more
        return
    stop_servers(needed)
    for process in started:
        process.wait(60)


def _stop_postgres(stack: Stack) -> None:
    """By the cluster's own tool: it knows whether the process it finds is the right one."""
    subprocess.run(
        [postgres_program(stack.place, "pg_ctl"), "stop", "-D", stack.place.postgres_data, "-m", "fast", "-t", "60"],
        cwd=stack.place.folder,
        capture_output=True,
        check=False,
        **stack.place.identity.run_as,
    )


@contextmanager
def _lock(stack: Stack, name: str) -> Iterator[IO[str]]:
    with (stack.instance / name).open("a") as lock:
        yield lock
