"""Which file store the settings ask for."""

from pathlib import Path

from app.kernel.files import FileStore, FolderStore
from app.kernel.s3 import S3Store, bucket


def open_store(folder: Path, s3_url: str = "") -> FileStore:
    """S3-compatible storage if an address is set, else the folder. Raises ValueError for an address it cannot read."""
    return S3Store(bucket(s3_url)) if s3_url else FolderStore(folder)
