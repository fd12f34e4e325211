"""Which delivery zone a destination lies in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.kernel import driver


@dataclass(frozen=True, kw_only=True)
class ZoneRow:
    """One rule of an active zone; tax in basis points (825 is 8.25 %)."""

    zone_id: int
    code: str
    tax_bp: int
    transit_days: int
    country: str
    region: str
    postal_prefix: str


RULES = (
    "SELECT z.id AS zone_id, z.code, z.tax_bp, z.transit_days, r.country, r.region, r.postal_prefix"
    " FROM zones z JOIN zone_rules r ON r.zone_id = z.id WHERE z.is_active ORDER BY z.id, r.id"
)


def load(session: Session) -> list[ZoneRow]:
    return [ZoneRow(**row._asdict()) for row in driver.fetch(session, RULES)]


def match(rules: Sequence[ZoneRow], *, country: str, region: str, postal_code: str) -> ZoneRow | None:
    """The most exact rule that covers the destination: the longest postal prefix, then a region, then the country."""
    covering = [
        rule
        for rule in rules
        if rule.country == country
        and rule.region.casefold() in ("", region.casefold())
        and postal_code.startswith(rule.postal_prefix)
    ]
    return max(covering, key=lambda rule: (len(rule.postal_prefix), bool(rule.region)), default=None)
