"""Files that an import gives back: the rows it left out, in the format they came in, and the repairs it made."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports.mapping import REASONS_HEADER
from app.imports.models import Import
from app.kernel.csv_cells import defused

AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    line: int
    cells: list[str]
    reasons: list[dict[str, str]]


def rejected(session: Session, import_id: int, *, most: int, after: int = 0) -> list[RejectedRow]:
    """Rows that were left out, by line."""
    rows = session.execute(
        text(
            "SELECT line, cells, reasons FROM import_rows WHERE import_id = :id AND line > :after"
            " AND reasons <> '[]'::jsonb ORDER BY line LIMIT :most"
        ),
        {"id": import_id, "after": after, "most": most},
    )
    return [RejectedRow(**row._mapping) for row in rows]


@dataclass(frozen=True, kw_only=True)
class CsvPart:
    """Some lines of a file, and after which row the next part begins; None at its end."""

    text: str
    after: int | None


def rejected_csv(session: Session, row: Import, *, after: int = 0) -> CsvPart:
    """The header and the rejected rows as they were, and a column of reasons; safe to open in a spreadsheet."""
    keep = [place for place, header in enumerate(row.headers) if header != REASONS_HEADER]
    found = rejected(session, row.id, most=AT_ONCE, after=after)
    lines: list[Sequence[object]] = [[*_kept(one.cells, keep), defused(sentence(one.reasons))] for one in found]
    if not after:
        lines.insert(0, [*_kept(row.headers, keep), REASONS_HEADER])
    return CsvPart(text=_lines(lines), after=found[-1].line if len(found) == AT_ONCE else None)


def repairs_csv(session: Session, row: Import, *, after: int = 0) -> CsvPart:
    """Every repair, one by one."""
    found = repairs(session, row.id, after=after)
    lines: list[Sequence[object]] = [
        [one.line, one.kind, *map(defused, (one.field, one.before, one.after))] for one in found
    ]
    if not after:
        lines.insert(0, ["Line", "Repair", "Column", "Before", "After"])
    return CsvPart(text=_lines(lines), after=found[-1].id if len(found) == AT_ONCE else None)


def repairs(session: Session, import_id: int, *, kind: str = "", after: int = 0, most: int = AT_ONCE) -> Sequence[Any]:
    """Repairs of one kind or of all, in the order in which they were made."""
    return session.execute(
        text(
            "SELECT id, line, kind, field, before, after FROM import_repairs WHERE import_id = :id AND id > :after"
            " AND (:kind = '' OR kind = :kind) ORDER BY id LIMIT :most"
        ),
        {"id": import_id, "after": after, "kind": kind, "most": most},
    ).all()


def sentence(reasons: Sequence[dict[str, str]]) -> str:
    return "; ".join(f"{one['column']}: {one['message']}" if one["column"] else one["message"] for one in reasons)


def _kept(cells: Sequence[str], keep: Sequence[int]) -> list[str]:
    return [defused(cells[place]) if place < len(cells) else "" for place in keep]


def _lines(rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
