"""Workbooks for tests: honest ones as a spreadsheet writes them, and traps put together by hand."""

import io
import stat
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

PARTS = {
    "[Content_Types].xml": (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="worksheets/sheet1.xml" Type="http://schemas.openxmlformats.org/officeDocument/'
        '2006/relationships/worksheet"/></Relationships>'
    ),
}
SHEET = "xl/worksheets/sheet1.xml"
SHEET_HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook(rows: Sequence[Sequence[Any]], *, first_row: int = 0) -> bytes:
    """The first sheet holds the rows: text as text, numbers as numbers, dates as dates."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows, start=first_row):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif cell is not None:
                sheet.write(number, column, cell)
    book.close()
    return target.getvalue()


def by_hand(parts: Mapping[str, bytes | str] | None = None, *, link: str = "", twice: str = "") -> bytes:
    """A workbook of one cell, with parts put in or replaced."""
    target = io.BytesIO()
    whole = {**PARTS, SHEET: sheet_of("<row r='1'><c r='A1' t='inlineStr'><is><t>SKU</t></is></c></row>")}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**whole, **(parts or {})}.items():
            archive.writestr(name, content)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
        if twice:
            archive.writestr(zipfile.ZipInfo(twice), "again")
    return target.getvalue()


def sheet_of(rows: str, before: str = "") -> str:
    return f"{before}{SHEET_HEAD}<sheetData>{rows}</sheetData></worksheet>"


def understated(content: bytes, name: str, size: int) -> bytes:
    """The directory says that this part unpacks to so many bytes; it unpacks to what it always did."""
    changed = bytearray(content)
    at = changed.rfind(name.encode()) - 46
    assert changed[at : at + 4] == b"PK\x01\x02"
    changed[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(changed)
