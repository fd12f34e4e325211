"""A file as rows, whatever it is: delimited text is streamed, a workbook is read by a process under limits."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import copyfileobj
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, BinaryIO

from app.config import ROOT
from app.imports import reading
from app.imports.archive import SIGNATURE, check_directory
from app.imports.errors import FileTooLarge, NotATable, UnreadableFile
from app.imports.reading import Row
from app.imports.sheet_child import REFUSED
from app.kernel.csv_cells import undone
from app.kernel.table_files import Format

LONGEST_SECONDS = 60
KINDS = {kind.__name__: kind for kind in (UnreadableFile, NotATable, FileTooLarge)}
CHILD = [sys.executable, "-m", "app.imports.sheet_child"]


@dataclass(frozen=True, kw_only=True)
class Table:
    """``rows`` may be asked several times; ``delimiter`` is empty for a workbook."""

    format: Format
    headers: tuple[str, ...]
    delimiter: str
    rows: Callable[[], Iterator[Row]]


@contextmanager
def open_table(stream: BinaryIO) -> Iterator[Table]:
    """By what is in it, never by its name. Raises UnreadableFile, NotATable (415) or FileTooLarge (413)."""
    stream.seek(0)
    is_workbook = stream.read(len(SIGNATURE)) == SIGNATURE
    stream.seek(0)
    if not is_workbook:
        layout = reading.layout_of(stream)
        yield Table(
            format="csv",
            headers=layout.headers,
            delimiter=layout.delimiter,
            rows=lambda: reading.rows(stream, layout),
        )
        return
    check_directory(stream)
    with TemporaryFile("w+", encoding="utf-8") as lines:
        _read_sheet(stream, lines)
        yield _workbook(lines)


def _workbook(lines: IO[str]) -> Table:
    first = next(_records(lines), None)
    if first is None:
        raise UnreadableFile("the first sheet is empty: its first row must hold the names of the columns")
    headers = tuple(undone(name.strip()) for name in first.cells)
    return Table(format="xlsx", headers=headers, delimiter="", rows=lambda: _below(lines, first, len(headers)))


def _below(lines: IO[str], first: Row, columns: int) -> Iterator[Row]:
    """Cells that end a row and are empty are not written in a workbook: they are there all the same."""
    for row in _records(lines):
        if row.line > first.line:
            yield Row(line=row.line, cells=(*row.cells, *[""] * (columns - len(row.cells))))


def _records(lines: IO[str]) -> Iterator[Row]:
    lines.seek(0)
    for line in lines:
        number, cells = json.loads(line)
        if any(cells):
            yield Row(line=number, cells=tuple(cells))


def _read_sheet(stream: BinaryIO, lines: IO[str]) -> None:
    with NamedTemporaryFile(suffix=".xlsx") as copy:
        stream.seek(0)
        copyfileobj(stream, copy)
        copy.flush()
        try:
            done = subprocess.run(
                [*CHILD, copy.name],
                cwd=ROOT,
                env={"PATH": os.defpath, "PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=subprocess.PIPE,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_slow() from error
    if done.returncode == REFUSED:
        told = json.loads(done.stderr)
        raise KINDS[told["kind"]](told["message"])
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _too_slow()
    if done.returncode < 0:
        raise FileTooLarge("the workbook cannot be read within 768 MB of memory: save the table as CSV")
    if done.returncode:
        raise UnreadableFile("the workbook cannot be read: open it in a spreadsheet and save it again, or as CSV")


def _too_slow() -> FileTooLarge:
    return FileTooLarge(f"the workbook takes longer than {LONGEST_SECONDS} seconds to read: save the table as CSV")
