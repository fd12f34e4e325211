"""Finding a customer by code or e-mail, or writing a new one down."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel.driver import cells

MOST_PASSES = 5  # one, as a rule


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who buys, as the order says it. Neither code nor e-mail: a guest without a customer row."""

    code: str | None
    email: str | None
    name: str
    phone: str | None = None
    segment: str = ""


def register(session: Session, buyers: Sequence[Buyer]) -> list[int | None]:
    """A customer id for each buyer, in order; unknown ones are created. One statement however many there are.

    Who comes first says what the customer is called, as if they had come one by one. A second statement is needed for
    whom somebody else has added and committed while we waited, and for who seemed to be another one of the batch: alike
    in letters, or by the code of one whose address was known.
    """
    ids: list[int | None] = [None] * len(buyers)
    missing = list(range(len(buyers)))
    for _ in range(MOST_PASSES):
        rows = driver.fetch(session, *asked([buyers[at] for at in missing]))
        for at, row in zip(missing, rows, strict=True):
            ids[at] = row.id
        missing = [at for at in missing if ids[at] is None and _identity(buyers[at])]
        if not missing:
            return ids
    raise RuntimeError(f"{len(missing)} buyers of a batch have found no customer and made none")


def asked(buyers: Sequence[Buyer]) -> driver.Query:
    """What ``register`` asks."""
    return REGISTER, {"rows": _rows(buyers)}


def known_codes(session: Session, codes: Sequence[str]) -> set[str]:
    rows = session.execute(
        text("SELECT code FROM customers WHERE code = ANY(CAST(:codes AS text[]))"), {"codes": list(codes)}
    )
    return {row.code for row in rows}


def _identity(buyer: Buyer) -> str:
    return buyer.code or (buyer.email or "").lower()


def _rows(buyers: Sequence[Buyer]) -> str:
    """With the turn, in the order of names, of each who is the first of that name in the batch."""
    first = {_identity(buyer): at for at, buyer in reversed(list(enumerate(buyers))) if _identity(buyer)}
    turns = {first[name]: turn for turn, name in enumerate(sorted(first))}
    return cells(
        list(range(len(buyers))),
        [turns.get(at) for at in range(len(buyers))],
        [buyer.code for buyer in buyers],
        [buyer.email for buyer in buyers],
        [buyer.name for buyer in buyers],
        [buyer.phone for buyer in buyers],
        [buyer.segment for buyer in buyers],
    )


REGISTER = """
WITH asked AS MATERIALIZED (
    SELECT v.place::bigint, v.turn::bigint, v.code, v.email, v.name, v.phone, v.segment,
           coalesce((SELECT c.id FROM customers c WHERE c.code = v.code),
                    (SELECT c.id FROM customers c WHERE lower(c.email) = lower(v.email))) AS id
      FROM unnest(%(rows)s::cells[]) AS v(place, turn, code, email, name, phone, segment)
), added AS (
    INSERT INTO customers (code, email, name, phone, segment)
    SELECT code, email, name, phone, segment FROM asked WHERE id IS NULL AND turn IS NOT NULL ORDER BY turn
    ON CONFLICT DO NOTHING RETURNING id, code, lower(email) AS email
)
SELECT coalesce(k.id, (SELECT a.id FROM added a WHERE a.code = k.code),
                (SELECT a.id FROM added a WHERE a.email = lower(k.email))) AS id
  FROM asked k ORDER BY k.place
"""
