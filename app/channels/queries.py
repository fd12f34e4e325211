"""Lists of channels for the pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    id: int
    code: str
    name: str
    price_list_id: int | None
    price_list: str
    currency: str
    backorders_allowed: bool
    payment_condition: str
    is_active: bool
    stock_told: bool
    stock_fails: bool


def channels(session: Session) -> Sequence[ChannelRow]:
    """The active first, by name."""
    return _rows(session, "true", {})


def channel(session: Session, code: str) -> ChannelRow:
    """Raises NotFound."""
    found = _rows(session, "c.code = :code", {"code": code})
    if not found:
        raise NotFound(f"there is no channel {code!r}")
    return found[0]


def offered(session: Session, *, first: str) -> list[tuple[str, str]]:
    """Active channels by code and name, the one that is chosen most before the others."""
    rows = session.execute(
        text("SELECT code, name FROM channels WHERE is_active ORDER BY code <> :first, name"), {"first": first}
    )
    return [(row.code, row.name) for row in rows]


def _rows(session: Session, condition: str, values: dict[str, str]) -> list[ChannelRow]:
    statement = text(
        "SELECT c.id, c.code, c.name, c.price_list_id, coalesce(p.code, '') AS price_list,"
        " coalesce(p.currency, '') AS currency, c.backorders_allowed, c.payment_condition, c.is_active,"
        " coalesce(s.is_on, false) AS stock_told, s.failing_since IS NOT NULL AS stock_fails"
        " FROM channels c LEFT JOIN price_lists p ON p.id = c.price_list_id"
        f" LEFT JOIN stock_publications s ON s.channel_id = c.id WHERE {condition}"
        " ORDER BY c.is_active DESC, lower(c.name), c.id"
    )
    return [ChannelRow(**row) for row in session.execute(statement, values).mappings()]
