"""The processes themselves: they come up without their servers, and end when asked to."""

import signal
import subprocess
import sys

import psutil
import pytest

from tests.faults.stack import ROOT, TIMES, wait_for


@pytest.fixture
def start(database, valkey_url, tmp_path):
    started = []

    def begin(*command, **changes):
        environment = {
            **TIMES,
            "DATABASE_URL": database.url,
            "OWNER_DATABASE_URL": database.owner_url,
            "REDIS_URL": valkey_url,
            "SECRET_KEY": "k" * 48,
            "WAYBILL_INSTANCE": str(tmp_path),
            **changes,
        }
        log = tmp_path / f"{command[0]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=output, stderr=output
            )
        started.append(process)
        return process, log

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("module", ["workers.relay", "workers.worker", "workers.scheduler"])
def test_each_ends_cleanly_when_asked_to(start, module):
    process, log = start(module)
    wait_for(lambda: is_up(process), seconds=30, what="a start")

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=20) in (0, -signal.SIGTERM), log.read_text()
    assert "Traceback" not in log.read_text()


def test_relay_and_worker_come_up_and_keep_trying_without_redis(start):
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1"}
    relay, relay_log = start("workers.relay", **nowhere)
    worker, worker_log = start("workers.worker", "notifications", **nowhere)

    for line, log in (("relay_without_redis", relay_log), ("worker_without_redis", worker_log)):
        wait_for(lambda line=line, log=log: log.read_text().count(line) >= 2, seconds=30, what=line)

    assert (relay.poll(), worker.poll()) == (None, None)


def test_a_worker_refuses_a_queue_that_does_not_exist(start):
    process, log = start("workers.worker", "faxes")

    assert process.wait(timeout=30) == 1
    assert "no such queue: faxes; there are intake, payments" in log.read_text()


def is_up(process):
    """Its signal handlers stand once it has opened a connection."""
    return bool(psutil.Process(process.pid).net_connections("all"))
