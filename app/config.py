"""Every setting, read once from the environment; what is not set there has a default that works on a laptop."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Required, TypedDict
from urllib.parse import urlsplit

from app.embedded.stack import stack_of

ROOT = Path(__file__).resolve().parent.parent
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})


class InvalidSetting(Exception):
    """An environment variable cannot be understood; the message names it and says what to write."""


@dataclass(frozen=True, kw_only=True)
class Config:
    instance_dir: Path
    database_url: str
    owner_database_url: str
    redis_url: str
    secret_key: str
    former_secret_keys: tuple[str, ...] = ()  # still read, no longer written with
    embedded: frozenset[str] = frozenset()  # which of "postgres" and "valkey" we run ourselves
    smtp_url: str = ""  # empty: mails are kept and shown to admins
    mail_sender: str = ""  # empty: the company's address
    base_url: str = "http://localhost:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: tuple[str, ...] = ()  # other names that this installation is asked for
    proxies: int = 0  # how many of our own proxies stand in front and set X-Forwarded-*
    web_processes: int = 2
    web_threads: int = 16
    intake_queue: int = 100  # orders by program under way in each web process; counts where there are more threads
    worker_processes: int = 2
    pool_size: int = 16  # of each process; fewer than its threads, and some wait for a connection
    outbound_exceptions: tuple[str, ...] = ()  # origins in our own networks that may be called, as http://host:port
    files_dir: Path
    s3_url: str = ""  # https://key:secret@host/bucket?region=...; empty: files_dir
    lease_seconds: float = 60
    poll_seconds: float = 1
    reenqueue_seconds: float = 10  # a job that Redis lost is sent again after this time
    retry_seconds: float = 30  # the first wait after a failed delivery; it doubles
    worker_ttl_seconds: int = 30
    maintenance_seconds: int = 15
    log_level: str = "INFO"
    demo: bool = True

    @property
    def mails_from(self) -> str:
        """The address that mails come from until the company says another."""
        return self.mail_sender or f"no-reply@{urlsplit(self.base_url).hostname or 'localhost'}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Without DATABASE_URL or REDIS_URL the servers under the instance folder are meant (see app.embedded)."""
        read = _Reader(os.environ if environ is None else environ)
        instance = Path(read.text("WAYBILL_INSTANCE", str(ROOT / "instance"))).absolute()
        port = read.number("PORT", 8000, least=1, most=65535)
        return cls(
            instance_dir=instance,
            smtp_url=read.text("SMTP_URL", ""),
            mail_sender=read.text("MAIL_SENDER", ""),
            base_url=read.text("BASE_URL", f"http://localhost:{port}").rstrip("/"),
            host=read.text("HOST", "127.0.0.1"),
            port=port,
            former_secret_keys=read.several("FORMER_SECRET_KEYS"),
            trusted_hosts=read.several("TRUSTED_HOSTS"),
            proxies=read.number("PROXIES", 0, least=0, most=10),
            web_processes=read.number("WEB_PROCESSES", 2, least=1, most=256),
            web_threads=read.number("WEB_THREADS", 16, least=1, most=512),
            intake_queue=read.number("INTAKE_QUEUE", 100, least=1, most=10_000),
            worker_processes=read.number("WORKER_PROCESSES", 2, least=1, most=256),
            pool_size=read.number("POOL_SIZE", 16, least=1, most=500),
            files_dir=Path(read.text("FILES_DIR", str(instance / "files"))).absolute(),
            s3_url=read.text("S3_URL", ""),
            outbound_exceptions=read.several("OUTBOUND_EXCEPTIONS"),
            lease_seconds=read.number("LEASE_SECONDS", 60, least=1, most=3600),
            poll_seconds=read.number("POLL_MILLISECONDS", 1000, least=10, most=60_000) / 1000,
            reenqueue_seconds=read.number("REENQUEUE_SECONDS", 10, least=1, most=3600),
            retry_seconds=read.number("RETRY_MILLISECONDS", 30_000, least=1, most=3_600_000) / 1000,
            worker_ttl_seconds=read.number("WORKER_TTL_SECONDS", 30, least=16, most=3600),
            maintenance_seconds=read.number("MAINTENANCE_SECONDS", 15, least=1, most=3600),
            log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
            demo=read.flag("WAYBILL_DEMO", True),
            **_addresses(read, instance),
        )


@dataclass(frozen=True)
class _Reader:
    environ: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def several(self, name: str) -> tuple[str, ...]:
        return tuple(part for part in self.text(name, "").replace(",", " ").split())

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        given = self.text(name, str(default))
        if not (given.isascii() and given.isdigit() and least <= int(given) <= most):
            raise InvalidSetting(f"{name}={given!r} is not a whole number from {least} to {most}")
        return int(given)

    def flag(self, name: str, default: bool) -> bool:
        given = self.environ.get(name, "yes" if default else "no").strip().lower()
        if given not in YES | NO:
            raise InvalidSetting(f"{name}={given!r} is neither 1 nor 0")
        return given in YES

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        given = self.text(name, default).upper()
        if given not in choices:
            raise InvalidSetting(f"{name}={given!r} is none of {', '.join(choices)}")
        return given


class _Addresses(TypedDict, total=False):
    database_url: Required[str]
    owner_database_url: Required[str]
    redis_url: Required[str]
    secret_key: Required[str]
    embedded: frozenset[str]


def _addresses(read: _Reader, instance: Path) -> _Addresses:
    """Where the servers are. The instance folder is touched only for what the environment does not say."""
    database, redis, key = (read.text(name, "") for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"))
    owner = read.text("OWNER_DATABASE_URL", database)
    if database and redis and key:
        return _Addresses(database_url=database, owner_database_url=owner, redis_url=redis, secret_key=key)
    stack = stack_of(instance)
    return _Addresses(
        database_url=database or stack.database_url,
        owner_database_url=owner or stack.owner_database_url,
        redis_url=redis or stack.valkey.url,
        secret_key=key or stack.secrets.secret_key,
        embedded=frozenset(([] if database else ["postgres"]) + ([] if redis else ["valkey"])),
    )
