"""The letters about a recalled lot, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Notices:
    """``unreachable`` orders got units of the lot and have no address that we may write to."""

    letters: Sequence[Any]
    unreachable: int

    @property
    def drafts(self) -> int:
        return sum(letter.state == "draft" for letter in self.letters)


def notices(session: Session, lot_id: int) -> Notices:
    values = {"cause": f"lot:{lot_id}", "id": lot_id}
    letters = session.execute(text(LETTERS), values).all()
    return Notices(letters=letters, unreachable=session.execute(text(UNREACHABLE), values).scalar_one())


LETTERS = """
SELECT id, recipient, subject, state, changed_at FROM messages WHERE cause = :cause AND kind = 'recall'
 ORDER BY state <> 'draft', id LIMIT 500
"""

UNREACHABLE = """
SELECT count(DISTINCT l.order_id) FROM stock_movements m JOIN order_lines l ON l.id = m.reference_id
  LEFT JOIN order_contacts c ON c.order_id = l.order_id
 WHERE m.lot_id = :id AND m.reason = 'ship' AND m.reference_type = 'order_line' AND coalesce(c.email, '') = ''
"""
