"""Where a picker is sent for units of one line of work."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Take:
    """Units from one place; no bin where there are no shelves."""

    quantity: int
    bin: str = ""
    lot: str = ""
    expires_on: date | None = None
    pick_sequence: int = 0

    @property
    def rank(self) -> tuple[object, ...]:
        return not self.bin, self.pick_sequence, self.bin, self.lot


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The places to go to, and why ``missing`` units have none."""

    takes: tuple[Take, ...] = ()
    missing: int = 0
    why: str = ""

    @property
    def all_takes(self) -> tuple[Take, ...]:
        """With what has no place as the last one."""
        return (*self.takes, Take(quantity=self.missing)) if self.missing else self.takes
