"""Channels are added and changed; their code stays, since orders and files name it."""

import re
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel.errors import Invalid, NotFound

CONDITIONS = {
    "none": "None: orders are worked on unpaid",
    "paid": "Paid in full first",
    "cod": "Paid first, or cash on delivery",
}
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,29}")


@dataclass(frozen=True, kw_only=True)
class ChannelFacts:
    """``price_list`` is a list's code; empty means that orders bring their own prices."""

    name: str
    price_list: str
    backorders_allowed: bool
    payment_condition: str
    is_active: bool = True


def add(session: Session, code: str, facts: ChannelFacts) -> None:
    if not CODE.fullmatch(code):
        raise Invalid([("code", f"{code[:30]!r} is no channel code: write 2 to 30 small letters, digits, - or _")])
    added = session.execute(text(INSERT), {"code": code, **_values(session, facts)}).one_or_none()
    if added is None:
        raise Invalid([("code", f"there is a channel {code} already: choose another code")])


def change(session: Session, code: str, facts: ChannelFacts) -> None:
    """Counts for orders that are placed from now on."""
    changed = session.execute(text(UPDATE), {"code": code, **_values(session, facts)}).one_or_none()
    if changed is None:
        raise NotFound(f"there is no channel {code!r}")


def _values(session: Session, facts: ChannelFacts) -> dict[str, object]:
    typed.choice(facts.payment_condition, CONDITIONS, field="payment_condition")
    return {**vars(facts), "price_list_id": _price_list_id(session, facts.price_list)}


def _price_list_id(session: Session, code: str) -> int | None:
    if not code:
        return None
    found = session.scalar(text("SELECT id FROM price_lists WHERE code = :code"), {"code": code})
    if found is None:
        raise Invalid([("price_list", f"there is no price list {code!r}: choose one of the list")])
    return int(found)


INSERT = """
INSERT INTO channels (code, name, price_list_id, backorders_allowed, payment_condition, is_active)
VALUES (:code, :name, :price_list_id, :backorders_allowed, :payment_condition, :is_active)
ON CONFLICT (code) DO NOTHING RETURNING id
"""
UPDATE = """
UPDATE channels SET name = :name, price_list_id = :price_list_id, backorders_allowed = :backorders_allowed,
       payment_condition = :payment_condition, is_active = :is_active WHERE code = :code RETURNING id
"""
