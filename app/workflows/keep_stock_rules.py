"""Stock rules are written, changed and taken away; levels and channels follow in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.channels import publication
from app.inventory.rule_choice import KINDS
from app.inventory.rule_events import StockRuleAdded, StockRuleChanged, StockRuleRemoved
from app.kernel import clock
from app.kernel import text as typed
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound, Outrun
from app.kernel.events import emit
from app.workflows import offer_stock
from app.workflows.apply_stock_rules import apply_stock_rules, keep_out_others


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """Codes; empty means all. ``units`` of each SKU; both days belong to it."""

    kind: str
    units: int
    sku: str = ""
    category: str = ""
    site: str = ""
    channel: str = ""
    from_on: date | None = None
    until_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """``version`` is what the page showed when it was loaded."""

    rule_id: int
    version: int
    facts: RuleFacts


def add_rules(session: Session, rules: Sequence[RuleFacts], *, actor: Actor, is_trial: bool = False) -> list[int]:
    """Answers the ids. Raises Invalid for a scope that is none, or one that has a rule for these days already.

    ``is_trial``: nothing follows yet; for whoever wants to see first what would.
    """
    keep_out_others(session)
    columns = [_columns(session, facts) for facts in rules]
    ids = [int(session.execute(text(ADD), {**each, **_signed(actor)}).scalar_one()) for each in columns]
    _refuse_overlaps(session, ids)
    emit(
        session,
        [StockRuleAdded(rule_id=id, **_event(each)) for id, each in zip(ids, columns, strict=True)],
        actor=actor,
    )
    if not is_trial:
        _follow(session, {facts.kind for facts in rules}, actor=actor)
    return ids


def change_rules(session: Session, changes: Sequence[Change], *, actor: Actor, is_trial: bool = False) -> None:
    """Raises StaleState if somebody else changed one meanwhile, NotFound if it is gone."""
    keep_out_others(session)
    kinds = set(_lock(session, {change.rule_id: change.version for change in changes}).values())
    columns = [_columns(session, change.facts) for change in changes]
    for change, each in zip(changes, columns, strict=True):
        session.execute(text(CHANGE), {"id": change.rule_id, **each, **_signed(actor)})
    _refuse_overlaps(session, [change.rule_id for change in changes])
    events = [
        StockRuleChanged(rule_id=change.rule_id, **_event(each)) for change, each in zip(changes, columns, strict=True)
    ]
    emit(session, events, actor=actor)
    if not is_trial:
        _follow(session, kinds | {change.facts.kind for change in changes}, actor=actor)


def remove_rules(session: Session, versions: Mapping[int, int], *, actor: Actor, is_trial: bool = False) -> None:
    """``versions`` by rule id. Raises StaleState, NotFound."""
    keep_out_others(session)
    kinds = set(_lock(session, versions).values())
    emit(session, [StockRuleRemoved(rule_id=rule_id) for rule_id in sorted(versions)], actor=actor)
    session.execute(text("DELETE FROM stock_rules WHERE id = ANY(:ids)"), {"ids": sorted(versions)})
    if not is_trial:
        _follow(session, kinds, actor=actor)


def _follow(session: Session, kinds: set[str], *, actor: Actor) -> None:
    """Levels keep back what the rules say; channels are looked through by a worker."""
    if "safety" in kinds:
        apply_stock_rules(session, actor=actor)
    if "channel_buffer" in kinds:
        for row in publication.lock(session):
            offer_stock.ask(session, row.channel_id, is_forced=False)


def _columns(session: Session, facts: RuleFacts) -> dict[str, Any]:
    """Raises Invalid, with everything that is wrong."""
    found = session.execute(text(SCOPE), vars(facts)).one()
    wrong = [*_wrong_scope(facts), *_unknown(facts, found._asdict())]
    if wrong:
        raise Invalid(wrong)
    plain = {name: getattr(facts, name) for name in ("kind", "units", "from_on", "until_on", "note")}
    ids = {name: found._mapping[name] for name in ("sku_id", "site_id", "channel_id")}
    return {**plain, **ids, "category": facts.category or None}


def _wrong_scope(facts: RuleFacts) -> list[tuple[str, str]]:
    wrong = []
    if facts.kind not in KINDS:
        wrong.append(("kind", f"{facts.kind[:40]!r} is not known here: choose one of {', '.join(KINDS)}"))
    if not 0 <= facts.units <= typed.LARGEST_QUANTITY:
        wrong.append(("units", f"{facts.units} is not allowed here: write 0 to {typed.LARGEST_QUANTITY:,}"))
    if facts.sku and facts.category:
        wrong.append(("category", f"the rule is for SKU {facts.sku} already: leave one of the two empty"))
    if facts.channel and facts.kind != "channel_buffer":
        wrong.append(("channel", "only units held back from channels differ by channel: choose all channels"))
    if facts.from_on and facts.until_on and facts.until_on < facts.from_on:
        wrong.append(("until_on", f"{facts.until_on} is before {facts.from_on}: swap the days"))
    return wrong


def _unknown(facts: RuleFacts, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    asked = {"sku": "sku_id", "site": "site_id", "channel": "channel_id"}
    names = {"sku": "SKU", "site": "site", "channel": "channel"}
    wrong = [
        (field, f"there is no {names[field]} {getattr(facts, field)[:40]!r}: check the code")
        for field, column in asked.items()
        if getattr(facts, field) and found[column] is None
    ]
    if facts.category and not found["has_category"]:
        wrong.append(("category", f"no SKU is in the category {facts.category[:40]!r}: choose one that is used"))
    return wrong


def _refuse_overlaps(session: Session, ids: Sequence[int]) -> None:
    row = session.execute(text(OVERLAP), {"ids": list(ids)}).first()
    if row is not None:
        days = f" ({row.from_on or 'always'} to {row.until_on or 'always'})" if row.from_on or row.until_on else ""
        scope = f"a rule of {typed.counted(row.units, 'unit')}{days} has the same scope"
        raise Invalid([("from_on", f"{scope}: change that rule instead")])


def _lock(session: Session, versions: Mapping[int, int]) -> dict[int, str]:
    rows = session.execute(text(LOCK), {"ids": sorted(versions)}).all()
    if missing := sorted(versions.keys() - {row.id for row in rows}):
        raise NotFound(f"rule {missing[0]} is not there any more: load the page again")
    for row in rows:
        if row.version != versions[row.id]:
            raise Outrun("this rule was changed by somebody else meanwhile: load the page again")
    return {row.id: row.kind for row in rows}


def _signed(actor: Actor) -> dict[str, Any]:
    return {"changed_by": actor.code, "changed_at": clock.now()}


def _event(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: columns[name] for name in ("kind", "units", "sku_id", "site_id", "channel_id")}


SCOPE = """
SELECT (SELECT id FROM skus WHERE code = :sku) AS sku_id, (SELECT id FROM sites WHERE code = :site) AS site_id,
       (SELECT id FROM channels WHERE code = :channel) AS channel_id,
       EXISTS (SELECT FROM skus WHERE category = :category) AS has_category
"""
ADD = """
INSERT INTO stock_rules (kind, category, sku_id, site_id, channel_id, units, from_on, until_on, note,
                         changed_by, changed_at)
VALUES (:kind, :category, :sku_id, :site_id, :channel_id, :units, :from_on, :until_on, :note, :changed_by, :changed_at)
RETURNING id
"""
CHANGE = """
UPDATE stock_rules SET kind = :kind, category = :category, sku_id = :sku_id, site_id = :site_id,
       channel_id = :channel_id, units = :units, from_on = :from_on, until_on = :until_on, note = :note,
       changed_by = :changed_by, changed_at = :changed_at, version = version + 1 WHERE id = :id
"""
LOCK = "SELECT id, kind, version FROM stock_rules WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE"
# Undated rules are the ground; dated ones of one scope may not lie over one another.
OVERLAP = """
SELECT o.units, o.from_on, o.until_on FROM stock_rules n JOIN stock_rules o ON o.id <> n.id AND o.kind = n.kind
   AND (o.category, o.sku_id, o.site_id, o.channel_id) IS NOT DISTINCT FROM
       (n.category, n.sku_id, n.site_id, n.channel_id)
   AND (o.from_on IS NULL AND o.until_on IS NULL) = (n.from_on IS NULL AND n.until_on IS NULL)
   AND daterange(o.from_on, o.until_on, '[]') && daterange(n.from_on, n.until_on, '[]')
 WHERE n.id = ANY(CAST(:ids AS bigint[])) LIMIT 1
"""
