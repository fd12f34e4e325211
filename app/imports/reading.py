"""Streams rows out of a delimited file, whatever its encoding and delimiter; never holds more than a row."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.imports.encoding import LONGEST_LINE, sniff, too_long
from app.imports.errors import FileTooLarge, UnreadableFile
from app.kernel.csv_cells import undone

MOST_COLUMNS = 500
DELIMITERS = ",;\t|"

csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the bytes become rows: codec, delimiter, and the headers of the first line."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """``line`` is where the row begins in the file, the header being line 1."""

    line: int
    cells: tuple[str, ...]


def size_of(stream: BinaryIO, *, limit: int) -> int:
    """Bytes in the file. Raises FileTooLarge over the limit."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size > limit:
        raise FileTooLarge(
            f"the file has {size / 1e6:,.0f} MB, an import takes {limit / 1e6:,.0f} MB: split it into several files"
        )
    return size


def layout_of(stream: BinaryIO) -> Layout:
    """Read every byte once to learn the encoding, and the first line to learn the rest."""
    encoding = sniff(stream)
    delimiter = _delimiter(stream, encoding)
    header = next(_records(stream, encoding, delimiter), None)
    if header is None or not any(header.cells):
        raise UnreadableFile("the first line is empty: it must hold the names of the columns")
    return Layout(encoding=encoding, delimiter=delimiter, headers=tuple(undone(name.strip()) for name in header.cells))


def rows(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """Every row below the header that is not wholly empty."""
    records = _records(stream, layout.encoding, layout.delimiter)
    next(records, None)
    for record in records:
        if any(record.cells):
            yield record


def _delimiter(stream: BinaryIO, encoding: str) -> str:
    first = next(_lines(stream, encoding), "")
    counts = {mark: _outside_quotes(first, mark) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def _records(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(_lines(stream, encoding), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(_explained(error, line, reader.line_num)) from error
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFile(f"line {line} has {len(cells):,} columns, an import takes {MOST_COLUMNS}")
        yield Row(line=line, cells=tuple(cells))


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield from _checked_lines(text)
    finally:
        text.detach()


def _checked_lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(LONGEST_LINE + 1)
        except UnicodeError as error:
            raise UnreadableFile(f"line {number} holds bytes that are no text: save the file as UTF-8") from error
        if not line:
            return
        if len(line) > LONGEST_LINE:
            raise UnreadableFile(too_long(number))
        if "\0" in line:
            raise UnreadableFile(f"line {number} holds a NUL character: save the file as UTF-8 text")
        yield line


def _explained(error: csv.Error, line: int, last: int) -> str:
    problem = str(error)
    if "unexpected end of data" in problem or "field limit" in problem:
        return f"the quote that opens on line {line} is never closed: close it, or remove it"
    if "expected after" in problem:
        return f"line {last} has text after a closing quote: a quote inside a field must be written twice"
    return f"line {last} cannot be read: {problem}"
