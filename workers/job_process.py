"""The process in which a worker's jobs run, one after another: forked once, warm for the next job, and expendable.

A fork per job costs more than most jobs do, since connections, fonts and templates are made anew in each. What the fork
is for stays: a job that crashes, hangs or leaks takes this process with it and never the worker.
"""

import json
import os
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

DONE = b"."
MOST_JOBS = 1000

Serve: TypeAlias = Callable[[Iterator[list[str]], Callable[[], None]], None]


@dataclass
class JobProcess:
    """The worker's end of the line to it."""

    pid: int
    line: socket.socket
    jobs: int = 0

    def take(self, *job: str) -> bool:
        """Hand a job over; False when the process is gone or has done enough, and is to be replaced."""
        if self.jobs < MOST_JOBS:
            with suppress(OSError):
                self.line.sendall(json.dumps(job).encode() + b"\n")
                self.jobs += 1
                return True
        self.line.close()  # it ends once nobody is on the line
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        return False

    def has_done(self) -> bool:
        """Waits, and may be interrupted meanwhile; False when the process ended instead."""
        select.select([self.line], [], [])
        with suppress(ConnectionError):
            return self.line.recv(1) == DONE
        return False


def fork(serve: Serve) -> JobProcess:
    """``serve`` runs in the new process; it is given the jobs and a function that says that one is done."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return JobProcess(pid, ours)
    code = 1
    try:
        ours.close()
        os.setpgrp()
        serve((json.loads(job) for job in theirs.makefile("rb")), lambda: theirs.sendall(DONE))
        code = 0
    finally:
        os._exit(code)
