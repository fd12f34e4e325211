"""Finding a customer by code or e-mail, or writing a new one down."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who buys, as the order says it. Neither code nor e-mail: a guest without a customer row."""

    code: str | None
    email: str | None
    name: str
    phone: str | None = None
    segment: str = ""


def register(session: Session, buyers: Sequence[Buyer]) -> list[int | None]:
    """A customer id for each buyer, in order; unknown ones are created. Two statements however many there are."""
    named = sorted({_identity(buyer): buyer for buyer in buyers if _identity(buyer)}.items())
    if named:
        session.execute(
            text(
                "INSERT INTO customers (code, email, name, phone, segment)"
                " SELECT v.code, v.email, v.name, v.phone, v.segment FROM unnest(CAST(:codes AS text[]),"
                " CAST(:emails AS text[]), CAST(:names AS text[]), CAST(:phones AS text[]), CAST(:segments AS text[]))"
                " WITH ORDINALITY AS v(code, email, name, phone, segment, ordinality)"
                " WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.code = v.code OR lower(c.email) = lower(v.email))"
                " ORDER BY v.ordinality ON CONFLICT DO NOTHING"
            ),
            _arrays([buyer for _, buyer in named]),
        )
    return _ids(session, buyers)


def known_codes(session: Session, codes: Sequence[str]) -> set[str]:
    rows = session.execute(
        text("SELECT code FROM customers WHERE code = ANY(CAST(:codes AS text[]))"), {"codes": list(codes)}
    )
    return {row.code for row in rows}


def _ids(session: Session, buyers: Sequence[Buyer]) -> list[int | None]:
    rows = session.execute(
        text(
            "SELECT coalesce("
            "(SELECT c.id FROM customers c WHERE c.code = v.code),"
            " (SELECT c.id FROM customers c WHERE lower(c.email) = lower(v.email))) AS id"
            " FROM unnest(CAST(:codes AS text[]), CAST(:emails AS text[]))"
            " WITH ORDINALITY AS v(code, email, ordinality) ORDER BY v.ordinality"
        ),
        {"codes": [buyer.code for buyer in buyers], "emails": [buyer.email for buyer in buyers]},
    )
    return [row.id for row in rows]


def _identity(buyer: Buyer) -> str:
    return buyer.code or (buyer.email or "").casefold()


def _arrays(buyers: Sequence[Buyer]) -> dict[str, list[str | None]]:
    return {
        "codes": [buyer.code for buyer in buyers],
        "emails": [buyer.email for buyer in buyers],
        "names": [buyer.name for buyer in buyers],
        "phones": [buyer.phone for buyer in buyers],
        "segments": [buyer.segment for buyer in buyers],
    }
