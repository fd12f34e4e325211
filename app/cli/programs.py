"""The processes of one installation on one machine."""

import sys
from collections.abc import Iterator

from app.config import ROOT, Config
from app.embedded.lease import Needed
from app.embedded.supervision import Program

PYTHON = (sys.executable, "-m")


def servers(needed: Needed) -> Iterator[Program]:
    """First to start, last to stop."""
    user, folder = needed.stack.place.identity.name, needed.stack.place.folder
    if needed.postgres:
        command = needed.stack.postgres.command
        yield Program(
            name="postgres", command=command, directory=folder, priority=10, user=user, stop="INT", as_group=False
        )
    if needed.valkey:
        yield Program(
            name="valkey", command=needed.stack.valkey.command, directory=folder, priority=20, user=user, patience=10
        )


def application(config: Config) -> Iterator[Program]:
    """The web server passes signals on to its own processes; the workers' jobs end with their worker."""
    yield Program(name="relay", command=(*PYTHON, "workers.relay"), directory=ROOT, priority=30)
    yield Program(
        name="worker",
        command=(*PYTHON, "workers.worker"),
        directory=ROOT,
        priority=40,
        processes=config.worker_processes,
    )
    yield Program(name="scheduler", command=(*PYTHON, "workers.scheduler"), directory=ROOT, priority=50)
    yield Program(name="web", command=web_command(config), directory=ROOT, priority=60, as_group=False)


def web_command(config: Config) -> tuple[str, ...]:
    return (
        *(*PYTHON, "granian", "--interface", "wsgi", "--no-ws", "--host", config.host, "--port", str(config.port)),
        *("--workers", str(config.web_processes), "--blocking-threads", str(config.web_threads)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "15", "--log-level", "warning"),
        "wsgi:application",
    )
