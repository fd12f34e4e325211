"""Where the web server listens: is the port free, does it answer, and what to tell the person who started it."""

import json
import socket
import time
from http.client import HTTPConnection, HTTPException

from app.config import Config
from app.embedded.processes import ServerFailed, tail
from app.installation.progress import say

ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
PATIENCE = 240.0
PAGES = (("Staff", "/"), ("Customers", "/track/"), ("API", "/api/v1/docs"))


class PortTaken(Exception):
    """Another program listens where the web server should."""


def check_port(config: Config) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise PortTaken(
                f"{config.host}:{config.port} cannot be used ({error.strerror}); choose another: PORT=8001 make run"
            ) from error


def wait_for_answer(config: Config) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(config):
        if time.monotonic() > deadline:
            raise ServerFailed(f"the web server does not answer:\n{tail(config.instance_dir / 'logs' / 'web.log')}")
        time.sleep(0.05)


def announce(config: Config) -> None:
    say(f"\nWaybill is ready: {config.base_url}\n")
    for name, path in PAGES:
        say(f"  {name:<10} {config.base_url}{path}")
    _announce_logins(config)
    say(f"\nLogs: {config.instance_dir / 'logs'}. Ctrl-C stops everything.")


def _announce_logins(config: Config) -> None:
    path = config.instance_dir / "logins.json"
    if not path.exists():
        return
    say(f"\n  Logins made at first start (kept in {path}):")
    for login in json.loads(path.read_text()):
        say(f"  {login['role'].capitalize():<10} {login['email']}   {login['password']}")


def _answers(config: Config) -> bool:
    connection = HTTPConnection(ANY.get(config.host, config.host), config.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
