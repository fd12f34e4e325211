"""A web process is forked by its server, with the server's handlers, and must end when it should."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from app.config import ROOT

SERVER = """
import os, signal, sys, time
from app.embedded.processes import end_with
signal.signal(signal.SIGTERM, lambda *_: None)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
server = os.getpid()
if not os.fork():
    end_with(server)
    print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def server():
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def web(server):
    return psutil.Process(int(server.stdout.readline()))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start takes over what a killed server left")
def test_it_is_killed_with_its_server(server, web):
    server.kill()

    web.wait(timeout=10)
    assert not web.is_running()


def test_asked_to_end_while_it_still_loads_it_ends(server, web):
    os.kill(web.pid, signal.SIGTERM)

    web.wait(timeout=10)
    assert not web.is_running()
