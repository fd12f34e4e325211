"""What each of these processes does first, and what it must not leave behind."""

import ctypes
import os
import signal
import sys
import threading
from types import FrameType

from app import bootstrap
from app.bootstrap import Runtime
from app.config import Config

PR_SET_PDEATHSIG = 1

_runtime: Runtime | None = None


def start() -> Config:
    """Settings from the environment, database, wiring. Called once, before any job."""
    global _runtime
    _runtime = bootstrap.start(Config.from_environment())
    return _runtime.config


def config() -> Config:
    if _runtime is None:
        raise RuntimeError("call workers.process.start() first")
    return _runtime.config


def begin_child(parent: int) -> None:
    """In a forked job process: end when the parent does, and open connections of its own."""
    die_with(parent)
    if _runtime is not None:
        _runtime.engine.dispose(close=False)


def die_with(parent: int) -> None:
    """Linux only: elsewhere an orphan ends its job, and fencing sees to it that it does no harm."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(1)


def stop_event() -> threading.Event:
    """Set when the process is asked to end."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
