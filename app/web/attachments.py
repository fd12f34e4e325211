"""Tables and kept files as attachments, with a name that is safe in a header."""

from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import BinaryIO

from flask import Response, send_file

from app.kernel.table_files import MEDIA_TYPES, Cell, Format, write_table


def table_answer(name: str, format: Format, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Written whole before the first byte leaves: no transaction waits for a slow browser."""
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_table(target, format, header, rows)
    target.seek(0)
    return attachment(target, f"{name}.{format}", MEDIA_TYPES[format])


def attachment(content: BinaryIO, name: str, media_type: str) -> Response:
    answer = send_file(content, mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
