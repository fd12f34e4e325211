"""What may be wrong with a ZIP archive that calls itself a workbook: told from its directory, then from its bytes."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from app.imports.errors import FileTooLarge, NotATable, UnreadableFile

SIGNATURE = b"PK\x03\x04"
MOST_ENTRIES = 50
MOST_BYTES = 200_000_000
MOST_TIMES = 100
SMALL = 1_000_000
"""Below so many bytes the ratio says nothing: a sheet of few words is small in any case."""

LONGEST_DIRECTORY = 64 * 1024
END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
LOCAL_HEADER = struct.Struct("<4s22xHH")
CHUNK = 1 << 20
MARKUP = (".xml", ".rels", ".vml")
DECLARATIONS = tuple(
    word.encode(codec) for word in ("<!DOCTYPE", "<!ENTITY") for codec in ("ascii", "utf-16-le", "utf-16-be")
)
LONGEST_DECLARATION = max(map(len, DECLARATIONS))


def check_directory(stream: BinaryIO) -> None:
    """What the archive says of itself; nothing is unpacked. Raises UnreadableFile, NotATable or FileTooLarge."""
    _check_end(stream)
    try:
        entries = zipfile.ZipFile(stream).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise UnreadableFile("the workbook is damaged: open it in a spreadsheet and save it again") from error
    for entry in entries:
        _refuse_strange(entry)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise UnreadableFile("the workbook holds two parts of one name: save it again in a spreadsheet")
    if "xl/workbook.xml" not in names:
        raise NotATable(
            "this is a ZIP archive, not an XLSX workbook, whatever its name says: choose a CSV or XLSX file"
        )
    refuse_inflated(sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries))


def count_bytes(stream: BinaryIO) -> None:
    """Unpacks everything and keeps nothing: sizes that the directory does not admit are found here."""
    total = packed = 0
    for entry in zipfile.ZipFile(stream).infolist():
        packed += entry.compress_size
        seen, tail = 0, b""
        for chunk in _inflated(stream, entry):
            if not seen and chunk.startswith(SIGNATURE):
                raise UnreadableFile("the workbook holds another archive: remove what is embedded in it")
            seen += len(chunk)
            tail = _without_declarations(entry.filename, tail + chunk)
            refuse_inflated(total + seen, packed)
        if seen != entry.file_size:
            raise UnreadableFile("the workbook is not as large as it says: open it in a spreadsheet and save it again")
        total += seen


def refuse_inflated(unpacked: int, packed: int) -> None:
    if unpacked > MOST_BYTES:
        raise FileTooLarge(f"the workbook unpacks to more than {MOST_BYTES / 1e6:,.0f} MB: split it into several files")
    if unpacked > SMALL and unpacked > MOST_TIMES * packed:
        raise FileTooLarge(
            f"the workbook unpacks to more than {MOST_TIMES} times its size, as a trap would: save the table as CSV"
        )


def _check_end(stream: BinaryIO) -> None:
    """Before zipfile reads it: a directory of millions of entries would fill the memory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - END_SIZE - LONGEST_COMMENT))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        raise UnreadableFile("the workbook breaks off in the middle: send it again")
    entries, length = struct.unpack_from("<HI", tail, at + 10)
    if entries > MOST_ENTRIES or length > LONGEST_DIRECTORY:
        raise FileTooLarge(f"the workbook has more than {MOST_ENTRIES} parts: save only the sheet with the table")


def _refuse_strange(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or entry.orig_filename != name:
        raise UnreadableFile("the workbook holds a part that points out of it: save it again in a spreadsheet")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableFile("the workbook holds a link: save it again in a spreadsheet")
    if name.lower().endswith((".zip", ".xlsx", ".xlsm", ".7z", ".rar", ".gz")):
        raise UnreadableFile("the workbook holds another archive: remove what is embedded in it")
    if entry.flag_bits & 1:
        raise UnreadableFile("the workbook is protected by a password: take the password off")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile("the workbook is packed in an unusual way: save it again in a spreadsheet")


def _inflated(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Read past the size that the directory names, as other readers would."""
    stream.seek(entry.header_offset)
    start = stream.read(LOCAL_HEADER.size)
    if len(start) < LOCAL_HEADER.size or not start.startswith(SIGNATURE):
        raise UnreadableFile("the workbook is damaged: open it in a spreadsheet and save it again")
    _, name, extra = LOCAL_HEADER.unpack(start)
    stream.seek(name + extra, 1)
    left = entry.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    try:
        while left > 0 and (packed := stream.read(min(CHUNK, left))):
            left -= len(packed)
            if inflate is None:
                yield packed
                continue
            yield from _all_of(inflate, packed)
    except zlib.error as error:
        raise UnreadableFile("the workbook is damaged: open it in a spreadsheet and save it again") from error


def _all_of(inflate: Any, packed: bytes) -> Iterator[bytes]:
    """A chunk may become a thousand: they are handed out one by one."""
    while not inflate.eof and (chunk := inflate.decompress(packed, CHUNK)):
        yield chunk
        packed = inflate.unconsumed_tail


def _without_declarations(name: str, text: bytes) -> bytes:
    """Answers the end of the text, which may be the start of a declaration. No workbook declares entities."""
    if not name.lower().endswith(MARKUP):
        return b""
    if any(word in text for word in DECLARATIONS):
        raise UnreadableFile("the workbook declares entities of its own, which no spreadsheet does: save it as CSV")
    return text[-LONGEST_DECLARATION:]
