"""Sites as the pages show and change them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class SiteRow:
    """``on_hand`` and ``skus`` say what lies there now."""

    id: int
    code: str
    name: str
    kind: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    latitude_e6: int
    longitude_e6: int
    time_zone: str
    cut_off: time
    priority: int
    is_active: bool
    version: int
    on_hand: int
    skus: int


def listed(session: Session) -> Sequence[SiteRow]:
    """The active first, then by priority."""
    return _rows(session, "true", {})


def get(session: Session, code: str) -> SiteRow:
    """Raises NotFound."""
    found = _rows(session, "s.code = :code", {"code": code})
    if not found:
        raise NotFound(f"there is no site {code!r}")
    return found[0]


def _rows(session: Session, condition: str, values: dict[str, str]) -> list[SiteRow]:
    statement = text(
        "SELECT s.id, s.code, s.name, s.kind, s.street, s.city, s.region, s.postal_code, s.country, s.latitude_e6,"
        " s.longitude_e6, s.time_zone, s.cut_off, s.priority, s.is_active, s.version,"
        " coalesce(l.on_hand, 0) AS on_hand, coalesce(l.skus, 0) AS skus FROM sites s"
        " LEFT JOIN (SELECT site_id, sum(on_hand)::bigint AS on_hand, count(*) FILTER (WHERE on_hand > 0) AS skus"
        f" FROM stock_levels GROUP BY site_id) l ON l.site_id = s.id WHERE {condition}"
        " ORDER BY s.is_active DESC, s.priority, s.code"
    )
    return [SiteRow(**row) for row in session.execute(statement, values).mappings()]
