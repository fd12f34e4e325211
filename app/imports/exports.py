"""Files that an import gives back: the rows it left out, what came of each row, and the repairs it made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports.fields import KINDS
from app.imports.mapping import REASONS_HEADER
from app.imports.models import Import
from app.kernel.csv_cells import undone
from app.kernel.table_files import Cell

AT_ONCE = 1_000
RESULT_HEADERS = ("Result", "Details")
LEFT_OUT = "left out"


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
class Part:
    """Some rows of a file, and after which one the next part begins; None at its end."""

    rows: list[list[Cell]]
    after: int | None


@dataclass(frozen=True)
class GivenBack:
    """A file about an import, read in parts: none of them keeps a transaction open for long."""

    header: Callable[[Import], list[str]]
    part: Callable[[Session, Import, int], Part]


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


def _rejected_header(row: Import) -> list[str]:
    return [*(row.headers[place] for place in _own(row)), REASONS_HEADER]


def _rejected_part(session: Session, row: Import, after: int) -> Part:
    """The rows as they were, and a column of reasons."""
    found = rejected(session, row.id, most=AT_ONCE, after=after)
    rows = [[*_as_it_was(row, one.cells), sentence(one.reasons)] for one in found]
    return Part(rows=rows, after=found[-1].line if len(found) == AT_ONCE else None)


def _results_header(row: Import) -> list[str]:
    return ["Row", *(row.headers[place] for place in _own(row)), *RESULT_HEADERS]


def _results_part(session: Session, row: Import, after: int) -> Part:
    found = session.execute(text(RESULTS_OF), {"id": row.id, "after": after, "most": AT_ONCE}).all()
    rows: list[list[Cell]] = [
        [
            one.line,
            *_as_it_was(row, one.cells),
            LEFT_OUT if one.reasons else one.result,
            sentence(one.reasons) if one.reasons else one.said,
        ]
        for one in found
    ]
    return Part(rows=rows, after=found[-1].line if len(found) == AT_ONCE else None)


def _repairs_header(_row: Import) -> list[str]:
    return ["Line", "Repair", "Column", "Before", "After"]


def _repairs_part(session: Session, row: Import, after: int) -> Part:
    """Every repair, one by one."""
    found = repairs(session, row.id, after=after)
    rows: list[list[Cell]] = [[one.line, one.kind, one.field, one.before, one.after] for one in found]
    return Part(rows=rows, after=found[-1].id if len(found) == AT_ONCE else None)


def _own(row: Import) -> list[int]:
    """Columns that are not what an earlier file of rejected rows added."""
    return [place for place, header in enumerate(row.headers) if header not in (REASONS_HEADER, *RESULT_HEADERS)]


def _as_it_was(row: Import, cells: Sequence[str]) -> list[Cell]:
    """In a workbook, what is read as a number is one again."""
    numbers = {row.mapping[one.name] for one in KINDS[row.kind] if one.is_number and one.name in row.mapping}
    return [
        _number(cells[place]) if row.format == "xlsx" and place in numbers else undone(cells[place])
        for place in _own(row)
        if place < len(cells)
    ] + [""] * sum(place >= len(cells) for place in _own(row))


def _number(cell: str) -> Cell:
    return (
        int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 16 and str(int(cell)) == cell else undone(cell)
    )


RESULTS_OF = """
SELECT line, cells, reasons, result, said FROM import_rows
 WHERE import_id = :id AND line > :after ORDER BY line LIMIT :most
"""

REJECTED = GivenBack(_rejected_header, _rejected_part)
RESULTS = GivenBack(_results_header, _results_part)
REPAIRS = GivenBack(_repairs_header, _repairs_part)
