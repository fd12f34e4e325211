"""Where the servers live: never where their sockets cannot, never with somebody else's modes changed."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded import place
from app.embedded.identity import Identity, server_identity
from app.embedded.place import LONGEST_SOCKET_FOLDER, PlaceTaken, clear, open_place, place_for
from app.embedded.secrets import secrets_of
from tests.servers import temporary_folder

OURSELVES = Identity(name="", uid=os.geteuid(), gid=os.getegid(), steps_down=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made


def test_sockets_lie_beside_the_data_where_the_path_is_short(folder: Path) -> None:
    opened = open_place(folder / "instance")

    assert opened.sockets == folder / "instance" / "sockets"
    assert stat.S_IMODE(opened.sockets.stat().st_mode) == 0o700
    assert opened.sockets.stat().st_uid == opened.identity.uid


def test_a_deep_folder_gets_a_short_socket_folder_of_its_own(folder: Path) -> None:
    deep, other = (folder.joinpath(*(["a-long-name-for-a-folder"] * 8), name) for name in ("instance", "other"))

    opened = open_place(deep)

    assert len(bytes(opened.sockets)) <= LONGEST_SOCKET_FOLDER
    assert opened.folder == deep
    assert opened.sockets != place_for(other).sockets
    clear(opened)
    assert not opened.sockets.exists()


def test_a_socket_folder_of_somebody_else_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "server_identity", lambda: OURSELVES)
    (folder / "sockets").symlink_to(folder)

    with pytest.raises(PlaceTaken, match="belongs to somebody else"):
        open_place(folder)


def test_no_mode_outside_the_instance_folder_changes(folder: Path) -> None:
    folder.chmod(0o700)

    opened = open_place(folder / "instance")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    clear(opened)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers step down")
def test_roots_servers_leave_a_closed_folder_for_one_they_may_enter(folder: Path) -> None:
    folder.chmod(0o700)

    found = place_for(folder / "instance")

    assert not found.folder.is_relative_to(folder)
    assert server_identity().reaches(found.folder.parent)


def test_secrets_are_made_once_and_are_for_their_owner_alone(folder: Path) -> None:
    made = secrets_of(folder)

    assert secrets_of(folder) == made
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600
    assert len({*vars(made).values()}) == len(vars(made))
    assert [path.name for path in folder.iterdir()] == ["secrets.json"]
