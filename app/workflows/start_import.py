"""A file comes in: kept, looked at, its columns guessed."""

from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.channels.lookup import terms
from app.imports import lifecycle, mapping
from app.imports.fields import KINDS
from app.imports.models import Import
from app.imports.options import Options
from app.imports.reading import size_of
from app.imports.tables import open_table
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.kernel.files import FileStore, StoredFile, add, keep
from app.kernel.table_files import MEDIA_TYPES, Format

LARGEST = 200_000_000


@dataclass(frozen=True, kw_only=True)
class Upload:
    """``stream`` can be rewound. ``channel`` is the code under which the orders of the file are taken in."""

    kind: str
    name: str
    stream: BinaryIO
    options: Options = Options()
    channel: str = "csv"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An upload whose bytes lie in the store."""

    upload: Upload
    file: StoredFile
    headers: tuple[str, ...]
    format: Format


def keep_upload(upload: Upload, *, store: FileStore) -> Kept:
    """Outside any transaction. Raises UnreadableFile for what is no table; nothing is kept then."""
    if upload.kind not in KINDS:
        raise Invalid([("kind", f"“{upload.kind}” is not imported: choose {', '.join(KINDS)}")])
    size_of(upload.stream, limit=LARGEST)
    with open_table(upload.stream) as table:
        headers, format = table.headers, table.format
    upload.stream.seek(0)
    file = keep(store, upload.stream, name=upload.name, media_type=MEDIA_TYPES[format])
    return Kept(upload=upload, headers=headers, format=format, file=file)


def start_import(session: Session, kept: Kept, *, actor: Actor) -> Import:
    """Begin an import of a file that is kept."""
    upload, file = kept.upload, kept.file
    new = lifecycle.NewImport(
        kind=upload.kind,
        format=kept.format,
        file_name=file.name,
        file_id=add(session, file),
        sha256=file.sha256.hex(),
        size_bytes=file.size,
        headers=kept.headers,
        mapping=mapping.recall(session, upload.kind, kept.headers),
        options=upload.options,
        channel_id=_channel_id(session, upload),
    )
    return lifecycle.begin(session, new, actor=actor)


def unfinished(session: Session, upload: Upload) -> Import | None:
    """An import of the same bytes with the same options that was cut off in the middle: it can go on."""
    found = lifecycle.earlier(session, upload.kind, _digest(upload.stream), channel_id=_channel_id(session, upload))
    same = [row for row in found if row.state == "running" and row.options == upload.options.to_json()]
    return same[0] if same else None


def file_key(session: Session, row: Import) -> str:
    """Under which the bytes lie in the file store."""
    key: str = session.execute(text("SELECT key FROM files WHERE id = :id"), {"id": row.file_id}).scalar_one()
    return key


def _channel_id(session: Session, upload: Upload) -> int | None:
    if upload.kind != "orders":
        return None
    found = terms(session, [upload.channel]).get(upload.channel)
    if found is None:
        raise Invalid([("channel", f"there is no active channel “{upload.channel}”: add it on the admin page")])
    return found.id


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
