"""SKUs as those see them who handle goods: how they are tracked, and which leave first."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Good:
    """``tracking`` is none, lot or serial; a lot leaves for good ``removal_days`` before it expires."""

    id: int
    code: str
    name: str
    tracking: str
    removal: str
    removal_days: int

    @property
    def needs_expiry(self) -> bool:
        """Whether its lots must say when they expire: else nobody knows which leaves first."""
        return self.tracking == "lot" and self.removal == "fefo"


def find(session: Session, *, codes: Collection[str] = (), ids: Collection[int] = ()) -> list[Good]:
    """Those that exist, named by our code or by id."""
    rows = session.execute(text(GOODS), {"codes": sorted(set(codes)), "ids": sorted(set(ids))})
    return [Good(**row._mapping) for row in rows]


GOODS = """
SELECT id, code, name, tracking, removal, removal_days FROM skus
 WHERE code = ANY(CAST(:codes AS text[])) OR id = ANY(CAST(:ids AS bigint[])) ORDER BY code
"""
