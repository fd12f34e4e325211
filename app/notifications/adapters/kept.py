"""For an installation without a mail server: mails become files that only the operator can read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Literal

from app.notifications.mime import written
from app.notifications.ports import Transmit
from app.notifications.values import Mail


class KeptMailer:
    name = "kept"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def session(self) -> Iterator[Transmit]:
        yield self._keep

    def _keep(self, mail: Mail, *, hand_over: Callable[[], None]) -> Literal["accept", "keep"]:
        """Nothing leaves the house, so nothing is handed over; the same mail twice is the same file."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = sha256(mail.message_id.encode()).hexdigest()[:32]
        half = self._folder / f".{name}"
        half.write_bytes(written(mail))
        half.replace(self._folder / f"{name}.eml")
        return "keep"
