"""A whole installation as real processes on one test database: web servers, relay, workers, scheduler."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.config import ROOT, Config
from app.installation.programs import web_command
from tests.servers import Database

APPLICATION = "wsgi:application"
EVERYTHING = ("web", "relay", "worker", "scheduler")
PATIENCE = 60


@dataclass(frozen=True)
class Instance:
    """``processes`` by program name; each leads a process group of its own."""

    url: str
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]]


@contextmanager
def running_instance(
    database: Database,
    redis_url: str,
    folder: Path,
    *,
    programs: Sequence[str] = EVERYTHING,
    application: str = APPLICATION,
    **settings: str,
) -> Iterator[Instance]:
    """Start the programs and wait until the web answers; ``settings`` are environment variables."""
    environment = environment_of(database, redis_url, folder, settings)
    config = Config.from_environment(environment)
    instance = Instance(f"http://127.0.0.1:{config.port}", environment, {})
    try:
        for program in programs:
            instance.processes[program] = start(config, environment, program, folder, application=application)
        if "web" in programs:
            _wait_for(f"{instance.url}/readyz", instance, folder)
        yield instance
    finally:
        for process in instance.processes.values():
            _stop(process)


def start(
    config: Config, environment: dict[str, str], program: str, folder: Path, *, application: str = APPLICATION
) -> subprocess.Popen[bytes]:
    """``application`` is what the web server serves, where it is not ours."""
    web = (*web_command(config)[:-1], application)
    command = web if program == "web" else (sys.executable, "-m", f"workers.{program}")
    with (folder / f"{program}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)


def environment_of(database: Database, redis_url: str, folder: Path, settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    port = _free_port()
    return {
        **kept,
        "DATABASE_URL": database.url,
        "OWNER_DATABASE_URL": database.owner_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "a key for tests only, long enough to be taken",
        "WAYBILL_INSTANCE": str(folder),
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "POLL_MILLISECONDS": "100",
        "LOG_LEVEL": "WARNING",
        **settings,
    }


def _wait_for(url: str, instance: Instance, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if instance.processes["web"].poll() is not None:
                break
            time.sleep(0.1)
    raise AssertionError(f"the web server did not come up:\n{(folder / 'web.log').read_text()[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
