"""Who does it: passed to every verb, written into every event and ledger row."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["user", "api_key", "job", "command", "customer", "system"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """``id`` is the row id of a user, API key or import; never a name or an address."""

    kind: ActorKind
    id: int | None = None
    request_id: str = ""

    @property
    def code(self) -> str:
        """``user:7``, ``api_key:2``, ``system``: the form that is stored."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


SYSTEM = Actor(kind="system")
