"""The processes of one installation on one machine."""

import sys
from collections.abc import Iterator

from app.config import ROOT, Config
from app.embedded.lease import Needed
from app.embedded.supervision import Group, Program

SERVERS, APPLICATION = "servers", "application"
PYTHON = (sys.executable, "-m")


def groups(config: Config, needed: Needed) -> list[Group]:
    """The servers start first and stop last."""
    servers = [Group(name=SERVERS, priority=10, programs=list(_servers(needed)))] if needed.names else []
    return [*servers, Group(name=APPLICATION, priority=20, programs=list(_application(config)))]


def _servers(needed: Needed) -> Iterator[Program]:
    user, folder = needed.stack.place.identity.name, needed.stack.place.folder
    if needed.postgres:
        command = needed.stack.postgres.command
        yield Program(name="postgres", command=command, directory=folder, user=user, stop="INT", as_group=False)
    if needed.valkey:
        yield Program(name="valkey", command=needed.stack.valkey.command, directory=folder, user=user, patience=10)


def _application(config: Config) -> Iterator[Program]:
    """The web server passes signals on to its own processes; the workers' jobs end with their worker."""
    yield Program(name="relay", command=(*PYTHON, "workers.relay"), directory=ROOT)
    yield Program(
        name="worker",
        command=(*PYTHON, "workers.worker"),
        directory=ROOT,
        processes=config.worker_processes,
    )
    yield Program(name="scheduler", command=(*PYTHON, "workers.scheduler"), directory=ROOT)
    yield Program(name="web", command=web_command(config), directory=ROOT, as_group=False)


def web_command(config: Config) -> tuple[str, ...]:
    return (
        *(*PYTHON, "granian", "--interface", "wsgi", "--no-ws", "--host", config.host, "--port", str(config.port)),
        *("--workers", str(config.web_processes), "--blocking-threads", str(config.web_threads)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "15", "--log-level", "warning"),
        "wsgi:application",
    )
