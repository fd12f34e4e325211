"""Valkey (Redis protocol) from its wheel: no TCP port, a password, and nothing kept on disk that must last."""

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from app.embedded import processes
from app.embedded.place import Place
from app.embedded.programs import valkey_program

STOP = signal.SIGTERM
CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Valkey:
    place: Place
    password: str

    @property
    def log(self) -> Path:
        return self.place.valkey_data / "server.log"

    @property
    def socket(self) -> Path:
        return self.place.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://:{quote(self.password, safe='')}@{self.socket}?db=0"

    @property
    def command(self) -> list[str]:
        return [str(valkey_program(self.place)), str(self._configuration)]

    def create(self) -> None:
        """The configuration holds the password and the socket's path, so it is written anew each time."""
        self.place.valkey_data.mkdir(mode=0o700, exist_ok=True)
        self.place.identity.take(self.place.valkey_data)
        self._configuration.unlink(missing_ok=True)
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(
            CONFIGURATION.format(socket=_quoted(self.socket), password=self.password, folder=_quoted(self.log.parent))
        )
        self.place.identity.take(self._configuration)

    def start(self, *, dies_with_us: bool = True) -> subprocess.Popen[bytes]:
        dies_by = STOP if dies_with_us else None
        process = processes.start(self.command, log=self.log, identity=self.place.identity, dies_by=dies_by)
        processes.wait_until(self.answers, process=process, log=self.log)
        return process

    def answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    @property
    def _configuration(self) -> Path:
        return self.place.valkey_data / "valkey.conf"


def _quoted(path: Path) -> str:
    return f'"{path}"'
