"""``make run`` on an instance of its own: it serves, mends itself, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from app.config import ROOT
from tests.servers import temporary_folder

pytestmark = [
    pytest.mark.fault,
    pytest.mark.xdist_group("up"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
READY = "Waybill is ready"


@dataclass(frozen=True)
class Instance:
    folder: Path
    port: int
    output: Path

    @property
    def environment(self) -> dict[str, str]:
        given = {
            "WAYBILL_INSTANCE": str(self.folder),
            "PORT": str(self.port),
            "WAYBILL_DEMO": "0",
            "WEB_PROCESSES": "1",
        }
        return {**os.environ, **given}

    def start(self) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "app.installation.up"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
            )

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        process = self.start()
        try:
            wait_for(lambda: READY in self.output.read_text() or process.poll() is not None, 400)
            assert process.poll() is None, self.output.read_text()
            yield process
        finally:
            process.terminate()
            process.wait(120)

    def flask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)

    def status(self, path: str) -> int:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return int(answer.status)

    def processes(self, containing: str = "") -> list[int]:
        """Known by their environment; the servers, which overwrite it, by a path of ours in their command line."""
        mark = f"WAYBILL_INSTANCE={self.folder}\0".encode()
        found = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        lines = {int(entry.name): _read(entry / "cmdline") for entry in found if mark in _read(entry / "environ")}
        lines |= {int(entry.name): line for entry in found if bytes(self.folder) in (line := _read(entry / "cmdline"))}
        return [pid for pid, line in lines.items() if containing.encode() in line]


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with temporary_folder() as folder:
        yield Instance(folder / "instance", free_port(), folder / "output.txt")


@pytest.fixture(scope="module")
def running(instance: Instance) -> Iterator[subprocess.Popen[bytes]]:
    with instance.running() as process:
        yield process


@pytest.fixture
def own() -> Iterator[Instance]:
    with temporary_folder() as folder:
        yield Instance(folder / "instance", free_port(), folder / "output.txt")


def test_it_answers_and_names_a_login_per_role(instance: Instance, running: subprocess.Popen[bytes]) -> None:
    said = instance.output.read_text()

    assert instance.status("/readyz") == 200
    assert all(f"{role}@waybill.example" in said for role in ("admin", "support", "warehouse"))


@pytest.mark.parametrize("name", ["workers.relay", "workers.scheduler", "granian", "workers.worker", "valkey-server"])
def test_a_process_that_is_killed_comes_back(instance: Instance, running: subprocess.Popen[bytes], name: str) -> None:
    killed = set(instance.processes(name))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    assert killed
    wait_for(lambda: set(instance.processes(name)) - killed != set(), 60)
    wait_for(lambda: _quietly(instance, "/readyz") == 200, 60)


def test_postgresql_comes_back(instance: Instance, running: subprocess.Popen[bytes]) -> None:
    pid_file = instance.folder / "postgres" / "postmaster.pid"
    killed = int(pid_file.read_text().split()[0])
    os.kill(killed, signal.SIGKILL)

    wait_for(lambda: pid_file.exists() and int(pid_file.read_text().split()[0]) != killed, 60)
    wait_for(lambda: _quietly(instance, "/readyz") == 200, 60)


def test_a_command_reaches_the_same_database(instance: Instance, running: subprocess.Popen[bytes]) -> None:
    done = instance.flask("verify")

    assert (done.returncode, done.stderr) == (0, "")
    assert running.poll() is None


def test_a_second_start_in_the_same_folder_is_refused(instance: Instance, running: subprocess.Popen[bytes]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.installation.up"],
        cwd=ROOT,
        env=instance.environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "already runs" in done.stdout


def test_a_taken_port_is_named(instance: Instance, running: subprocess.Popen[bytes]) -> None:
    with temporary_folder() as folder:
        environment = {**instance.environment, "WAYBILL_INSTANCE": str(folder / "instance")}
        done = subprocess.run(
            [sys.executable, "-m", "app.installation.up"], cwd=ROOT, env=environment, capture_output=True, text=True
        )

    assert done.returncode == 1
    assert f"{instance.port} cannot be used" in done.stdout
    assert "PORT=8001 make run" in done.stdout


def test_asked_to_stop_it_stops_everything_and_starts_again(own: Instance) -> None:
    for how in (signal.SIGTERM, signal.SIGINT):
        with own.running() as process:
            process.send_signal(how)

            assert process.wait(60) == 0
            assert own.processes() == []


def test_without_its_supervisor_it_ends_and_says_so(own: Instance) -> None:
    with own.running() as process:
        [supervisor] = own.processes("supervisord")
        os.kill(supervisor, signal.SIGKILL)

        assert process.wait(60) == 1
        assert "the supervisor ended by itself" in own.output.read_text()
        assert own.processes() == []


def test_killed_itself_it_takes_everything_with_it(own: Instance) -> None:
    with own.running() as process:
        process.kill()
        process.wait(60)

        wait_for(lambda: own.processes() == [], 60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(claim: object, seconds: float) -> None:
    assert callable(claim)
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def _quietly(instance: Instance, path: str) -> int:
    with suppress(OSError):
        return instance.status(path)
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
