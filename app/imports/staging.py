"""The rows of a file in PostgreSQL between reading and taking in: grouped there, whatever their order in the file."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.imports.models import ImportRepair, ImportRow
from app.imports.rows import ReadRow, Reason, Repair
from app.kernel import bulk

AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class StagedRow:
    line: int
    cells: list[str]
    content: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The rows of one order, in the order of the file; of a stock or product file, one row."""

    number: int
    key: str
    rows: tuple[StagedRow, ...]


@dataclass(frozen=True, kw_only=True)
class Result:
    """``result`` is new, changed, same or replaced; ``said`` tells more, such as "was 7, now 5"."""

    line: int
    result: str
    said: str = ""


def stage(session: Session, import_id: int, rows: Iterable[ReadRow]) -> int:
    """Keep the rows and their repairs, in place of any that an earlier check left; answers how many rows."""
    clear(session, import_id)
    total = 0
    for chunk in _chunks(rows):
        total += len(chunk)
        bulk.insert(session, ImportRow, [_row(import_id, row) for row in chunk])
        bulk.insert(session, ImportRepair, [_repair(import_id, one) for row in chunk for one in row.repairs])
    return total


def clear(session: Session, import_id: int) -> None:
    clear_rows(session, import_id)
    session.execute(delete(ImportRepair).where(ImportRepair.import_id == import_id))


def clear_rows(session: Session, import_id: int) -> None:
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))


def clear_taken(session: Session, import_id: int) -> None:
    """What was taken in is gone from the staging; rejected rows stay with their reasons."""
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id, ImportRow.reasons == []))


def number_groups(session: Session, import_id: int) -> int:
    """Number the orders by date, then by place in the file: who came first is served first. Answers how many."""
    numbered: int = session.execute(text(NUMBER), {"import_id": import_id}).scalar_one()
    return numbered


def groups(session: Session, import_id: int, *, after: int, up_to: int, with_cells: bool = False) -> list[Group]:
    """The groups with these numbers that are waiting, whole: fewer than asked for where some were left out.

    Their cells are read for who keeps them word for word.
    """
    cells = "cells" if with_cells else "'[]'::jsonb AS cells"
    rows = session.execute(
        text(
            f"SELECT group_number, key, line, {cells}, content FROM import_rows WHERE import_id = :import_id"
            " AND group_number > :after AND group_number <= :up_to AND reasons = '[]'::jsonb"
            " ORDER BY group_number, line"
        ),
        {"import_id": import_id, "after": after, "up_to": up_to},
    )
    found: dict[tuple[int, str], list[StagedRow]] = {}
    for row in rows:
        staged = StagedRow(line=row.line, cells=row.cells, content=row.content)
        found.setdefault((row.group_number, row.key), []).append(staged)
    return [Group(number=number, key=key, rows=tuple(rows)) for (number, key), rows in found.items()]


def reject(session: Session, import_id: int, rejected: Sequence[tuple[int, Reason]]) -> None:
    """Add reasons to rows by line; they stay for the file of rejected rows."""
    session.execute(
        text(
            "UPDATE import_rows r SET reasons = r.reasons || v.reason::jsonb FROM (SELECT line,"
            " jsonb_agg(reason::jsonb) AS reason FROM unnest(CAST(:lines AS bigint[]), CAST(:reasons AS text[]))"
            " AS u(line, reason) GROUP BY line) AS v WHERE r.import_id = :import_id AND r.line = v.line"
        ),
        {
            "import_id": import_id,
            "lines": [line for line, _ in rejected],
            "reasons": [json.dumps(asdict(reason)) for _, reason in rejected],
        },
    )


def record(session: Session, import_id: int, results: Sequence[Result]) -> None:
    """What comes of each row; what an earlier reading said of it is gone."""
    session.execute(
        text(
            "UPDATE import_rows r SET result = v.result, said = v.said FROM unnest(CAST(:lines AS bigint[]),"
            " CAST(:results AS text[]), CAST(:said AS text[])) AS v(line, result, said)"
            " WHERE r.import_id = :import_id AND r.line = v.line"
        ),
        {
            "import_id": import_id,
            "lines": [one.line for one in results],
            "results": [one.result for one in results],
            "said": [one.said for one in results],
        },
    )


def drop_done(session: Session, import_id: int, *, up_to: int) -> None:
    """Rows that were taken in are not kept twice."""
    session.execute(
        text(
            "DELETE FROM import_rows WHERE import_id = :import_id AND group_number <= :up_to AND reasons = '[]'::jsonb"
        ),
        {"import_id": import_id, "up_to": up_to},
    )


def add_repairs(session: Session, import_id: int, repairs: Sequence[Repair]) -> None:
    bulk.insert(session, ImportRepair, [_repair(import_id, one) for one in repairs])


def _chunks(rows: Iterable[ReadRow]) -> Iterator[list[ReadRow]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, AT_ONCE)):
        yield chunk


def _row(import_id: int, row: ReadRow) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "line": row.line,
        "key": row.key,
        "cells": list(row.cells),
        "content": row.values,
        "reasons": [asdict(reason) for reason in row.reasons],
    }


def _repair(import_id: int, repair: Repair) -> dict[str, Any]:
    return {"import_id": import_id, **vars(repair)}


NUMBER = """
WITH numbered AS (
    SELECT key, row_number() OVER (ORDER BY min(content->>'placed_on') NULLS FIRST, min(line)) AS number
      FROM import_rows WHERE import_id = :import_id AND reasons = '[]'::jsonb GROUP BY key),
 moved AS (
    UPDATE import_rows r SET group_number = n.number FROM numbered n
     WHERE r.import_id = :import_id AND r.key = n.key AND r.reasons = '[]'::jsonb)
SELECT count(*) FROM numbered
"""
