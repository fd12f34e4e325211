"""``make run``: everything on one machine, from an empty folder to an address that answers."""

import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import IO, NoReturn

from sqlalchemy.exc import OperationalError

from app.config import ROOT, Config, InvalidSetting
from app.embedded.lease import AlreadyRunning, Needed, held, taken_over
from app.embedded.place import PlaceTaken
from app.embedded.processes import ServerFailed, adopt_orphans, stop_orphans, wait_until
from app.embedded.stack import Stack, stack_of
from app.embedded.supervision import Supervision
from app.embedded.supervisor import Supervisor, start_supervisor
from app.installation import programs, reachable
from app.installation.first_run import Failed, first_run
from app.installation.progress import say, step
from app.schema import migrate

REFUSALS = (AlreadyRunning, InvalidSetting, PlaceTaken, ServerFailed, reachable.PortTaken, Failed, OperationalError)


class Stopped(BaseException):
    """Ctrl-C, SIGTERM, or the terminal closed."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        up(Config.from_environment())
    except REFUSALS as refusal:
        say(f"\nWaybill cannot run: {refusal}")
        return 1
    except Stopped:
        return 0


def up(config: Config) -> NoReturn:
    """Ends by ``Stopped`` or a refusal, with every process stopped."""
    adopt_orphans()
    needed = Needed(stack_of(config.instance_dir), config.embedded)
    with ExitStack() as open_things:
        lock = open_things.enter_context(held(config.instance_dir))
        reachable.check_port(config)
        share = open_things.enter_context(taken_over(needed))
        supervisor = _supervise(config, needed, lock)
        open_things.callback(_stop_all, supervisor)
        _start(config, needed, supervisor, share=share)
        reachable.announce(config)
        supervisor.process.wait()
        raise ServerFailed(f"the supervisor ended by itself; see {config.instance_dir / 'logs' / 'supervisord.log'}")


def _start(config: Config, needed: Needed, supervisor: Supervisor, *, share: Callable[[], None]) -> None:
    with step("PostgreSQL and Valkey"):
        _start_servers(needed, supervisor)
    with step("Tables"):
        migrate(config.owner_database_url)
    share()
    first_run(config)
    with step("Web, relay, workers, scheduler"):
        supervisor.start(programs.APPLICATION)
        reachable.wait_for_answer(config)


def _start_servers(needed: Needed, supervisor: Supervisor) -> None:
    needed.stack.create()
    if needed.names:
        supervisor.start(programs.SERVERS)
    log = supervisor.supervision.logs / "postgres.log"
    wait_until(needed.answer, process=supervisor.process, log=log)
    if needed.postgres:
        needed.stack.make_database()


def _supervise(config: Config, needed: Needed, lock: IO[str]) -> Supervisor:
    logs = config.instance_dir / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    return start_supervisor(
        _supervision(needed.stack),
        programs.groups(config, needed),
        configuration=config.instance_dir / "supervisord.conf",
        keep_open=[lock.fileno()],
    )


def _supervision(stack: Stack) -> Supervision:
    return Supervision(
        socket=stack.place.sockets / "supervisor.sock",
        password=stack.secrets.supervisor,
        root=ROOT,
        logs=stack.instance / "logs",
        is_root=stack.place.identity.steps_down,
    )


def _stop_all(supervisor: Supervisor) -> None:
    """Asked once is enough: further signals must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with step("Stopping"):
        supervisor.stop()
        stop_orphans()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
