"""Which encoding a file is in, read off its bytes; what is no text is refused by its first bytes."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from app.imports.errors import NotATable, UnreadableFile

LONGEST_LINE = 1024 * 1024

SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"PK\x03\x04", "a spreadsheet or ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a word-processor file"),
    (b"SQLite format 3", "a database"),
)
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SURELY_BINARY = frozenset(range(0x20)) - frozenset(b"\0\t\n\v\f\r\x1a\x1b")


def sniff(stream: BinaryIO) -> str:
    """The codec of the whole file: by its mark, else UTF-8 if every line is, else Windows-1252; rewinds the stream."""
    stream.seek(0)
    start = stream.read(512)
    stream.seek(0)
    _refuse_other_kinds(start)
    marked = next((codec for mark, codec in MARKS if start.startswith(mark)), None)
    found = marked if marked == "utf-16" else _by_lines(stream, marked or "utf-8")
    stream.seek(0)
    return found


def _refuse_other_kinds(start: bytes) -> None:
    if not start.strip():
        raise UnreadableFile("the file is empty: choose a file with a header line and at least one row")
    kind = next((name for signature, name in SIGNATURES if start.startswith(signature)), None)
    if kind is None and start.lstrip()[:9].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        kind = "a web page"
    if kind is None and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        kind = "a binary file" if SURELY_BINARY.intersection(start) else None
    if kind:
        raise NotATable(
            f"this is {kind}, not a CSV or XLSX file, whatever its name says: save the table as CSV or XLSX"
        )


def _by_lines(stream: BinaryIO, codec: str) -> str:
    first_utf8 = first_other = 0
    for number, line in enumerate(_lines(stream), start=1):
        if line.isascii():
            continue
        if _is_utf8(line):
            first_utf8 = first_utf8 or number
        else:
            first_other = first_other or number
            _refuse_unknown_bytes(line, number)
        if first_other and (first_utf8 or codec == "utf-8-sig"):
            raise UnreadableFile(_mixed(first_utf8, first_other))
    return "cp1252" if first_other else codec


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnreadableFile(too_long(number))
        yield line


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_unknown_bytes(line: bytes, number: int) -> None:
    try:
        line.decode("cp1252")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise UnreadableFile(
            f"line {number} holds the byte {byte:#04x}, which is neither UTF-8 nor Windows-1252: save the file as UTF-8"
        ) from error


def _mixed(first_utf8: int, first_other: int) -> str:
    where = (
        f"line {first_utf8} is UTF-8, line {first_other} is not" if first_utf8 else f"line {first_other} is not UTF-8"
    )
    return f"the file mixes encodings: {where}. Save the whole file as UTF-8 and choose it again"


def too_long(number: int) -> str:
    return f"line {number} is longer than 1 MB: this is no table, or its line ends are lost. Save it again as CSV"
