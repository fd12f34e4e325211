"""Starting and stopping one server as a child of this process."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.embedded.identity import Identity

PR_SET_PDEATHSIG = 1


class ServerFailed(Exception):
    """A server did not come up; the message ends with the last lines of its log."""


def start(
    command: Sequence[str], *, log: Path, identity: Identity, dies_by: signal.Signals | None
) -> subprocess.Popen[bytes]:
    """In its own session, so that Ctrl-C reaches us first; it gets ``dies_by`` when this process is gone."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
            start_new_session=True,
            preexec_fn=follow_parent(dies_by),
            **identity.run_as,
        )


def wait_until(ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailed(f"{Path(str(_program(process))).name} did not start:\n{tail(log)}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], how: signal.Signals, *, seconds: float = 30) -> None:
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tail(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"


def _program(process: subprocess.Popen[bytes]) -> object:
    return process.args[0] if isinstance(process.args, (list, tuple)) else process.args


def follow_parent(how: signal.Signals | None) -> Callable[[], None] | None:
    """For ``preexec_fn``. Linux only; elsewhere a killed parent leaves the child, which the next start takes over."""
    if how is None or sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(how))
