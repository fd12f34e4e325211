"""Statements handed straight to psycopg, many writes in one of them, for the paths that must be fast.

SQLAlchemy opens and ends the transaction; what runs here takes part in it. Placeholders are ``%(name)s``. Errors are
raised as SQLAlchemy's ``DBAPIError``, as those of every other statement.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Values = Mapping[str, Any]

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
GATHERED = "gathered writes"


@dataclass(frozen=True)
class Guard:
    """How many rows a write must touch, and what is raised when it touches another number."""

    rows: int
    otherwise: Exception


@dataclass(frozen=True)
class _Write:
    sql: str
    values: Values
    guard: Guard | None


def fetch(session: Session, sql: str, values: Values | None = None) -> list[Any]:
    """The rows that a statement answers, as named tuples."""
    return _run(session, sql, values or {}).fetchall()


def write(session: Session, sql: str, values: Values | None = None, *, guard: Guard | None = None) -> None:
    """Run an INSERT, UPDATE or DELETE without RETURNING; within ``together`` it waits for the others."""
    gathered: list[_Write] | None = session.info.get(GATHERED)
    if gathered is not None:
        gathered.append(_Write(sql, values or {}, guard))
    else:
        _check(guard, _run(session, sql, values or {}).rowcount)


@contextmanager
def together(session: Session) -> Iterator[None]:
    """What is written in this block is one statement, sent at its end: they see the tables as they were before.

    So none may build on another's rows, and no row may be written twice; foreign keys among them are judged together.
    What is fetched in the block runs at once.
    """
    if GATHERED in session.info:
        yield
        return
    gathered: list[_Write] = []
    session.info[GATHERED] = gathered
    try:
        yield
    finally:
        del session.info[GATHERED]
    if gathered:
        _write_together(session, gathered)


def plan_once(session: Session) -> None:
    """Until the transaction ends prepared statements keep one plan: planning for a few rows costs more than they do."""
    _run(session, "SET LOCAL plan_cache_mode = force_generic_plan", {})


def array(values: Iterable[Any]) -> str:
    """The values as PostgreSQL reads an array, several times as fast as psycopg writes a list down.

    Takes str, int, bool, bytes, date, datetime and None. Raises TypeError for anything else.
    """
    listed = values if isinstance(values, list) else list(values)
    kinds = set(map(type, listed))
    if kinds == {int}:
        return "{" + ",".join(map(str, listed)) + "}"
    if unknown := kinds - _WRITTEN.keys():
        raise TypeError(f"an array cannot hold {unknown.pop().__name__}")
    return "{" + ",".join([_WRITTEN[type(value)](value) for value in listed]) + "}"


def _write_together(session: Session, gathered: list[_Write]) -> None:
    sql = _united(tuple((each.sql, each.guard is not None) for each in gathered))
    values = {f"w{at}_{name}": value for at, each in enumerate(gathered) for name, value in each.values.items()}
    counts = _run(session, sql, values).fetchone()
    guards = [each.guard for each in gathered if each.guard is not None]
    for guard, count in zip(guards, counts or (), strict=False):
        _check(guard, count)


@lru_cache(maxsize=256)
def _united(writes: tuple[tuple[str, bool], ...]) -> str:
    parts = [
        f"w{at} AS ({_renamed(sql, f'w{at}_')}{' RETURNING 1' if is_counted else ''})"
        for at, (sql, is_counted) in enumerate(writes)
    ]
    counts = [f"(SELECT count(*) FROM w{at}) AS w{at}" for at, (_, is_counted) in enumerate(writes) if is_counted]
    return f"WITH {', '.join(parts)} SELECT {', '.join(counts) or 1}"


def _renamed(sql: str, prefix: str) -> str:
    return PLACEHOLDER.sub(rf"%({prefix}\1)s", sql)


def _check(guard: Guard | None, count: int) -> None:
    if guard is not None and guard.rows != count:
        raise guard.otherwise


def _run(session: Session, sql: str, values: Values) -> psycopg.Cursor[Any]:
    connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    numbered, names = _numbered(sql)
    try:
        cursor = psycopg.RawCursor(connection, row_factory=namedtuple_row)
        return cursor.execute(numbered, [values[name] for name in names])
    except psycopg.Error as error:
        lost = connection.closed or connection.broken
        raise DBAPIError.instance(
            sql, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost
        ) from error


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """psycopg itself does not remember how it read statements as long as ours."""
    places: dict[str, int] = {}
    numbered = PLACEHOLDER.sub(lambda found: f"${places.setdefault(found[1], len(places) + 1)}", sql)
    return numbered.encode(), tuple(places)


def _quoted(value: str) -> str:
    if '"' in value or "\\" in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    bool: lambda value: "t" if value else "f",
    int: str,
    str: _quoted,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    date: date.isoformat,
    datetime: datetime.isoformat,
}
