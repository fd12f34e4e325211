"""What each channel allows."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class ChannelTerms:
    id: int
    code: str
    price_list_id: int | None
    backorders_allowed: bool
    payment_condition: str


def terms(session: Session, codes: Collection[str]) -> dict[str, ChannelTerms]:
    """The active channels among these codes."""
    rows = session.execute(
        text(
            "SELECT id, code, price_list_id, backorders_allowed, payment_condition FROM channels"
            " WHERE is_active AND code = ANY(CAST(:codes AS text[]))"
        ),
        {"codes": list(codes)},
    )
    return {row.code: ChannelTerms(**row._mapping) for row in rows}
