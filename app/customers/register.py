"""Finding a customer by code or e-mail, or writing a new one down."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel.driver import array


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who buys, as the order says it. Neither code nor e-mail: a guest without a customer row."""

    code: str | None
    email: str | None
    name: str
    phone: str | None = None
    segment: str = ""


def register(session: Session, buyers: Sequence[Buyer]) -> list[int | None]:
    """A customer id for each buyer, in order; unknown ones are created. Two statements however many there are.

    Who comes first says what the customer is called, as if they had come one by one.
    """
    rows = [driver.fetch(session, *query) for query in asked(buyers)][-1]
    return [row.id for row in rows]


def asked(buyers: Sequence[Buyer]) -> list[driver.Query]:
    """What ``register`` asks, one after the other; the last answers the ids."""
    named = sorted({_identity(buyer): buyer for buyer in reversed(buyers) if _identity(buyer)}.items())
    codes = {"codes": array(buyer.code for buyer in buyers), "emails": array(buyer.email for buyer in buyers)}
    return [*([(ADD, _arrays([buyer for _, buyer in named]))] if named else []), (FIND, codes)]


def known_codes(session: Session, codes: Sequence[str]) -> set[str]:
    rows = session.execute(
        text("SELECT code FROM customers WHERE code = ANY(CAST(:codes AS text[]))"), {"codes": list(codes)}
    )
    return {row.code for row in rows}


def _identity(buyer: Buyer) -> str:
    return buyer.code or (buyer.email or "").casefold()


def _arrays(buyers: Sequence[Buyer]) -> dict[str, str]:
    return {
        "codes": array(buyer.code for buyer in buyers),
        "emails": array(buyer.email for buyer in buyers),
        "names": array(buyer.name for buyer in buyers),
        "phones": array(buyer.phone for buyer in buyers),
        "segments": array(buyer.segment for buyer in buyers),
    }


ADD = """
INSERT INTO customers (code, email, name, phone, segment)
SELECT v.code, v.email, v.name, v.phone, v.segment
  FROM unnest(%(codes)s::text[], %(emails)s::text[], %(names)s::text[], %(phones)s::text[], %(segments)s::text[])
       WITH ORDINALITY AS v(code, email, name, phone, segment, ordinality)
 WHERE NOT EXISTS (SELECT FROM customers c WHERE c.code = v.code)
   AND NOT EXISTS (SELECT FROM customers c WHERE lower(c.email) = lower(v.email))
 ORDER BY v.ordinality ON CONFLICT DO NOTHING RETURNING id
"""
FIND = """
SELECT coalesce((SELECT c.id FROM customers c WHERE c.code = v.code),
                (SELECT c.id FROM customers c WHERE lower(c.email) = lower(v.email))) AS id
  FROM unnest(%(codes)s::text[], %(emails)s::text[]) WITH ORDINALITY AS v(code, email, ordinality)
 ORDER BY v.ordinality
"""
