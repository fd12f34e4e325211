"""The doctor's look at PostgreSQL, Redis and the mail server."""

from collections.abc import Iterator
from datetime import timedelta

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.cli.diagnosis import Diagnosis, ok, problem
from app.config import Config
from app.kernel import clock, jobs, partitions
from app.kernel.errors import ProviderError
from app.kernel.uow import unit_of_work
from app.notifications.adapters.smtp import SmtpMailer
from app.schema import MIGRATIONS

CLOCKS_APART = timedelta(seconds=2)
LEAST_IDS_AHEAD = 1_000_000

WRITABLE_LEDGERS = """
    SELECT string_agg(name, ', ' ORDER BY name)
      FROM unnest(ARRAY['events', 'stock_movements', 'payment_entries', 'routing_decisions', 'chain_heads']) AS name
     WHERE has_table_privilege(name, 'UPDATE') OR has_table_privilege(name, 'DELETE')
        OR has_table_privilege(name, 'TRUNCATE')
"""

IDS_AHEAD = """
    SELECT max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''?(\\d+)'))[1]::bigint)
           - (SELECT coalesce(max(id), 0) FROM {table})
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = '{table}'::regclass
"""


def database(config: Config) -> Iterator[Diagnosis]:
    try:
        with unit_of_work() as session:
            version = session.execute(text("SHOW server_version")).scalar_one()
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield problem("database", f"it cannot be reached ({cause}): start it, or mend DATABASE_URL")
    else:
        yield ok("database", f"PostgreSQL {version}")


def migrations(session: Session) -> Iterator[Diagnosis]:
    found = MigrationContext.configure(session.connection()).get_current_revision()
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if found == wanted:
        yield ok("tables", f"at revision {found}")
    else:
        yield problem("tables", f"at revision {found or 'none'}, this version needs {wanted}: run flask migrate")


def role(session: Session) -> Iterator[Diagnosis]:
    """The ledgers are append-only for the role that serves pages."""
    open_ledgers = session.execute(text(WRITABLE_LEDGERS)).scalar_one()
    if open_ledgers:
        yield problem("role", f"the role in DATABASE_URL may change {open_ledgers}: use the role app, not the owner's")
    else:
        yield ok("role", "ledgers can be added to, not changed")


def room_for_ids(session: Session) -> Iterator[Diagnosis]:
    for table in partitions.TABLES:
        ahead = session.execute(text(IDS_AHEAD.format(table=table))).scalar_one() or 0
        if ahead < LEAST_IDS_AHEAD:
            yield problem(
                "partitions", f"{table} has room for {ahead:,} more rows: start the scheduler, which makes more"
            )
        else:
            yield ok("partitions", f"{table} has room for {ahead:,} more rows")


def clocks(session: Session) -> Iterator[Diagnosis]:
    apart = session.execute(text("SELECT clock_timestamp()")).scalar_one() - clock.now()
    if abs(apart) > CLOCKS_APART:
        yield problem("clock", f"this machine and the database are {abs(apart)} apart: let both follow a time server")
    else:
        yield ok("clock", "agrees with the database")


def redis(config: Config) -> Iterator[Diagnosis]:
    with jobs.connect(config.redis_url) as server:
        try:
            memory = server.config_get("maxmemory*")
        except jobs.Unreachable as error:
            yield problem("redis", f"it cannot be reached ({error}): orders are taken, effects wait; start it")
            return
    if int(memory.get("maxmemory", 0)) and memory.get("maxmemory-policy") != "noeviction":
        policy = memory["maxmemory-policy"]
        yield problem("redis", f"it throws keys away when full ({policy}): set maxmemory-policy noeviction")
    else:
        yield ok("redis", "answers")


def mail_server(config: Config) -> Iterator[Diagnosis]:
    if not config.smtp_url:
        return
    try:
        SmtpMailer(config.smtp_url).probe()
    except (ProviderError, ValueError) as error:
        yield problem("mail", f"the mail server does not take us ({error}): mend SMTP_URL; mails wait meanwhile")
    else:
        yield ok("mail", "the mail server takes us")
