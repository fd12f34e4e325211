"""Reads the first sheet of a workbook, in a process of its own and under limits: ``-m app.imports.sheet_child FILE``.

Prints a line of JSON for each row: its number and its cells. A refusal goes to standard error, as JSON too.
"""

import json
import math
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    XmlError,
    ZipError,
)

from app.imports.archive import check_directory, count_bytes
from app.imports.errors import FileTooLarge, UnreadableFile

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 60
OUTPUT_BYTES = 1_000_000_000
MOST_COLUMNS = 500
REFUSED = 3


def main(path: str) -> int:
    _limit()
    try:
        with open(path, "rb") as stream:
            check_directory(stream)
            count_bytes(stream)
        for line in _lines(path):
            sys.stdout.write(line)
        sys.stdout.flush()
    except UnreadableFile as error:
        sys.stderr.write(json.dumps({"kind": type(error).__name__, "message": str(error)}))
        return REFUSED
    return 0


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _lines(path: str) -> Iterator[str]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_name(_first(book))
            if _width(sheet) > MOST_COLUMNS:
                raise UnreadableFile(f"the sheet has {_width(sheet):,} columns, an import takes {MOST_COLUMNS}")
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                yield f"{json.dumps([number, _texts(cells)], ensure_ascii=False)}\n"
    except PasswordError as error:
        raise UnreadableFile("the workbook is protected by a password: take the password off") from error
    except (CalamineError, XmlError, ZipError) as error:
        raise UnreadableFile("the workbook is damaged: open it in a spreadsheet and save it again") from error
    except MemoryError as error:
        raise FileTooLarge("the sheet is too large to be read: save it as CSV") from error


def _width(sheet: CalamineSheet) -> int:
    return sheet.end[1] + 1 if sheet.end else 0


def _first(book: CalamineWorkbook) -> str:
    sheets = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not sheets:
        raise UnreadableFile("the workbook has no sheet that can be seen: save the table on its first sheet")
    return sheets[0]


def _texts(cells: list[Any]) -> list[str]:
    texts = [_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(cell: Any) -> str:
    """As a CSV file would have it: plain digits, ISO dates."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int):
        return _digits(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else _duration(cell)


def _digits(cell: float) -> str:
    if not math.isfinite(cell):
        return str(cell)
    return str(int(cell)) if cell == int(cell) else f"{Decimal(repr(cell)):f}"


def _duration(cell: timedelta) -> str:
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
