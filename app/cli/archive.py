"""A backup is one tar file: what it is, the database, the files, and a mark that it is whole."""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from typing import IO

from app.kernel.errors import DomainError
from app.kernel.files import KEY

FORMAT = 1
MANIFEST, DATABASE, FILES, END = "manifest.json", "database.dump", "files/", "end.json"


class NotABackup(DomainError):
    """The file is no backup of ours, or only a part of one."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """``key`` is a fingerprint of the secret key in use; ``files`` is "folder", or "s3" if they are kept elsewhere."""

    format: int
    made_at: str
    revision: str
    key: str
    files: str
    database_sha256: str = ""


def write(target: Path, manifest: Manifest, *, dump: Path, folder: Path | None) -> int:
    """Make the archive, readable by its owner only; answers how many files went in. Complete or not there at all."""
    partial = target.with_name(f".{target.name}.partial")
    described = {**asdict(manifest), "database_sha256": sha256(dump)}
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add_json(tar, MANIFEST, described)
                tar.add(dump, DATABASE)
                count = sum(_add_file(tar, folder, key) for key in keys(folder)) if folder else 0
                _add_json(tar, END, {"files": count})
            stream.flush()
            os.fsync(stream.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return count


def read_manifest(source: Path) -> Manifest:
    """Raises NotABackup."""
    try:
        with tarfile.open(source, "r:") as tar:
            described = json.load(_member(tar, MANIFEST))
            json.load(_member(tar, END))
    except (tarfile.TarError, KeyError, ValueError, OSError) as error:
        raise NotABackup(f"{source} is not a whole backup of Waybill: {error}") from None
    if described.get("format") != FORMAT:
        raise NotABackup(f"{source} has format {described.get('format')}; this version reads {FORMAT}: update Waybill")
    return Manifest(**described)


def extract(source: Path, manifest: Manifest, *, into: Path) -> int:
    """The dump to ``into/database.dump`` and the files to ``into/files``; answers how many. Raises NotABackup."""
    dump, folder, count = into / DATABASE, into / FILES, 0
    with tarfile.open(source, "r:") as tar:
        for member in tar:
            if member.name == DATABASE:
                _copy(tar, member, dump)
            elif member.name.startswith(FILES) and KEY.fullmatch(member.name.removeprefix(FILES)):
                _copy(tar, member, folder / member.name.removeprefix(FILES))
                count += 1
        expected = json.load(_member(tar, END))["files"]
    if sha256(dump) != manifest.database_sha256 or count != expected:
        raise NotABackup(f"{source} is damaged: the database or some of its {expected} files do not fit")
    return count


def keys(folder: Path) -> Iterator[str]:
    """Of the files in a store's folder; half-written ones have other names."""
    for path in sorted(folder.glob("??/*")):
        if KEY.fullmatch(key := f"{path.parent.name}/{path.name}"):
            yield key


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _add_json(tar: tarfile.TarFile, name: str, value: object) -> None:
    content = json.dumps(value, indent=2).encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, BytesIO(content))


def _add_file(tar: tarfile.TarFile, folder: Path, key: str) -> bool:
    try:
        tar.add(folder / key, FILES + key)
    except FileNotFoundError:  # deleted meanwhile, so no row names it any more
        return False
    return True


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _member(tar, member) as source, open(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as stream:
        shutil.copyfileobj(source, stream)


def _member(tar: tarfile.TarFile, name: str | tarfile.TarInfo) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise NotABackup(f"this is no backup of ours: {name!r} in it is not a file")
    return found
