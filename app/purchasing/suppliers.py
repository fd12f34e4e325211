"""Suppliers: kept, listed, found by their code."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel.errors import Invalid, NotFound, Outrun
from app.kernel.money import exponent
from app.purchasing.models import Supplier

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,19}")
LONGEST_LEAD = 730


@dataclass(frozen=True, kw_only=True)
class SupplierFacts:
    """Tolerances in per cent, the least worth of an order in minor units of ``currency``."""

    name: str
    currency: str
    email: str = ""
    phone: str = ""
    lead_days: int = 14
    over_percent: int = 0
    under_percent: int = 0
    minimum_minor: int = 0
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class SupplierRow(SupplierFacts):
    id: int
    code: str
    version: int


def add(session: Session, code: str, facts: SupplierFacts) -> int:
    """Raises Invalid for a code in use."""
    if not CODE.fullmatch(code):
        raise Invalid([("code", f"{code[:20]!r} is no supplier code: write 2 to 20 capitals, digits, hyphens or _")])
    if session.scalar(select(Supplier.id).where(Supplier.code == code)) is not None:
        raise Invalid([("code", f"there is a supplier {code} already: choose another code")])
    _refuse_out_of_bounds(facts)
    supplier = Supplier(code=code, **vars(facts))
    session.add(supplier)
    session.flush()
    return supplier.id


def change(session: Session, code: str, facts: SupplierFacts, *, version: int) -> None:
    """Orders that are written keep their currency and prices. Raises StaleState if it was changed since ``version``."""
    supplier = session.scalar(select(Supplier).where(Supplier.code == code).with_for_update())
    if supplier is None:
        raise NotFound(f"there is no supplier {code!r}")
    if supplier.version != version:
        raise Outrun(f"supplier {code} was changed by somebody else meanwhile: load the page again")
    _refuse_out_of_bounds(facts)
    for name, value in vars(facts).items():
        setattr(supplier, name, value)
    supplier.version += 1
    session.flush()


def get(session: Session, code: str) -> SupplierRow:
    """Raises NotFound."""
    found = by_code(session, [code])
    if code not in found:
        raise NotFound(f"there is no supplier {code!r}")
    return found[code]


def by_code(session: Session, codes: Collection[str]) -> dict[str, SupplierRow]:
    """Unknown codes are missing."""
    rows = session.scalars(select(Supplier).where(Supplier.code.in_(sorted(set(codes)))))
    return {row.code: _row(row) for row in rows}


def active(session: Session) -> list[SupplierRow]:
    """Those one may order from, by name."""
    rows = session.scalars(select(Supplier).where(Supplier.is_active).order_by(Supplier.name, Supplier.code))
    return [_row(row) for row in rows]


def _row(supplier: Supplier) -> SupplierRow:
    return SupplierRow(**{name: getattr(supplier, name) for name in SupplierRow.__dataclass_fields__})


def _refuse_out_of_bounds(facts: SupplierFacts) -> None:
    exponent(facts.currency)
    bounds = {"lead_days": LONGEST_LEAD, "over_percent": 100, "under_percent": 100}
    wrong = [(name, f"write 0 to {most}") for name, most in bounds.items() if not 0 <= getattr(facts, name) <= most]
    typed.line(facts.name, field="name", most=100, required=True)
    if facts.minimum_minor < 0:
        wrong.append(("minimum", "an order cannot be worth less than nothing: write 0 or more"))
    if wrong:
        raise Invalid(wrong)
