"""Files that the house keeps: slips, logos, uploads. In a folder by default, in S3-compatible storage by setting."""

import os
import re
import secrets
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import BinaryIO, Protocol, cast

from sqlalchemy import func
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel import text
from app.kernel.db import Base, BigId
from app.kernel.errors import NotFound

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
FOLDERS = re.compile(r".*[/\\]", re.DOTALL)


class StoredFile(Base):
    """What a file is; its bytes lie in the store under ``key``. ``name`` is for people, never part of a path."""

    __tablename__ = "files"

    id: Mapped[BigId]
    key: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FileStore(Protocol):
    """Bytes under generated keys. A file is never changed: new content gets a new key."""

    def put(self, content: bytes | BinaryIO, *, media_type: str) -> str:
        """Keep the bytes for good before returning; the key is ours, never the user's name."""

    def open(self, key: str) -> BinaryIO:
        """A stream from the first byte; the caller closes it. Raises NotFound."""

    def delete(self, key: str) -> None:
        """Gone afterwards, whether it was there or not."""

    def exists(self, key: str) -> bool: ...


def keep(store: FileStore, content: bytes | BinaryIO, *, name: str, media_type: str) -> StoredFile:
    """Put the bytes; answers the row to ``add``. The store may be far away: call it outside any transaction."""
    shown = shown_name(name)
    measured = _Measured(BytesIO(content) if isinstance(content, bytes) else content)
    key = store.put(cast(BinaryIO, measured), media_type=media_type)
    return StoredFile(key=key, media_type=media_type, name=shown, size=measured.size, sha256=measured.hash.digest())


def add(session: Session, file: StoredFile) -> int:
    """The id of the row of a kept file. A rollback leaves a stray file, never a row without one."""
    session.add(file)
    session.flush()
    return file.id


def shown_name(name: str) -> str:
    """A file's name without folders, at most 120 characters, safe in a header after quoting."""
    return text.line(FOLDERS.sub("", name), field="file", most=120) or "file"


def new_key() -> str:
    """``3f/3f9c…``: 128 random bits, spread over 256 folders."""
    digits = secrets.token_hex(16)
    return f"{digits[:2]}/{digits}"


def checked_key(key: str) -> str:
    """The key itself. Raises NotFound for anything that ``new_key`` would not have made, such as a path upwards."""
    if not KEY.fullmatch(key):
        raise NotFound(f"there is no file {key[:60]!r}")
    return key


class FolderStore:
    """A folder on this machine, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes | BinaryIO, *, media_type: str) -> str:
        key = new_key()
        target = self._folder / key
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        stream = BytesIO(content) if isinstance(content, bytes) else content
        with NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as half:
            try:
                copyfileobj(stream, half)
                half.flush()
                os.fsync(half.fileno())
                os.rename(half.name, target)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(half.name)
                raise
        _sync_folder(target.parent)
        return key

    def open(self, key: str) -> BinaryIO:
        try:
            return (self._folder / checked_key(key)).open("rb")
        except FileNotFoundError:
            raise NotFound(f"the file {key} is not in the store") from None

    def delete(self, key: str) -> None:
        (self._folder / checked_key(key)).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        return (self._folder / checked_key(key)).is_file()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Measured:
    """A stream that counts and hashes what is read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = 0
        self.hash = sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.size += len(chunk)
        self.hash.update(chunk)
        return chunk
