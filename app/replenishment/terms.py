"""Lead times, packs and costs: of all SKUs, and of one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid, Outrun

LONGEST_LEAD = 365
LARGEST_COST = 10**12


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """As in ``ReorderSettings``."""

    lead_days: int
    lead_spread_days: int
    review_days: int
    service_bp: int
    order_cost_minor: int
    holding_bp: int


@dataclass(frozen=True, kw_only=True)
class Own:
    """Of one SKU; None: as everywhere."""

    lead_days: int | None = None
    lead_spread_days: int | None = None
    pack_units: int = 1


def defaults(session: Session) -> tuple[Defaults, int]:
    """The settings and their version."""
    row = session.execute(text("SELECT * FROM reorder_settings")).one()
    return Defaults(**{name: getattr(row, name) for name in Defaults.__dataclass_fields__}), row.version


def change_defaults(session: Session, settings: Defaults, *, version: int) -> None:
    """Raises Invalid, and StaleState if somebody else changed them since ``version``."""
    _refuse_long({name: getattr(settings, name) for name in ("lead_days", "lead_spread_days", "review_days")})
    if not 5_000 <= settings.service_bp <= 9_999:
        raise Invalid([("service", "write a share from 50 to 99.99 %")])
    if not 0 < settings.holding_bp <= 10_000:
        raise Invalid([("holding", "write a share above 0 and up to 100 %")])
    if not 0 <= settings.order_cost_minor <= LARGEST_COST:
        raise Invalid([("order_cost", "write an amount that is not negative")])
    changed = session.execute(text(CHANGE), {**vars(settings), "version": version}).one_or_none()
    if changed is None:
        raise Outrun("these settings were changed by somebody else meanwhile: load the page again")


def own(session: Session, sku_id: int) -> Own:
    row = session.execute(text("SELECT * FROM reorder_terms WHERE sku_id = :id"), {"id": sku_id}).one_or_none()
    return Own(**{name: getattr(row, name) for name in Own.__dataclass_fields__}) if row else Own()


def put(session: Session, sku_id: int, terms: Own) -> None:
    """What is said last counts."""
    _refuse_long({name: getattr(terms, name) for name in ("lead_days", "lead_spread_days")})
    session.execute(text(PUT), {"sku_id": sku_id, **vars(terms)})


def _refuse_long(days: dict[str, Any]) -> None:
    wrong = [
        (name, f"{value} days are too many: write up to {LONGEST_LEAD}")
        for name, value in days.items()
        if value is not None and value > LONGEST_LEAD
    ]
    if wrong:
        raise Invalid(wrong)


CHANGE = """
UPDATE reorder_settings SET lead_days = :lead_days, lead_spread_days = :lead_spread_days, review_days = :review_days,
       service_bp = :service_bp, order_cost_minor = :order_cost_minor, holding_bp = :holding_bp, version = version + 1
 WHERE version = :version RETURNING id
"""
PUT = """
INSERT INTO reorder_terms (sku_id, lead_days, lead_spread_days, pack_units)
VALUES (:sku_id, :lead_days, :lead_spread_days, :pack_units)
ON CONFLICT (sku_id) DO UPDATE SET lead_days = excluded.lead_days, pack_units = excluded.pack_units,
   lead_spread_days = excluded.lead_spread_days, version = reorder_terms.version + 1
"""
