"""What the owners of carts and quotes hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.inventory.levels import Key
from app.inventory.standing import LOCKED, Line
from app.kernel import bulk

Owner = tuple[int, str]  # channel id, and what the channel calls its cart or quote


@dataclass(frozen=True, kw_only=True)
class Mine:
    """What an owner holds before it asks."""

    id: int
    token: str
    created_at: datetime
    expires_at: datetime
    lines: tuple[Line, ...]

    @property
    def units(self) -> dict[Key, int]:
        return {line.key: line.quantity for line in self.lines}


def of_owners(session: Session, owners: Sequence[Owner], *, is_locked: bool = False) -> dict[Owner, Mine]:
    statement = f"{OF_OWNERS} {LOCKED}" if is_locked else OF_OWNERS
    rows = bulk.pairs(session, statement, [one for one, _ in owners], [one for _, one in owners])
    found: dict[Owner, list[Any]] = {}
    for row in rows:
        found.setdefault((row.channel_id, row.owner), []).append(row)
    return {owner: _mine(mine) for owner, mine in found.items()}


def _mine(rows: Sequence[Any]) -> Mine:
    first = rows[0]
    return Mine(
        id=first.reservation_id,
        token=first.token,
        created_at=first.created_at,
        expires_at=first.expires_at,
        lines=tuple(Line(**{name: getattr(row, name) for name in Line.__dataclass_fields__}) for row in rows),
    )


OF_OWNERS = """
SELECT r.id AS reservation_id, r.token, l.stock_level_id, v.sku_id, v.site_id, l.quantity, r.expires_at,
       r.channel_id, r.owner, r.created_at
  FROM unnest(%(first)s::bigint[], %(second)s::text[]) AS k(channel_id, owner)
  JOIN reservations r USING (channel_id, owner)
  JOIN reservation_lines l ON l.reservation_id = r.id JOIN stock_levels v ON v.id = l.stock_level_id
 ORDER BY r.id, v.sku_id, v.site_id
"""
