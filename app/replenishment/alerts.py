"""Alerts are written: opened once, kept up to date, ended; snoozed by a person, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound, StaleState
from app.kernel.events import Event, emit
from app.replenishment.events import LowStockEnded, LowStockFound, LowStockSnoozed
from app.replenishment.models import StockAlert

LONGEST_SNOOZE = 180


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``alert_id`` of one that stands already; ``stands``: whether it should. ``steps`` are the figures in words."""

    alert_id: int | None
    stands: bool
    sku_id: int
    site_id: int
    level_sequence: int
    free: int
    incoming: int
    reorder_point: int
    closes_at: int
    suggested: int
    steps: tuple[tuple[str, str], ...]

    @property
    def figures(self) -> dict[str, Any]:
        names = ("level_sequence", "free", "incoming", "reorder_point", "closes_at", "suggested")
        inputs = {"steps": [list(step) for step in self.steps]}
        return {**{name: getattr(self, name) for name in names}, "inputs": inputs}


@dataclass(frozen=True, kw_only=True)
class Snooze:
    """Until the end of that day; ``today`` is the company's."""

    alert_id: int
    until: date
    reason: str
    today: date

    def __post_init__(self) -> None:
        if not self.reason:
            raise Invalid([("reason", "say why it can wait: others will read it")])
        if not 0 < (self.until - self.today).days <= LONGEST_SNOOZE:
            what = f"choose a day after today, {LONGEST_SNOOZE} days at most"
            raise Invalid([("until", f"{self.until} is not allowed: {what}")])


def write(session: Session, findings: Sequence[Finding], *, actor: Actor) -> None:
    """Open, bring up to date and end alerts, each kind in one statement."""
    moment = clock.now()
    new = [one for one in findings if one.alert_id is None]
    known = [one for one in findings if one.alert_id is not None]
    rows = [
        {"sku_id": one.sku_id, "site_id": one.site_id, "opened_at": moment, "checked_at": moment, **one.figures}
        for one in new
    ]
    ids = [int(row.id) for row in bulk.insert(session, StockAlert, rows, suffix="RETURNING id")]
    if known:
        _update(session, known)
    opened = [_found(id, one) for id, one in zip(ids, new, strict=True)]
    emit(session, [*opened, *(_ended(one) for one in known if not one.stands)], actor=actor)


def snooze(session: Session, snoozes: Sequence[Snooze], *, actor: Actor) -> None:
    """Kept out of counts and mails for so long. Raises NotFound, and StaleState where an alert is over."""
    ids = [one.alert_id for one in snoozes]
    rows = {row.id: row for row in session.execute(text(LOCK), {"ids": ids})}
    if missing := sorted(set(ids) - rows.keys()):
        raise NotFound(f"there is no alert {missing[0]}")
    if any(row.closed_at for row in rows.values()):
        raise StaleState("this alert is over: there is enough again")
    values = {"ids": ids, "until": [one.until for one in snoozes], "reasons": [one.reason for one in snoozes]}
    session.execute(text(SNOOZE), {**values, "by": actor.code})
    emit(session, [_snoozed(one, rows[one.alert_id]) for one in snoozes], actor=actor)


def _update(session: Session, known: Sequence[Finding]) -> None:
    columns = ("alert_id", "level_sequence", "free", "incoming", "reorder_point", "closes_at", "suggested", "stands")
    values: dict[str, Any] = {name: [getattr(one, name) for one in known] for name in columns}
    values["inputs"] = [bulk.ENCODER.encode(one.figures["inputs"]) for one in known]
    session.execute(text(UPDATE), {**values, "moment": clock.now()})


def _found(alert_id: int, one: Finding) -> Event:
    return LowStockFound(
        alert_id=alert_id,
        sku_id=one.sku_id,
        site_id=one.site_id,
        units=one.free + one.incoming,
        reorder_point=one.reorder_point,
    )


def _ended(one: Finding) -> Event:
    assert one.alert_id is not None
    return LowStockEnded(alert_id=one.alert_id, sku_id=one.sku_id, site_id=one.site_id, units=one.free + one.incoming)


def _snoozed(one: Snooze, row: Row[Any]) -> Event:
    return LowStockSnoozed(alert_id=one.alert_id, sku_id=row.sku_id, site_id=row.site_id, until=one.until.isoformat())


LOCK = """
SELECT id, sku_id, site_id, closed_at FROM stock_alerts WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE
"""
SNOOZE = """
UPDATE stock_alerts a SET snoozed_until = v.until, snooze_reason = v.reason, snoozed_by = :by
  FROM unnest(CAST(:ids AS bigint[]), CAST(:until AS date[]), CAST(:reasons AS text[])) AS v (id, until, reason)
 WHERE a.id = v.id
"""
UPDATE = """
UPDATE stock_alerts a
   SET level_sequence = v.level_sequence, free = v.free, incoming = v.incoming, reorder_point = v.reorder_point,
       closes_at = v.closes_at, suggested = v.suggested, inputs = CAST(v.inputs AS jsonb), checked_at = :moment,
       closed_at = CASE WHEN v.stands THEN NULL ELSE CAST(:moment AS timestamptz) END
  FROM unnest(CAST(:alert_id AS bigint[]), CAST(:level_sequence AS bigint[]), CAST(:free AS bigint[]),
              CAST(:incoming AS bigint[]), CAST(:reorder_point AS bigint[]), CAST(:closes_at AS bigint[]),
              CAST(:suggested AS bigint[]), CAST(:stands AS boolean[]), CAST(:inputs AS text[]))
       AS v (alert_id, level_sequence, free, incoming, reorder_point, closes_at, suggested, stands, inputs)
 WHERE a.id = v.alert_id
"""
