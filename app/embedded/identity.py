"""Who the servers run as: ourselves, or an unprivileged user when we are root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

UNPRIVILEGED = "nobody"


class RunAs(TypedDict, total=False):
    """What ``subprocess`` needs to start a child as somebody else; empty when nothing changes."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Identity:
    name: str
    uid: int
    gid: int
    steps_down: bool

    @property
    def run_as(self) -> RunAs:
        return RunAs(user=self.uid, group=self.gid, extra_groups=[]) if self.steps_down else RunAs()

    def owns(self, path: Path) -> bool:
        return path.lstat().st_uid == self.uid

    def take(self, path: Path) -> Path:
        """Hand a file or folder of ours to the servers."""
        if self.steps_down:
            os.chown(path, self.uid, self.gid)
        return path

    def reaches(self, folder: Path) -> bool:
        """Whether every folder on the way can be entered without anybody's modes being changed."""
        return all(self._enters(parent) for parent in (folder, *folder.parents))

    def _enters(self, folder: Path) -> bool:
        if not self.steps_down:
            return True
        status = folder.stat()
        bit = 0o100 if status.st_uid == self.uid else 0o010 if status.st_gid == self.gid else 0o001
        return bool(status.st_mode & bit)


def server_identity() -> Identity:
    """PostgreSQL refuses to run as root, so root's servers run as ``nobody``."""
    steps_down = os.geteuid() == 0
    user = pwd.getpwnam(UNPRIVILEGED) if steps_down else None
    if user is None:
        return Identity(name="", uid=os.geteuid(), gid=os.getegid(), steps_down=False)
    return Identity(name=user.pw_name, uid=user.pw_uid, gid=user.pw_gid, steps_down=True)
