"""What a stock rule would change: it is written, looked at, and taken back before anybody else can see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.rules_in_force import at, rule_of
from app.kernel.errors import Invalid
from app.workflows.apply_stock_rules import differences, keep_out_others
from app.workflows.company_day import today
from app.workflows.keep_stock_rules import RuleFacts
from app.workflows.stock_offers import present

SHOWN = 20
LOOKED_AT = 2_000
OFFERED = frozenset({"safety", "channel_buffer"})


@dataclass(frozen=True, kw_only=True)
class EffectRow:
    """``place`` is a site or a channel. For a safety stock also what may be promised there, before and after."""

    sku: str
    place: str
    before: int
    after: int
    available_before: int | None = None
    available_after: int | None = None

    @property
    def is_emptied(self) -> bool:
        """Whether something is offered there, and nothing would be."""
        before, after = self.available_before, self.available_after
        return (self.before if before is None else before) > 0 and (self.after if after is None else after) == 0


@dataclass(frozen=True, kw_only=True)
class RuleEffect:
    """What changes on ``day``, the first rows of ``count``; ``is_cut``: only so many SKUs were looked at.

    ``emptied`` of them would offer nothing any more where they do now; those come first.
    """

    kind: str
    day: date
    is_later: bool
    count: int
    rows: tuple[EffectRow, ...]
    emptied: int = 0
    is_cut: bool = False


def preview(session: Session, facts: RuleFacts, write: Callable[[], object]) -> RuleEffect:
    """``write`` is the verb as a trial. Raises what it raises."""
    now = today(session)
    day = max(now, facts.from_on or now)
    before = _values(session, facts, day)
    trial = session.begin_nested()
    try:
        write()
        rows = _levels(session, day) if facts.kind == "safety" else _changed(before, _values(session, facts, day))
    finally:
        trial.rollback()
    emptied = 0
    if facts.kind in OFFERED:
        rows.sort(key=lambda row: not row.is_emptied)
        emptied = sum(row.is_emptied for row in rows)
    return RuleEffect(
        kind=facts.kind,
        day=day,
        is_later=day > now,
        count=len(rows),
        rows=tuple(rows[:SHOWN]),
        emptied=emptied,
        is_cut=len(before) >= LOOKED_AT,
    )


def ask_first(session: Session, facts: RuleFacts, trial: Callable[[], object]) -> None:
    """For a write that nobody confirmed. Raises Invalid, at ``confirm``, where it would take goods out of sale.

    Others are kept from writing rules until the transaction ends, so that what was looked at is what is written.
    """
    keep_out_others(session)
    if facts.kind not in OFFERED:
        return
    effect = preview(session, facts, trial)
    if effect.emptied:
        first = effect.rows[0]
        more = f" and {effect.emptied - 1:,} more" if effect.emptied > 1 else ""
        raise Invalid(
            [("confirm", f"{first.sku} at {first.place}{more} would not be offered any more: tick this if it is meant")]
        )


def _levels(session: Session, day: date) -> list[EffectRow]:
    return [
        EffectRow(
            sku=one.sku,
            place=one.site,
            before=one.was,
            after=one.now,
            available_before=one.available_before,
            available_after=one.available_after,
        )
        for one in differences(session, day)
    ]


def _values(session: Session, facts: RuleFacts, day: date) -> dict[tuple[str, str], int]:
    """By SKU and place; of a safety stock the levels know it themselves."""
    if facts.kind not in VALUES:
        return {}
    values: dict[str, Any] = {name: getattr(facts, name) for name in ("sku", "category", "site", "channel")}
    rows = session.execute(text(VALUES[facts.kind]), {**values, "day": day, "most": LOOKED_AT})
    return {(row.sku, row.place): row.units for row in rows}


def _changed(before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]) -> list[EffectRow]:
    return [
        EffectRow(sku=sku, place=place, before=before.get((sku, place), 0), after=units)
        for (sku, place), units in after.items()
        if units != before.get((sku, place), 0)
    ]


DAY = "CAST(:day AS date)"
GOODS = "(:sku IN ('', s.code) AND :category IN ('', s.category))"
VALUES = {
    "reorder": f"""
        SELECT s.code AS sku, t.code AS place, coalesce(r.units, 0) AS units
          FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id
          LEFT JOIN LATERAL ({rule_of("reorder", sku="s", sites=at("t.id"), day=DAY)}) r ON true
         WHERE {GOODS} AND :site IN ('', t.code) AND :channel = '' ORDER BY s.code, t.code LIMIT :most
    """,
    "channel_buffer": f"""
        SELECT s.code AS sku, c.code AS place, n.units FROM skus s
         CROSS JOIN channels c JOIN stock_publications p ON p.channel_id = c.id AND p.is_on {present(DAY)}
         WHERE {GOODS} AND :channel IN ('', c.code) AND s.is_active AND (:site = '' OR EXISTS (
               SELECT FROM stock_levels l JOIN sites t ON t.id = l.site_id WHERE l.sku_id = s.id AND t.code = :site))
         ORDER BY s.code, c.code LIMIT :most
    """,
}
