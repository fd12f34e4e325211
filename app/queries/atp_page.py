"""What of a SKU can be promised when: what is here, what is to come and what waits, day by day and week by week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import atp
from app.inventory.atp import Flow, Outlook, Period
from app.kernel.errors import Invalid, NotFound
from app.queries.supply_names import supply_names

WEEKS = 26


@dataclass(frozen=True, kw_only=True)
class Coming:
    """``pegged`` of ``quantity`` units are what orders wait for already."""

    name: str
    site: str
    quantity: int
    pegged: int
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class Week:
    """The last one is all that follows, until the horizon."""

    period: Period
    coming: tuple[Coming, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``on`` is None where so many cannot be promised within the horizon. ``rests_on`` is empty: it lies here.

    ``week_of`` is the week in which period ATP alone would give them, which looks at no other week.
    """

    quantity: int
    on: date | None
    rests_on: tuple[Coming, ...]
    week_of: date | None

    @property
    def weeks_agree(self) -> bool:
        """Whether both name the same week; a week may have begun before today."""
        if self.on is None or self.week_of is None:
            return self.on == self.week_of
        return self.week_of <= self.on < self.week_of + timedelta(days=7 - self.week_of.weekday())


@dataclass(frozen=True, kw_only=True)
class AtpPage:
    """``site`` is empty for all open sites together. ``waiting`` units of orders have no stock yet; ``pegged`` of them
    rest on what is to come there. Those that rest on nothing count at any site, for they may be sent from there.
    """

    code: str
    name: str
    site: str
    sites: tuple[tuple[str, str], ...]
    today: date
    ends_on: date
    here: int
    waiting: int
    pegged: int
    weeks: tuple[Week, ...]
    overdue: tuple[Coming, ...]
    beyond: int
    answer: Answer | None

    @property
    def to_come(self) -> int:
        return sum(one.quantity for week in self.weeks for one in week.coming)

    @property
    def has_news(self) -> bool:
        """Whether anything is to come or waits; else every week is as today."""
        return bool(self.waiting or self.overdue or self.beyond or any(week.coming for week in self.weeks))


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What the tables say; ``supply`` is by id of what is to come, of open sites."""

    here: int
    supply: dict[int, Coming]
    waiting: int
    pegged: tuple[Flow, ...]

    def flows(self) -> list[Flow]:
        return [Flow(id=id, on=one.expected_on, quantity=one.quantity) for id, one in self.supply.items()]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """``site`` is a code, empty for all open ones; ``quantity`` asks from which day so many can be promised."""

    now: datetime
    horizon_days: int
    site: str = ""
    quantity: int | None = None


def atp_page(session: Session, code: str, asked: Asked) -> AtpPage:
    """Raises NotFound for an unknown SKU, Invalid for an unknown or closed site. Four statements, and the names."""
    site, quantity = asked.site, asked.quantity
    head = session.execute(text(HEAD), {"code": code}).one_or_none()
    if head is None:
        raise NotFound(f"there is no SKU {code!r}")
    sites = session.execute(text(SITES)).all()
    zones = {row.code: row.time_zone for row in sites}
    if site and site not in zones:
        raise Invalid([("site", f"there is no open site {site!r}: choose one of {', '.join(zones) or 'none'}")])
    today = asked.now.astimezone(ZoneInfo(zones.get(site, head.time_zone))).date()
    known = _read(session, head.id, site)
    ends_on = today + timedelta(days=asked.horizon_days)
    demand = _demand(known, today)
    starts = [day for day in atp.weeks(today, WEEKS + 1) if day <= ends_on]
    by_week = _outlook(known, starts, ends_on, demand)
    return AtpPage(
        code=head.code,
        name=head.name,
        site=site,
        sites=tuple((row.code, row.name) for row in sites),
        today=today,
        ends_on=ends_on,
        here=known.here,
        waiting=known.waiting,
        pegged=sum(flow.quantity for flow in known.pegged if flow.on >= today),
        weeks=_weeks(by_week, known),
        overdue=tuple(one for one in known.supply.values() if one.expected_on < today),
        beyond=by_week.beyond,
        answer=None if quantity is None else _answer(quantity, known, demand, by_week),
    )


def _read(session: Session, sku_id: int, site: str) -> _Known:
    values = {"sku": sku_id, "site": site}
    rows = session.execute(text(SUPPLY), values).all()
    names = supply_names(session, [(row.source, row.source_id) for row in rows])
    stock = session.execute(text(STOCK), values).one()
    return _Known(
        here=stock.here,
        waiting=stock.waiting,
        supply={row.id: _coming(row, names[row.source, row.source_id]) for row in rows},
        pegged=tuple(Flow(on=row.expected_on, quantity=row.pegged, id=row.id) for row in rows if row.pegged),
    )


def _coming(row: Any, name: str) -> Coming:
    return Coming(name=name, site=row.site, quantity=row.quantity, pegged=row.pegged, expected_on=row.expected_on)


def _demand(known: _Known, today: date) -> list[Flow]:
    """What waits is wanted on the day of what it rests on; what rests on nothing is wanted now, before all others."""
    dated = [flow for flow in known.pegged if flow.on >= today]
    loose = known.waiting - sum(flow.quantity for flow in dated)
    return [*dated, *([Flow(on=today, quantity=loose)] if loose else [])]


def _outlook(known: _Known, starts: Sequence[date], ends_on: date, demand: Sequence[Flow]) -> Outlook:
    return atp.outlook(starts, ends_on=ends_on, opening=known.here, supply=known.flows(), demand=demand)


def _weeks(by_week: Outlook, known: _Known) -> tuple[Week, ...]:
    ends = [*(period.starts_on for period in by_week.periods[1:]), by_week.ends_on + timedelta(days=1)]
    coming = sorted(known.supply.values(), key=lambda one: (one.expected_on, one.name))
    return tuple(
        Week(period=period, coming=tuple(one for one in coming if period.starts_on <= one.expected_on < end))
        for period, end in zip(by_week.periods, ends, strict=True)
    )


def _answer(quantity: int, known: _Known, demand: Sequence[Flow], by_week: Outlook) -> Answer:
    today, ends_on = by_week.periods[0].starts_on, by_week.ends_on
    starts = [day for day in atp.days_of_change(today, [*known.flows(), *demand]) if day <= ends_on]
    day = _outlook(known, starts, ends_on, demand).earliest(quantity)
    week = by_week.by_period(quantity, today)
    arriving = {id: one for id, one in known.supply.items() if day and one.expected_on == day.starts_on}
    without = replace(known, supply={id: one for id, one in known.supply.items() if id not in arriving})
    is_here = _outlook(without, starts, ends_on, demand).earliest(quantity)
    return Answer(
        quantity=quantity,
        on=day.starts_on if day else None,
        rests_on=() if day and is_here and is_here.starts_on == day.starts_on else tuple(arriving.values()),
        week_of=week.starts_on if week else None,
    )


HEAD = """
SELECT s.id, s.code, s.name, coalesce((SELECT time_zone FROM company LIMIT 1), 'UTC') AS time_zone
  FROM skus s WHERE s.code = :code
"""

SITES = "SELECT code, name, time_zone FROM sites WHERE is_active ORDER BY priority, code"

SUPPLY = """
SELECT i.id, i.source, i.source_id, t.code AS site, i.quantity, i.pegged, i.expected_on
  FROM incoming i JOIN sites t ON t.id = i.site_id AND t.is_active
 WHERE i.sku_id = :sku AND (:site = '' OR t.code = :site) ORDER BY i.expected_on, i.id
"""

STOCK = """
SELECT (SELECT coalesce(sum(greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock)), 0)
          FROM stock_levels l JOIN sites t ON t.id = l.site_id AND t.is_active
         WHERE l.sku_id = :sku AND (:site = '' OR t.code = :site))::bigint AS here,
       (SELECT coalesce(sum(backordered), 0) FROM order_lines WHERE sku_id = :sku AND backordered > 0)::bigint
     - (SELECT coalesce(sum(i.pegged), 0) FROM incoming i JOIN sites t ON t.id = i.site_id AND t.is_active
         WHERE i.sku_id = :sku AND :site <> '' AND t.code <> :site)::bigint AS waiting
"""
