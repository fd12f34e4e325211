"""Where the servers keep their data, their sockets and, for root, their programs."""

import hashlib
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from app.embedded.identity import Identity, server_identity

LONGEST_SOCKET_FOLDER = 80
SHORT = Path("/tmp")  # noqa: S108
OUTSIDE = Path("/var/lib")


class PlaceTaken(Exception):
    """Somebody else owns the folder that our sockets belong in."""


@dataclass(frozen=True)
class Place:
    folder: Path
    sockets: Path
    identity: Identity

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.folder / "valkey"

    @property
    def programs(self) -> Path:
        return self.folder / "programs"


def place_for(instance: Path) -> Place:
    """The place of an instance: its own folder, or for root in a closed folder one under /var/lib."""
    identity = server_identity()
    folder = _folder(instance.resolve(), identity)
    return Place(folder=folder, sockets=_sockets(folder), identity=identity)


def open_place(instance: Path) -> Place:
    """Make the folders that are missing."""
    _make(instance, 0o711 if server_identity().steps_down else 0o700)
    place = place_for(instance)
    _make(place.folder, 0o711 if place.identity.steps_down else 0o700)
    _make_sockets(place)
    return place


def clear(place: Place) -> None:
    """Remove what the servers left outside the instance folder as well."""
    for folder in (place.sockets, place.folder):
        shutil.rmtree(folder, ignore_errors=True)


def _folder(instance: Path, identity: Identity) -> Path:
    parent = instance if instance.exists() else instance.parent
    return instance if identity.reaches(parent) else OUTSIDE / f"waybill-{_digest(instance)}"


def _sockets(folder: Path) -> Path:
    """Socket paths are limited to about a hundred bytes; deep folders get a short one under /tmp."""
    inside = folder / "sockets"
    return inside if len(bytes(inside)) <= LONGEST_SOCKET_FOLDER else SHORT / f"waybill-{_digest(folder)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]


def _make(folder: Path, mode: int) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(mode)


def _make_sockets(place: Place) -> None:
    if not place.sockets.is_dir():
        place.sockets.mkdir(mode=0o700)
        place.identity.take(place.sockets)
    status = place.sockets.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != place.identity.uid:
        raise PlaceTaken(f"{place.sockets} belongs to somebody else: remove it, or move Waybill to another folder")
    place.sockets.chmod(0o700)
