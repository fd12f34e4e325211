"""What ordering one SKU goes by: its lead time, its pack, and what a unit costs."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.replenishment import terms
from app.replenishment.reorder import Plan
from app.replenishment.terms import Own
from app.workflows.company_day import today
from app.workflows.watch_stock import Watched, watched


@dataclass(frozen=True, kw_only=True)
class SitePlan:
    """One site as it is now, and what follows from it."""

    site: str
    level: Watched
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class SkuTerms:
    """``cost_minor`` is that of one unit in the company's currency."""

    sku: str
    name: str
    cost_minor: int | None
    own: Own
    plans: tuple[SitePlan, ...]


def sku_terms(session: Session, code: str) -> SkuTerms:
    """Raises NotFound."""
    sku = session.execute(text(SKU), {"code": code}).one_or_none()
    if sku is None:
        raise NotFound(f"there is no SKU {code!r}")
    sites = {row.id: row.code for row in session.execute(text("SELECT id, code FROM sites"))}
    levels = list(watched(session, today(session), sku_id=sku.id))
    return SkuTerms(
        sku=code,
        name=sku.name,
        cost_minor=sku.cost_minor,
        own=terms.own(session, sku.id),
        plans=tuple(SitePlan(site=sites[level.site_id], level=level, plan=level.plan) for level in levels),
    )


def change_terms(session: Session, code: str, own: Own, *, cost_minor: int | None) -> None:
    """Raises NotFound, and Invalid for days that are too many."""
    values = {"code": code, "cost": cost_minor}
    sku_id = session.scalar(text("UPDATE skus SET cost_minor = :cost WHERE code = :code RETURNING id"), values)
    if sku_id is None:
        raise NotFound(f"there is no SKU {code!r}")
    terms.put(session, sku_id, own)


SKU = "SELECT id, name, cost_minor FROM skus WHERE code = :code"
