"""A running supervisor: started as our child, asked over its socket, stopped with everything it runs."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.states import ProcessStates
from supervisor.xmlrpc import SupervisorTransport

from app.embedded import processes
from app.embedded.supervision import Group, Supervision


@dataclass(frozen=True)
class Supervisor:
    process: subprocess.Popen[bytes]
    supervision: Supervision

    def start(self, group: str) -> None:
        """Returns when each of its processes has run for a second. Raises ServerFailed."""
        self._ask().startProcessGroup(group, False)
        while waiting := [one for one in self._processes(group) if one["state"] != ProcessStates.RUNNING]:
            _refuse_failed(waiting)
            time.sleep(0.05)

    def stop(self) -> None:
        processes.stop(self.process, signal.SIGTERM, seconds=90)

    def answers(self) -> bool:
        try:
            return bool(self._ask().getState()["statecode"] == 1)
        except (OSError, Fault):
            return False

    def _processes(self, group: str) -> list[Mapping[str, Any]]:
        return [one for one in self._ask().getAllProcessInfo() if one["group"] == group]

    def _ask(self) -> Any:
        address = f"unix://{self.supervision.socket}"
        transport = SupervisorTransport("waybill", self.supervision.password, address)
        return ServerProxy("http://127.0.0.1", transport=transport).supervisor


def start_supervisor(
    supervision: Supervision, groups: Sequence[Group], *, configuration: Path, keep_open: Sequence[int]
) -> Supervisor:
    """It starts no program by itself. It ends with us, and holds ``keep_open`` (our locks) until it has ended."""
    configuration.unlink(missing_ok=True)
    configuration.touch(mode=0o600)
    configuration.write_text(supervision.configuration(groups))
    process = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
        cwd=supervision.root,
        stdin=subprocess.DEVNULL,
        pass_fds=keep_open,
        start_new_session=True,
        preexec_fn=processes.follow_parent(signal.SIGTERM),
    )
    running = Supervisor(process, supervision)
    processes.wait_until(running.answers, process=process, log=supervision.logs / "supervisord.log", seconds=20)
    return running


def _refuse_failed(waiting: Iterable[Mapping[str, Any]]) -> None:
    for one in waiting:
        if one["state"] != ProcessStates.STARTING:
            log = processes.tail(Path(one["stdout_logfile"]))
            raise processes.ServerFailed(f"{one['name']} ended as soon as it started:\n{log}")
