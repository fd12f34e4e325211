"""Files of every encoding and delimiter are read; what is no table is refused with a line number."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT
from app.imports.errors import FileTooLarge, NotATable, UnreadableFile
from app.imports.reading import Row, layout_of, rows, size_of

HEAD = b"Order,Name\n"


def read(content: bytes) -> list[tuple[str, ...]]:
    stream = io.BytesIO(content)
    return [row.cells for row in rows(stream, layout_of(stream))]


@pytest.mark.parametrize(
    "content",
    [
        "Order,Name\n1,Jürgen “Jo” Ölçer\n".encode(),
        "Order,Name\n1,Jürgen “Jo” Ölçer\n".encode("utf-8-sig"),
        "Order,Name\n1,Jürgen “Jo” Ölçer\n".encode("utf-16"),
        "Order,Name\r\n1,Jürgen “Jo” Ölçer\r\n".encode("cp1252"),
        "Order;Name\n1;Jürgen “Jo” Ölçer\n".encode(),
        "Order\tName\n1\tJürgen “Jo” Ölçer".encode(),
    ],
    ids=["utf-8", "utf-8 with a mark", "utf-16", "windows-1252", "semicolons", "tabs"],
)
def test_encoding_and_delimiter_are_found_by_looking(content: bytes) -> None:
    assert read(content) == [("1", "Jürgen “Jo” Ölçer")]


def test_the_mark_at_the_start_is_no_part_of_the_first_header() -> None:
    assert layout_of(io.BytesIO("Order,Name\n".encode("utf-8-sig"))).headers == ("Order", "Name")


def test_a_quoted_field_may_hold_the_delimiter_a_quote_and_a_line_break() -> None:
    assert read(HEAD + b'1,"a, ""b""\nc"\n2,d\n') == [("1", 'a, "b"\nc'), ("2", "d")]


def test_a_row_knows_the_line_on_which_it_begins() -> None:
    stream = io.BytesIO(HEAD + b'1,"a\nb"\n\n2,c\n')

    found = list(rows(stream, layout_of(stream)))

    assert found == [Row(line=2, cells=("1", "a\nb")), Row(line=5, cells=("2", "c"))]


def test_a_delimiter_inside_a_quoted_header_does_not_count() -> None:
    assert layout_of(io.BytesIO(b'"a;b;c;d",e,f\n1,2,3\n')).delimiter == ","


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n \n", "the file is empty"),
        (b"\nOrder\n1\n", "the first line is empty"),
        (HEAD + b"1,a\n2,b\0c\n", "line 3 holds a NUL character"),
        (HEAD + "1,é\n".encode() + "2,é\n".encode("cp1252"), "line 2 is UTF-8, line 3 is not"),
        (HEAD + b"1,a\n2,\x81\xc3\n", "line 3 holds the byte 0x81"),
        (HEAD + b'1,a\n2,"never closed\n3,c\n', "the quote that opens on line 3 is never closed"),
        (HEAD + b'1,"a"b\n', "line 2 has text after a closing quote"),
        (HEAD + b"1," + b"x" * 1_100_000 + b"\n", "line 2 is longer than 1 MB"),
        (b"," * 99_999 + b"\n", "line 1 has 100,000 columns, an import takes 500"),
        (HEAD + b"," * 500 + b"\n", "line 2 has 501 columns"),
        (b"a,b\n" + b'"' + b"x\n" * 600_000, "the quote that opens on line 2 is never closed"),
    ],
    ids=range(12),
)
def test_what_cannot_be_read_is_refused_with_the_line(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read(content)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"MZ\x90\0", "a Windows program"),
        (b"\x7fELF\x02", "a program"),
        (b"PK\x03\x04\x14\0", "a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\x01\x02\x03\x04", "a binary file"),
    ],
)
def test_a_file_that_is_no_table_is_named_for_what_it_is(start: bytes, kind: str) -> None:
    with pytest.raises(NotATable, match=kind):
        read(start + b" and so on\n")


def test_one_line_of_fifty_megabytes_is_refused_at_once_and_never_held() -> None:
    with pytest.raises(UnreadableFile, match="line 2 is longer than 1 MB"):
        read(HEAD + b"x" * 50_000_000)


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(FileTooLarge, match="takes 1 MB"):
        size_of(io.BytesIO(b"x" * 1_000_001), limit=1_000_000)


MEASURE = """
import resource, sys
from app.imports.mapping import guess
from app.imports.reading import layout_of, rows
from app.imports.survey import survey
with open(sys.argv[1], "rb") as stream:
    layout = layout_of(stream)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = survey(rows(stream, layout), guess("orders", layout.headers), "orders")
print(found.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_long_file_is_read_row_by_row_and_never_held(tmp_path: Path) -> None:
    file, row = tmp_path / "long.csv", "WB-2025-1,11/28/2025,SKU-1,3,12.50," + "x" * 150 + "\n"
    with file.open("w") as written:
        written.write("Order ID,Order Date,SKU,Quantity,Sales,Note\n")
        for _ in range(200):
            written.write(row * 1_000)

    answer = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    counted, more_kilobytes = map(int, answer.stdout.split())
    assert counted == 200_000
    assert more_kilobytes < 20_000, "reading 40 MB must not cost 20"
