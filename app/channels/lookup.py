"""What each channel allows."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel.driver import array


@dataclass(frozen=True, kw_only=True)
class ChannelTerms:
    id: int
    code: str
    price_list_id: int | None
    backorders_allowed: bool
    payment_condition: str


TERMS = (
    "SELECT id, code, price_list_id, backorders_allowed, payment_condition FROM channels"
    " WHERE is_active AND code = ANY(%(codes)s::text[])"
)


def asked(codes: Collection[str]) -> driver.Query:
    """What ``terms`` asks."""
    return TERMS, {"codes": array(sorted(codes))}


def terms(session: Session, codes: Collection[str]) -> dict[str, ChannelTerms]:
    """The active channels among these codes."""
    rows = driver.fetch(session, *asked(codes))
    return {row.code: ChannelTerms(**row._asdict()) for row in rows}
