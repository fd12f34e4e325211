"""Starting and stopping one server as a child of this process."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.embedded.identity import Identity

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


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


def adopt_orphans() -> None:
    """What a killed child leaves running becomes ours (Linux only), for ``stop_orphans``."""
    if sys.platform == "linux":
        _prctl()(PR_SET_CHILD_SUBREAPER, 1)


def stop_orphans(*, seconds: float = 20) -> None:
    """Every child of this process: asked to end, then killed."""
    deadline = time.monotonic() + seconds
    for pid in _children():
        os.kill(pid, signal.SIGTERM)
    while any(not _has_ended(pid) for pid in _children()):
        if time.monotonic() > deadline:
            for pid in _children():
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _children() -> list[int]:
    lists = Path("/proc/self/task").glob("*/children")
    return [int(pid) for path in lists for pid in path.read_text().split()]


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _prctl() -> Any:
    return ctypes.CDLL(None).prctl


def _program(process: subprocess.Popen[bytes]) -> object:
    return process.args[0] if isinstance(process.args, (list, tuple)) else process.args


def follow_parent(how: signal.Signals | None) -> Callable[[], None] | None:
    """For ``preexec_fn``. Linux only; elsewhere a killed parent leaves the child, which the next start takes over."""
    if how is None or sys.platform != "linux":
        return None
    prctl = _prctl()
    return lambda: prctl(PR_SET_PDEATHSIG, int(how))


def end_with(parent: int) -> None:
    """This process is killed when its parent is gone. Linux only.

    Not asked: granian's handler of SIGTERM sets a ``threading.Event``, and a second signal at the wrong moment leaves
    it waiting for its own lock for ever.
    """
    if follow := follow_parent(signal.SIGKILL):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # forked with its parent's handler, which would end nothing
        follow()
        if os.getppid() != parent:  # it died before we asked to be told
            os.kill(os.getpid(), signal.SIGKILL)
