"""The doctor's look at settings, disks and kept files."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from app.cli.diagnosis import Diagnosis, note, ok, problem
from app.config import Config
from app.kernel.errors import ProviderError
from app.kernel.file_stores import open_store

LEAST_FREE_BYTES = 2_000_000_000
LEAST_DIFFERENT_SIGNS = 12
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def secret_key(config: Config) -> Iterator[Diagnosis]:
    path = config.instance_dir / "secrets.json"
    if len(set(config.secret_key)) < LEAST_DIFFERENT_SIGNS:
        yield problem("secret key", "it is easy to guess: set SECRET_KEY to the output of openssl rand -base64 48")
    elif path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield problem("secret key", f"others may read {path}: chmod 600 {path}")
    else:
        former = len(config.former_secret_keys)
        yield ok("secret key", f"set, {former} former ones are still read" if former else "set")


def base_url(config: Config) -> Iterator[Diagnosis]:
    """Links in mails are made of it."""
    parts = urlsplit(config.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield problem(
            "base URL", f"{config.base_url!r} is no address: set BASE_URL to one such as https://orders.example.com"
        )
    elif parts.hostname in LOCAL and config.smtp_url:
        yield problem(
            "base URL", f"mails leave this machine with links to {config.base_url}: set BASE_URL to your address"
        )
    elif parts.hostname not in LOCAL and parts.scheme == "http":
        yield problem(
            "base URL", f"{config.base_url} is not encrypted: put a proxy with TLS before it, then set BASE_URL"
        )
    else:
        yield ok("base URL", config.base_url)


def disk(config: Config) -> Iterator[Diagnosis]:
    folders = {config.instance_dir} if config.s3_url else {config.instance_dir, config.files_dir}
    for folder in sorted(folders):
        free = shutil.disk_usage(_existing(folder)).free
        say = ok if free >= LEAST_FREE_BYTES else problem
        remedy = "" if free >= LEAST_FREE_BYTES else ": make room, or move the folder to a larger disk"
        yield say("disk", f"{free / 1e9:,.1f} GB free at {folder}{remedy}")


def files(config: Config) -> Iterator[Diagnosis]:
    """Keep a file, read it, remove it."""
    where = config.s3_url.rpartition("@")[2] or str(config.files_dir)
    try:
        store = open_store(config.files_dir, config.s3_url)
        key = store.put(b"doctor", media_type="text/plain")
        with store.open(key) as stream:
            read = stream.read()
        store.delete(key)
    except (OSError, ProviderError, ValueError) as error:
        yield problem("files", f"they cannot be kept at {where} ({error}): check that it exists and may be written")
        return
    yield ok("files", f"kept at {where}") if read == b"doctor" else problem("files", f"{where} gives back other bytes")


def mail(config: Config) -> Iterator[Diagnosis]:
    if not config.smtp_url:
        yield note("mail", "SMTP_URL is not set: mails are kept and shown to admins, none leaves")


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)
