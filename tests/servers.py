"""The servers of one test process: a PostgreSQL cluster and a Valkey, in a folder that is thrown away."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from app.embedded import postgres, processes, roles, valkey
from app.embedded.identity import server_identity
from app.embedded.place import open_place, place_for
from app.embedded.postgres import Postgres
from app.embedded.valkey import Valkey
from app.schema import migrate
from tests import agreement

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "io_method": "sync",
    "shared_buffers": "128MB",
    "pg_stat_statements.track": "all",
    "pg_stat_statements.max": "20000",
}
SAFE = {"shared_buffers": "128MB"}
TEMPLATE = "template_waybill"
PREFIX = "waybill-tests-"
MEMORY, DISK, ROOMY = Path("/dev/shm"), Path("/tmp"), 3 << 30


@dataclass(frozen=True)
class Database:
    """One database of the cluster, and how each role reaches it."""

    name: str
    url: str
    owner_url: str
    superuser_url: str


@dataclass(frozen=True)
class Servers:
    folder: Path
    superuser_password: str
    owner_password: str
    app_password: str
    valkey_password: str
    settings: Mapping[str, str] = field(default_factory=lambda: FAST)

    @property
    def postgres(self) -> Postgres:
        return Postgres(place_for(self.folder), self.superuser_password, self.settings)

    @property
    def valkey(self) -> Valkey:
        return Valkey(place_for(self.folder), self.valkey_password)

    def database(self, name: str) -> Database:
        cluster = self.postgres
        return Database(
            name=name,
            url=cluster.url(name, user=roles.APP, password=self.app_password),
            owner_url=cluster.url(name, user=roles.OWNER, password=self.owner_password),
            superuser_url=cluster.url(name),
        )

    def clone(self, name: str, *, template: str = TEMPLATE) -> Database:
        """A fresh database with the migrated tables, or a copy of another one; drop it when done."""
        with self.postgres.connect() as connection:
            self._make_template()
            made = f"CREATE DATABASE {name} OWNER {roles.OWNER} TEMPLATE {template}"
            connection.execute(f"{made} STRATEGY FILE_COPY")  # in memory a third of the work of WAL_LOG
        return self.database(name)

    def drop(self, name: str) -> None:
        with self.postgres.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _make_template(self) -> None:
        """Migrated once per cluster."""
        with self.postgres.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
                return
            roles.make_database(connection, "unfinished")
            migrate(self.database("unfinished").owner_url)
            agreement.watch(self.database("unfinished").owner_url)
            connection.execute(f"ALTER DATABASE unfinished RENAME TO {TEMPLATE}")


@contextmanager
def running_servers(settings: Mapping[str, str] = FAST) -> Iterator[Servers]:
    """Start both servers; on disk where they are to be measured."""
    with temporary_folder(on_disk=settings.get("fsync") != "off") as folder:
        servers = Servers(folder, *(secrets.token_urlsafe(18) for _ in range(4)), settings)
        open_place(folder)
        servers.postgres.create()
        servers.valkey.create()
        started = [(servers.postgres.start(), postgres.STOP), (servers.valkey.start(), valkey.STOP)]
        try:
            _make_roles(servers)
            yield servers
        finally:
            for process, how in started:
                processes.stop(process, how)


@contextmanager
def temporary_folder(*, on_disk: bool = False) -> Iterator[Path]:
    """In memory where there is room, since nothing here has to outlive the run.

    Short, for sockets; when root, one that the unprivileged servers may enter. Named after this process.
    """
    parent = DISK if on_disk or not _is_roomy(MEMORY) else MEMORY
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    if server_identity().steps_down:
        folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers() -> None:
    """Folders of test runs that were killed."""
    for folder in chain(MEMORY.glob(f"{PREFIX}*"), DISK.glob(f"{PREFIX}*")):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def own_valkey() -> Iterator[tuple[Valkey, subprocess.Popen[bytes]]]:
    """A Valkey of one test, to be killed, flushed and started again."""
    with temporary_folder() as folder:
        server = Valkey(open_place(folder), secrets.token_urlsafe(18))
        server.create()
        process = server.start()
        try:
            yield server, process
        finally:
            processes.stop(process, valkey.STOP)


@contextmanager
def own_postgres(settings: dict[str, str] | None = None) -> Iterator[tuple[Postgres, subprocess.Popen[bytes]]]:
    """A PostgreSQL cluster of one test, with fsync on, to be killed and started again."""
    with temporary_folder() as folder:
        server = Postgres(open_place(folder), secrets.token_urlsafe(18), {**SAFE, **(settings or {})})
        server.create()
        process = server.start()
        try:
            yield server, process
        finally:
            processes.stop(process, postgres.STOP)


def migrated_database(cluster: Postgres, name: str = "waybill") -> Database:
    """The roles and a database with our tables, in a cluster of one test."""
    owner_password, app_password = secrets.token_urlsafe(18), secrets.token_urlsafe(18)
    with cluster.connect() as connection:
        roles.make_roles(connection, owner_password=owner_password, app_password=app_password)
        roles.make_database(connection, name)
    database = Database(
        name=name,
        url=cluster.url(name, user=roles.APP, password=app_password),
        owner_url=cluster.url(name, user=roles.OWNER, password=owner_password),
        superuser_url=cluster.url(name),
    )
    migrate(database.owner_url)
    return database


def _is_roomy(memory: Path) -> bool:
    """Containers often have little memory there, or let no program run from it."""
    if not memory.is_dir():
        return False
    found = os.statvfs(memory)
    return found.f_bavail * found.f_frsize >= ROOMY and not found.f_flag & os.ST_NOEXEC


def _make_roles(servers: Servers) -> None:
    with servers.postgres.connect() as connection:
        roles.make_roles(connection, owner_password=servers.owner_password, app_password=servers.app_password)
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
