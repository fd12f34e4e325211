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


def terms(session: Session, codes: Collection[str]) -> dict[str, ChannelTerms]:
    """The active channels among these codes."""
    rows = driver.fetch(
        session,
        "SELECT id, code, price_list_id, backorders_allowed, payment_condition FROM channels"
        " WHERE is_active AND code = ANY(%(codes)s::text[])",
        {"codes": array(codes)},
    )
    return {row.code: ChannelTerms(**row._asdict()) for row in rows}
