"""Many rows in one statement, however many there are."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.kernel.db import Base

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, suffix: str = "") -> list[Any]:
    """Insert rows that all have the same keys; ``suffix`` may hold ON CONFLICT and RETURNING.

    Returns the rows of a RETURNING clause, else an empty list. Rows are inserted in the order given.
    """
    if not rows:
        return []
    table = model.__table__
    assert isinstance(table, Table)
    names = list(rows[0])
    arrays = {name: _array(table.c[name], [row[name] for row in rows]) for name in names}
    result = session.execute(text(_statement(table, names, suffix)), arrays)
    return list(result.all()) if "RETURNING" in suffix else []


def next_ids(session: Session, wanted: Mapping[str, int]) -> dict[str, list[int]]:
    """Ids drawn from the sequences of the named tables (or sequences that end in ``_numbers``), in one statement."""
    parts = [
        f"ARRAY(SELECT nextval('{_sequence(name)}') FROM generate_series(1, {int(count)}))"
        for name, count in wanted.items()
    ]
    row = session.execute(text(f"SELECT {', '.join(parts)}")).one()
    return dict(zip(wanted, row, strict=True))


def pairs(session: Session, sql: str, first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Run a statement that takes two parallel arrays, ``:first`` and ``:second``."""
    return list(session.execute(text(sql), {"first": list(first), "second": list(second)}).all())


def _statement(table: Table, names: Sequence[str], suffix: str) -> str:
    casts = ", ".join(f"CAST(:{name} AS {_array_type(table.c[name])})" for name in names)
    values = ", ".join(f"v.{name}{_element_cast(table.c[name])}" for name in names)
    columns = ", ".join(names)
    return (
        f"INSERT INTO {table.name} ({columns}) SELECT {values}"
        f" FROM unnest({casts}) WITH ORDINALITY AS v({columns}, ordinality) ORDER BY v.ordinality {suffix}"
    )


def _array(column: Column[Any], values: list[Any]) -> list[Any]:
    if isinstance(column.type, JSONB):
        return [None if value is None else json.dumps(value, default=_plain) for value in values]
    return values


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _array_type(column: Column[Any]) -> str:
    if isinstance(column.type, JSONB):
        return "text[]"
    return f"{column.type.compile(dialect=DIALECT)}[]"


def _element_cast(column: Column[Any]) -> str:
    return "::jsonb" if isinstance(column.type, JSONB) else ""


def _sequence(name: str) -> str:
    return name if name.endswith("_numbers") else f"{name}_id_seq"
