"""Statements handed straight to psycopg, many writes in one of them, for the paths that must be fast.

SQLAlchemy opens and ends the transaction; what runs here takes part in it. Placeholders are ``%(name)s``. Errors are
raised as SQLAlchemy's ``DBAPIError``, as those of every other statement.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Values = Mapping[str, Any]
Query = tuple[str, Values]

WIDEST = 32  # columns of the type ``cells``
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
GATHERED, AHEAD = "gathered writes", "rows fetched ahead"
PLAN_ONCE = {"plan_cache_mode": "force_generic_plan"}
CONNECTION = "connection of the driver"
_NOTIFY = "pg_notify(%(channel)s, '')"
_Key = tuple[str, frozenset[tuple[str, Any]]]


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


@dataclass
class _Gathered:
    writes: list[_Write] = field(default_factory=list)
    channels: set[str] = field(default_factory=set)


def fetch(session: Session, sql: str, values: Values | None = None) -> list[Any]:
    """The rows that a statement answers, as named tuples."""
    ahead: dict[_Key, list[Any]] = session.info.get(AHEAD, {})
    rows = ahead.pop(_key(sql, values or {}), None) if ahead else None
    return _run(session, sql, values or {}).fetchall() if rows is None else rows


@contextmanager
def reading_ahead(
    session: Session, queries: Sequence[Query], *, settings: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Reads in one round trip; within the block each is answered to the first ``fetch`` that asks the same.

    They run in order and at once, so that one that writes or locks may be among them. ``settings`` hold until the
    transaction ends, and until then prepared statements keep one plan: planning for a few rows costs more than they do.
    Within another such block only what is not read yet is asked.
    """
    is_outermost = AHEAD not in session.info
    ahead: dict[_Key, list[Any]] = session.info.setdefault(AHEAD, {})
    wanted = [query for query in queries if _key(*query) not in ahead]
    if is_outermost or settings:
        wanted = [_setting({**PLAN_ONCE, **(settings or {})}), *wanted]
    read: dict[_Key, list[Any]] = {}
    try:
        read = _read(session, wanted)
        ahead.update(read)
        yield
    finally:
        for key in read:
            ahead.pop(key, None)
        if is_outermost:
            del session.info[AHEAD]


def _read(session: Session, queries: Sequence[Query]) -> dict[_Key, list[Any]]:
    if not queries:
        return {}
    connection = _connection(session)
    with _translated(connection, "; ".join(sql for sql, _ in queries)), connection.pipeline():
        cursors = [_execute(connection, sql, values) for sql, values in queries]
        read = [cursor.fetchall() for cursor in cursors]
    return {_key(*query): rows for query, rows in zip(queries, read, strict=True)}


def _setting(settings: Mapping[str, str]) -> Query:
    set_ = ", ".join(f"set_config('{name}', %({name})s, true) AS {name}" for name in settings)
    return f"SELECT {set_}", settings


def write(session: Session, sql: str, values: Values | None = None, *, guard: Guard | None = None) -> None:
    """Run an INSERT, UPDATE or DELETE without RETURNING; within ``together`` it waits for the others."""
    gathered: _Gathered | None = session.info.get(GATHERED)
    if gathered is not None:
        gathered.writes.append(_Write(sql, values or {}, guard))
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
    gathered = _Gathered()
    session.info[GATHERED] = gathered
    try:
        yield
    finally:
        del session.info[GATHERED]
    if gathered.writes:
        _write_together(session, gathered)


@contextmanager
def at_once(session: Session) -> Iterator[None]:
    """Within ``together``: what is written in this block runs now, while what was written before it still waits."""
    gathered = session.info.pop(GATHERED, None)
    try:
        yield
    finally:
        if gathered is not None:
            session.info[GATHERED] = gathered


def notify(session: Session, channel: str) -> None:
    """Wake whoever listens, at commit; within ``together`` it goes with the writes."""
    gathered: _Gathered | None = session.info.get(GATHERED)
    if gathered is not None:
        gathered.channels.add(channel)
    else:
        _run(session, f"SELECT {_NOTIFY}", {"channel": channel})


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


def cells(*columns: Sequence[Any]) -> str:
    """Rows for ``unnest(%(rows)s::cells[]) AS v(…)``, given by column: one parameter, and text until it is cast.

    PostgreSQL unpacks a dozen arrays side by side in twice the time. Takes what ``array`` takes.
    """
    if len(columns) > WIDEST:
        raise ValueError(f"a row of cells holds {WIDEST} values, not {len(columns)}: widen the type in a migration")
    rest = "," * (WIDEST - len(columns))
    rows = zip(*[_column(values) for values in columns], strict=True)
    return "{" + ",".join([f'"({",".join(row)}{rest})"' for row in rows]) + "}"


def _column(values: Sequence[Any]) -> Iterable[str]:
    kinds = set(map(type, values))
    if kinds == {int}:
        return map(str, values)
    if unknown := kinds - _WRITTEN.keys():
        raise TypeError(f"a row cannot hold {unknown.pop().__name__}")
    return [_CELL[type(value)](value) for value in values]


def _write_together(session: Session, gathered: _Gathered) -> None:
    writes, channels = gathered.writes, sorted(gathered.channels)
    sql = _united(tuple((each.sql, each.guard is not None) for each in writes), len(channels))
    values = {f"w{at}_{name}": value for at, each in enumerate(writes) for name, value in each.values.items()}
    named = {f"n{at}_channel": channel for at, channel in enumerate(channels)}
    counts = _run(session, sql, {**values, **named}).fetchone()
    guards = [each.guard for each in writes if each.guard is not None]
    for guard, count in zip(guards, counts or (), strict=False):
        _check(guard, count)


@lru_cache(maxsize=256)
def _united(writes: tuple[tuple[str, bool], ...], channels: int) -> str:
    parts = [
        f"w{at} AS ({_renamed(sql, f'w{at}_')}{' RETURNING 1' if is_counted else ''})"
        for at, (sql, is_counted) in enumerate(writes)
    ]
    counts = [f"(SELECT count(*) FROM w{at}) AS w{at}" for at, (_, is_counted) in enumerate(writes) if is_counted]
    hints = [f"{_renamed(_NOTIFY, f'n{at}_')} AS n{at}" for at in range(channels)]
    return f"WITH {', '.join(parts)} SELECT {', '.join([*counts, *hints]) or 1}"


def _renamed(sql: str, prefix: str) -> str:
    return PLACEHOLDER.sub(rf"%({prefix}\1)s", sql)


def _key(sql: str, values: Values) -> _Key:
    return sql, frozenset(values.items())


def _check(guard: Guard | None, count: int) -> None:
    if guard is not None and guard.rows != count:
        raise guard.otherwise


def _run(session: Session, sql: str, values: Values) -> psycopg.Cursor[Any]:
    connection = _connection(session)
    with _translated(connection, sql):
        return _execute(connection, sql, values)


def _execute(connection: psycopg.Connection[Any], sql: str, values: Values) -> psycopg.Cursor[Any]:
    numbered, names = _numbered(sql)
    cursor = psycopg.RawCursor(connection, row_factory=namedtuple_row)
    return cursor.execute(numbered, [values[name] for name in names])


def _connection(session: Session) -> psycopg.Connection[Any]:
    """Asked for once in a transaction or savepoint (which begins with it): SQLAlchemy goes a long way for it."""
    transaction = session.get_nested_transaction() or session.get_transaction()
    kept = session.info.get(CONNECTION)
    if transaction is None or kept is None or kept[0] is not transaction:
        connection = session.connection().connection.driver_connection
        transaction = session.get_nested_transaction() or session.get_transaction()
        kept = session.info[CONNECTION] = transaction, connection
    return cast("psycopg.Connection[Any]", kept[1])


@contextmanager
def _translated(connection: psycopg.Connection[Any], sql: str) -> Iterator[None]:
    try:
        yield
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


def _quoted_cell(value: str) -> str:
    """For a row, and once more for the array around it."""
    if '"' in value or "\\" in value:
        value = value.replace("\\", "\\\\\\\\").replace('"', '\\\\\\"')
    return f'\\"{value}\\"'


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    bool: lambda value: "t" if value else "f",
    int: str,
    str: _quoted,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    date: date.isoformat,
    datetime: datetime.isoformat,
}
_CELL: Mapping[type, Callable[[Any], str]] = {
    **_WRITTEN,
    type(None): lambda _: "",
    str: _quoted_cell,
    bytes: lambda value: f"\\\\\\\\x{value.hex()}",
}
