"""Tables written to files, row by row: CSV and XLSX. Text stays text and numbers stay numbers in both."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, Literal, TypeAlias, get_args

import xlsxwriter

from app.kernel.csv_cells import defused, typed
from app.kernel.errors import DomainError

Format: TypeAlias = Literal["csv", "xlsx"]
Cell: TypeAlias = str | int | bool | date | datetime | None

FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS_IN_XLSX = 2**20 - 1
NARROWEST, WIDEST = 10, 40


class Figure(str):
    """A number that is already written out, such as an amount with its decimals: no text, and no formula."""


class TooManyRows(DomainError):
    """More rows than the format holds."""


def write_table(
    target: BinaryIO, format: Format, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, name: str = "Rows"
) -> int:
    """Write the header and every row, holding one row at a time; answers how many rows. Raises TooManyRows."""
    if format == "csv":
        return _write_csv(target, header, rows)
    return _write_xlsx(target, header, rows, name)


def _write_csv(target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([defused(name) for name in header])
    count = 0
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return str(cell) if isinstance(cell, Figure) else defused(cell)
    if isinstance(cell, bool):
        return _word(cell)
    return _iso(cell) if isinstance(cell, date) else "" if cell is None else str(cell)


def _write_xlsx(target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], name: str) -> int:
    """``constant_memory`` puts each row into a temporary file as soon as the next one begins."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "use_zip64": True})
    try:
        sheet = book.add_worksheet(name)
        day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
        for column, title in enumerate(header):
            sheet.set_column(column, column, min(max(len(title) + 2, NARROWEST), WIDEST))
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(header):
            sheet.write_string(0, column, typed(title), bold)
        count = 0
        for count, row in enumerate(rows, start=1):
            if count > MOST_ROWS_IN_XLSX:
                raise TooManyRows(f"a workbook holds {MOST_ROWS_IN_XLSX:,} rows: choose CSV, or fewer rows")
            for column, cell in enumerate(row):
                _write_cell(sheet, count, column, cell, day)
    finally:
        book.close()
    return count


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, Figure):
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, typed(cell))
    elif isinstance(cell, bool):
        sheet.write_string(row, column, _word(cell))
    elif isinstance(cell, datetime):
        sheet.write_string(row, column, _iso(cell))
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _word(cell: bool) -> str:
    return "yes" if cell else "no"


def _iso(cell: date) -> str:
    """With its offset: a sheet has no time zones, so moments are text there."""
    return cell.isoformat(sep=" ", timespec="seconds") if isinstance(cell, datetime) else cell.isoformat()
