"""PostgreSQL from its wheel: make a cluster, the command that serves it, and whether it answers."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.embedded import processes
from app.embedded.place import Place
from app.embedded.programs import postgres_program

SUPERUSER = "postgres"
STOP = signal.SIGINT  # "fast": ends sessions, keeps the data in order
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
    "shared_preload_libraries": "pg_stat_statements",
}


@dataclass(frozen=True)
class Postgres:
    """A cluster in a place. ``settings`` are added to, or replace, the ones above."""

    place: Place
    password: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.place.postgres_data / "server.log"

    @property
    def command(self) -> list[str]:
        settings = {**SETTINGS, "unix_socket_directories": str(self.place.sockets), **self.settings}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(postgres_program(self.place, "postgres")), "-D", str(self.place.postgres_data), *options]

    def url(self, database: str, *, user: str = SUPERUSER, password: str | None = None) -> str:
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql+psycopg://{user}:{secret}@/{database}?host={quote(str(self.place.sockets), safe='/')}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser's connection in autocommit, for making roles and databases."""
        return psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True, connect_timeout=5)

    def create(self) -> None:
        """``initdb``, unless it was done; an interrupted one leaves nothing that looks finished."""
        if self.place.postgres_data.exists():
            return
        partial = self.place.folder / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self.place.identity.take(partial)
        with tempfile.NamedTemporaryFile("w", dir=self.place.sockets) as secret:
            secret.write(self.password)
            secret.flush()
            self.place.identity.take(Path(secret.name))
            self._initdb(partial, secret.name)
        partial.rename(self.place.postgres_data)

    def start(self, *, dies_with_us: bool = True) -> subprocess.Popen[bytes]:
        dies_by = STOP if dies_with_us else None
        process = processes.start(self.command, log=self.log, identity=self.place.identity, dies_by=dies_by)
        processes.wait_until(self.answers, process=process, log=self.log)
        return process

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _initdb(self, folder: Path, password_file: str) -> None:
        done = subprocess.run(
            [
                *(str(postgres_program(self.place, "initdb")), "-D", str(folder)),
                *("-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
            ],
            cwd=self.place.folder,
            env={**os.environ, "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
            **self.place.identity.run_as,
        )
        if done.returncode != 0:
            raise processes.ServerFailed(f"initdb failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
