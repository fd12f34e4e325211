"""Stock rules as the pages list them, and which of them count for one SKU."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.inventory.rule_choice import Choice, Place, Rule, choose
from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class RuleRow(Rule):
    """``state`` is one of now, later, over."""

    note: str
    changed_by: str
    changed_at: datetime
    version: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What counts at one site for one SKU, or for one channel."""

    place: str
    choices: dict[str, Choice]


@dataclass(frozen=True, kw_only=True)
class SkuRules:
    """``held_back`` by channel is what each that is told our stock keeps of every SKU by its own setting."""

    sku: str
    name: str
    category: str
    sites: tuple[Counts, ...]
    channels: tuple[Counts, ...]
    held_back: dict[str, int]


def listed(session: Session, asked: dict[str, str], day: date, *, cursor: str | None = None) -> Page[RuleRow]:
    """Newest first. ``asked`` has kind, sku, site, channel, category: empty means any, else that very scope."""
    at = paging.decode(cursor, [int])
    backwards = at is not None and at.backwards
    where = LIST.format(compare=">" if backwards else "<", order="ASC" if backwards else "DESC")
    values: dict[str, Any] = {**asked, "day": day, "place": at.values[0] if at else None, "limit": PAGE + 1}
    rows = [_rule(row) for row in session.execute(text(f"{RULES} {where}"), values)]
    return paging.page(rows, PAGE, key=lambda row: (row.id,), cursor=at)


def get(session: Session, rule_id: int, day: date) -> RuleRow:
    """Raises NotFound."""
    row = session.execute(text(f"{RULES} WHERE r.id = :id"), {"id": rule_id, "day": day}).one_or_none()
    if row is None:
        raise NotFound(f"there is no rule {rule_id}: somebody may have taken it away")
    return _rule(row)


def of_sku(session: Session, code: str, day: date) -> SkuRules:
    """Raises NotFound."""
    sku = session.execute(text(SKU), {"code": code}).one_or_none()
    if sku is None:
        raise NotFound(f"there is no SKU {code!r}")
    rules = [
        _rule(row)
        for row in session.execute(text(f"{RULES} {FITTING}"), {"day": day, "id": sku.id, "category": sku.category})
    ]
    sites = session.scalars(text(SITES), {"id": sku.id}).all()
    channels = {row.code: row.held_back for row in session.execute(text(CHANNELS))}

    def counts(kinds: Sequence[str], place: str, scope: dict[str, str]) -> Counts:
        at = Place(sku=code, category=sku.category, **scope)
        return Counts(place=place, choices={kind: choose(rules, kind, at, day) for kind in kinds})

    return SkuRules(
        sku=code,
        name=sku.name,
        category=sku.category,
        sites=tuple(counts(("safety", "reorder"), site, {"site": site}) for site in sites),
        channels=tuple(counts(("channel_buffer",), channel, {"channel": channel}) for channel in channels),
        held_back=channels,
    )


def categories(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT DISTINCT category FROM skus WHERE category <> '' ORDER BY 1")))


def _rule(row: Row[Any]) -> RuleRow:
    return RuleRow(**row._mapping)


RULES = """
SELECT r.id, r.kind, r.units, coalesce(s.code, '') AS sku, coalesce(r.category, '') AS category,
       coalesce(t.code, '') AS site, coalesce(c.code, '') AS channel, r.from_on, r.until_on, r.note, r.changed_by,
       r.changed_at, r.version, CASE WHEN r.until_on < CAST(:day AS date) THEN 'over'
                                     WHEN r.from_on > CAST(:day AS date) THEN 'later' ELSE 'now' END AS state
  FROM stock_rules r LEFT JOIN skus s ON s.id = r.sku_id LEFT JOIN sites t ON t.id = r.site_id
  LEFT JOIN channels c ON c.id = r.channel_id
"""
LIST = """
 WHERE :kind IN ('', r.kind) AND (:sku = '' OR s.code = :sku) AND (:category = '' OR r.category = :category)
   AND (:site = '' OR t.code = :site) AND (:channel = '' OR c.code = :channel)
   AND (CAST(:place AS bigint) IS NULL OR r.id {compare} :place) ORDER BY r.id {order} LIMIT :limit
"""
FITTING = "WHERE r.sku_id = :id OR r.sku_id IS NULL AND (r.category = :category OR r.category IS NULL)"
SKU = "SELECT id, name, category FROM skus WHERE code = :code"
SITES = """
SELECT t.code FROM sites t WHERE t.is_active OR EXISTS (
       SELECT FROM stock_levels l WHERE l.site_id = t.id AND l.sku_id = :id) ORDER BY t.priority, t.code
"""
CHANNELS = """
SELECT c.code, p.held_back FROM channels c JOIN stock_publications p ON p.channel_id = c.id AND p.is_on ORDER BY c.code
"""
