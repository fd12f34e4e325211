"""Pages by position in the sort order (keyset), never by OFFSET; and counts that do not read the whole table."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement, Executable
from sqlalchemy.sql.compiler import SQLCompiler

from app.kernel.errors import Invalid
from app.kernel.signing import canonical

T = TypeVar("T")
Value = str | int | datetime
LONGEST = 600
TEXT = re.compile(r"[A-Za-z0-9_-]{4,600}")
BIGGEST_INT = 2**63


class BadCursor(Invalid):
    """The place in the list cannot be read; the web answers 400."""

    def __init__(self) -> None:
        super().__init__([("cursor", "this place in the list cannot be read: start again from the first page")])


@dataclass(frozen=True)
class Cursor:
    """The sort values of the row next to which a page begins; ``backwards`` asks for the page that ends there."""

    values: tuple[Value, ...]
    backwards: bool = False

    def encode(self) -> str:
        """URL-safe text, at most 600 characters."""
        written = canonical(["<" if self.backwards else ">", *(_written(value) for value in self.values)])
        return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


@dataclass(frozen=True)
class Page(Generic[T]):
    """``following`` and ``preceding`` are encoded cursors, None at the ends of the list."""

    rows: list[T]
    following: str | None
    preceding: str | None


def decode(text: str | None, types: Sequence[type]) -> Cursor | None:
    """Read a cursor whose values have exactly these types (str, int, datetime); None or "" is the first page.

    Raises BadCursor for anything that ``encode`` would not have written.
    """
    if not text:
        return None
    try:
        cursor = _read(text)
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise BadCursor from None
    if cursor.encode() != text or [type(value) for value in cursor.values] != list(types):
        raise BadCursor
    return cursor


def position(text: str | None) -> int | None:
    """The id of the row next to which a page begins; None or "" is the first page. Raises BadCursor."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadCursor
    return int(text)


def seek(
    statement: Select[Any], columns: Sequence[Any], *, cursor: Cursor | None, limit: int, descending: bool = True
) -> Select[Any]:
    """Add WHERE, ORDER BY and LIMIT (one row more than the page holds). The columns are together unique, none null."""
    falling = descending != (cursor is not None and cursor.backwards)
    if cursor is not None:
        here: ColumnElement[Any] = tuple_(*columns)
        there = tuple_(*(literal(value, column.type) for value, column in zip(cursor.values, columns, strict=True)))
        statement = statement.where(here < there if falling else here > there)
    return statement.order_by(*(column.desc() if falling else column.asc() for column in columns)).limit(limit + 1)


def page(
    rows: Sequence[T], limit: int, *, key: Callable[[T], tuple[Value, ...]], cursor: Cursor | None = None
) -> Page[T]:
    """Make a page of at most ``limit`` rows out of the ``limit + 1`` that were asked for, in reading order."""
    backwards = cursor is not None and cursor.backwards
    kept, more = list(rows[:limit]), len(rows) > limit
    if backwards:
        kept.reverse()
    has_following = bool(kept) and (backwards or more)
    has_preceding = bool(kept) and (more if backwards else cursor is not None)
    return Page(
        kept,
        Cursor(key(kept[-1])).encode() if has_following else None,
        Cursor(key(kept[0]), backwards=True).encode() if has_preceding else None,
    )


@dataclass(frozen=True)
class Count:
    """A number of rows, exact or the planner's guess; ``str()`` is ``87`` or ``about 12,400``."""

    number: int
    is_exact: bool

    def __str__(self) -> str:
        if self.is_exact:
            return f"{self.number:,}"
        unit = 10 ** max(0, len(str(self.number)) - 3)
        return f"about {(self.number + unit // 2) // unit * unit:,}"


def count(session: Session, statement: Select[Any], *, exact_up_to: int = 1_000) -> Count:
    """Count exactly while few, else take the planner's estimate. Two statements at most; at most
    ``exact_up_to`` + 1 matching rows are read."""
    capped = statement.order_by(None).limit(exact_up_to + 1).subquery()
    found = session.execute(select(func.count()).select_from(capped)).scalar_one()
    if found <= exact_up_to:
        return Count(found, is_exact=True)
    return Count(max(found, estimate(session, statement)), is_exact=False)


def estimate(session: Session, statement: Select[Any]) -> int:
    """How many rows the planner expects; nothing is read."""
    plan = session.execute(_Explain(statement.order_by(None))).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


class _Explain(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _explained(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"


def _written(value: Value) -> Any:
    if isinstance(value, datetime):
        return [value.astimezone(UTC).isoformat(timespec="microseconds")]
    return value


def _read(text: str) -> Cursor:
    if not TEXT.fullmatch(text):
        raise ValueError(text)
    direction, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    if direction not in ("<", ">"):
        raise ValueError(direction)
    return Cursor(tuple(_value(value) for value in values), backwards=direction == "<")


def _value(written: Any) -> Value:
    if type(written) is int and -BIGGEST_INT <= written < BIGGEST_INT:
        return written
    if type(written) is str and "\0" not in written:
        return written
    if type(written) is list and len(written) == 1:
        return datetime.fromisoformat(written[0]).astimezone(UTC)
    raise ValueError(written)
