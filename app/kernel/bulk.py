"""Many rows in one statement, however many there are."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, String, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel.db import Base
from app.kernel.driver import array, cells

AHEAD = "ids drawn ahead"
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, suffix: str = "") -> list[Any]:
    """Insert rows that all have the same keys, in the order given (a single ``unnest`` keeps it).

    ``suffix`` may hold ON CONFLICT and RETURNING.

    Returns the rows of a RETURNING clause, else an empty list.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    table = _table(model)
    values = {"rows": cells(*[_plain_column(table.c[name], [row[name] for row in rows]) for name in names])}
    statement = _statement(model, names, suffix)
    if "RETURNING" in suffix:
        return driver.fetch(session, statement, values)
    driver.write(session, statement, values)
    return []


def next_ids(session: Session, wanted: Mapping[str, int]) -> dict[str, list[int]]:
    """Ids drawn from the sequences of the named tables (or sequences that end in ``_numbers``), in one statement.

    Costs nothing where ``draw_ahead`` has drawn enough.
    """
    ahead = session.info.get(AHEAD, {})
    if all(len(ahead.get(name, ())) >= count for name, count in wanted.items()):
        return {name: [ahead[name].popleft() for _ in range(count)] for name, count in wanted.items()}
    return _drawn(session, wanted)


def asked(wanted: Mapping[str, int]) -> driver.Query:
    """What ``draw_ahead`` asks."""
    parts = [
        f"ARRAY(SELECT nextval('{_sequence(name)}') FROM generate_series(1, %({name})s)) AS {name}" for name in wanted
    ]
    return f"SELECT {', '.join(parts)}", wanted


def draw_ahead(session: Session, wanted: Mapping[str, int]) -> None:
    """Draw the ids that several verbs are going to ask for; what they leave is never used."""
    session.info[AHEAD] = {name: deque(ids) for name, ids in _drawn(session, wanted).items()}


def pairs(session: Session, sql: str, first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Run a statement that takes two parallel arrays, ``%(first)s`` and ``%(second)s``, and answers rows."""
    return driver.fetch(session, sql, {"first": array(first), "second": array(second)})


def _drawn(session: Session, wanted: Mapping[str, int]) -> dict[str, list[int]]:
    [row] = driver.fetch(session, *asked(wanted))
    return dict(zip(wanted, row, strict=True))


@lru_cache(maxsize=256)
def _statement(model: type[Base], names: tuple[str, ...], suffix: str) -> str:
    table = _table(model)
    columns = ", ".join(names)
    values = ", ".join(f"v.{name}{_cast(table.c[name])}" for name in names)
    return (
        f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM unnest(%(rows)s::cells[]) AS v({columns}) {suffix}"
    )


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _plain_column(column: Column[Any], values: list[Any]) -> list[Any]:
    if isinstance(column.type, JSONB):
        return [None if value is None else ENCODER.encode(value) for value in values]
    return values


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


ENCODER = json.JSONEncoder(default=_plain)  # made once, which json.dumps would do for each value


def _cast(column: Column[Any]) -> str:
    return "" if isinstance(column.type, String) else f"::{column.type.compile(dialect=DIALECT)}"


def _sequence(name: str) -> str:
    return name if name.endswith("_numbers") else f"{name}_id_seq"
