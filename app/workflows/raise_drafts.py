"""A draft below what its supplier takes at least is raised to it when somebody asks: by what sells, in whole packs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import DomainError, Outrun, StaleState
from app.kernel.text import LARGEST_QUANTITY
from app.purchasing import orders, terms
from app.purchasing.least_worth import Share, raised
from app.purchasing.orders import Buying, Line
from app.purchasing.states import DRAFT
from app.purchasing.terms import Terms
from app.replenishment.reorder import DAYS, LEAST_DAYS
from app.workflows.company_day import today


@dataclass(frozen=True, kw_only=True)
class RaisedLine:
    """``units`` stand there, ``raised`` would, ``least`` are the fewest that the supplier takes of it.

    ``daily`` is what the site is asked for in a day, None: unknown.
    """

    line_id: int
    position: int
    sku: str
    name: str
    units: int
    raised: int
    pack: int
    least: int
    daily: Fraction | None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """``why_not`` says in words why it cannot be raised; ``by_demand`` whether by what sells or by what is ordered.

    ``missing_minor`` is 0 where it is worth enough and only lines are below the fewest units.
    """

    missing_minor: int
    total_minor: int
    by_demand: bool
    lines: tuple[RaisedLine, ...]
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Raising:
    """``version`` and ``total_minor`` are what whoever asks has seen: the draft, and what it would be worth."""

    number: str
    version: int
    total_minor: int


def propose(session: Session, number: str) -> Proposal | None:
    """What raising it would do now; None for what is no draft, or below nothing that the supplier takes at least."""
    [one] = orders.load(session, orders.ids_of(session, [number]).values()).values()
    return _proposal(session, one)


def raise_draft(session: Session, asked: Raising) -> Proposal:
    """Raises Outrun where something else would come of it than was shown."""
    ids = orders.ids_of(session, [asked.number])
    one = orders.lock(session, ids.values())[ids[asked.number]]
    found = _proposal(session, one)
    if found is None:
        raise StaleState(f"{one.number} is no draft below what is taken at least any more: there is nothing to raise")
    if found.why_not:
        raise DomainError(found.why_not)
    if (one.version, found.total_minor) != (asked.version, asked.total_minor):
        raise Outrun(f"{one.number}, or what sells of it, has changed meanwhile: load the page again")
    orders.set_ordered(session, {line.line_id: line.raised for line in found.lines if line.raised != line.units})
    orders.renew(session, [one.id])
    return found


def _proposal(session: Session, one: Buying) -> Proposal | None:
    least = session.execute(text(LEAST), {"id": one.supplier_id, "currency": one.currency}).scalar() or 0
    missing = max(0, least - sum(line.ordered * line.unit_cost_minor for line in one.lines))
    if one.state != DRAFT:
        return None
    daily, agreed = _daily(session, one), _agreed(session, one)
    by_demand = any(daily.get(line.sku_id) for line in one.lines if line.unit_cost_minor)
    shares = [_share(line, agreed[line.id], daily, by_demand=by_demand) for line in one.lines]
    if not missing and not any(share.lacking for share in shares):
        return None
    lines = tuple(
        _line(line, share, added, daily)
        for line, share, added in zip(one.lines, shares, raised(shares, least), strict=True)
    )
    total = sum(line.raised * share.cost_minor for line, share in zip(lines, shares, strict=True))
    return Proposal(
        missing_minor=missing,
        total_minor=total,
        by_demand=by_demand,
        lines=lines,
        why_not=_why_not(lines, is_reached=total >= least),
    )


def _share(line: Line, agreed: Terms, daily: Mapping[int, Fraction], *, by_demand: bool) -> Share:
    return Share(
        units=line.ordered,
        pack=agreed.pack_size,
        least=agreed.least_units,
        cost_minor=line.unit_cost_minor,
        weight=daily.get(line.sku_id, Fraction()) if by_demand else Fraction(line.ordered),
    )


def _line(line: Line, share: Share, added: int, daily: Mapping[int, Fraction]) -> RaisedLine:
    return RaisedLine(
        line_id=line.id,
        position=line.position,
        sku=line.sku_code,
        name=line.name,
        units=line.ordered,
        raised=line.ordered + added,
        pack=share.pack,
        least=share.least,
        daily=daily.get(line.sku_id),
    )


def _why_not(lines: tuple[RaisedLine, ...], *, is_reached: bool) -> str:
    if not is_reached:
        return "no line costs anything, so more units are worth no more: write what one costs"
    most = max(lines, key=lambda line: line.raised)
    if most.raised > LARGEST_QUANTITY:
        return (
            f"{most.raised:,} of {most.sku} would be needed, a line has {LARGEST_QUANTITY:,} at most: add other goods"
        )
    return ""


def _agreed(session: Session, one: Buying) -> dict[int, Terms]:
    """By line. Of several lines of a SKU the first makes up what all of them together lack of the fewest units."""
    found = terms.of_skus(session, {(one.supplier_id, line.sku_id) for line in one.lines})
    first, units = {line.sku_id: line.id for line in reversed(one.lines)}, Counter[int]()
    for line in one.lines:
        units[line.sku_id] += line.ordered
    agreed = {}
    for line in one.lines:
        its = found.get((one.supplier_id, line.sku_id), Terms(supplier_id=one.supplier_id, sku_id=line.sku_id))
        others = units[line.sku_id] - line.ordered
        least = max(1, its.least_units - others) if first[line.sku_id] == line.id else 1
        agreed[line.id] = replace(its, least_units=least)
    return agreed


def _daily(session: Session, one: Buying) -> dict[int, Fraction]:
    """By SKU: what the site was asked for in a day. Several lines of a SKU share it."""
    shared = Counter(line.sku_id for line in one.lines)
    values = {"site": one.site_id, "skus": sorted(shared), "day": today(session), "days": DAYS, "least": LEAST_DAYS}
    rows = session.execute(text(DAILY), values)
    return {row.sku_id: Fraction(row.units, row.days) / shared[row.sku_id] for row in rows if row.units}


LEAST = "SELECT minimum_minor FROM suppliers WHERE id = :id AND currency = :currency"

# As watch_stock counts demand.
DAILY = """
SELECT l.sku_id, coalesce(sum(greatest(d.demanded, 0)), 0)::bigint AS units,
       greatest(:least, least(:days, CAST(:day AS date) - coalesce(c.first_day, :day) + 1)) AS days
  FROM stock_levels l LEFT JOIN stock_counted c ON c.stock_level_id = l.id
  LEFT JOIN stock_days d ON d.stock_level_id = l.id
        AND d.day > CAST(:day AS date) - CAST(:days AS int) AND d.day <= CAST(:day AS date)
 WHERE l.site_id = :site AND l.sku_id = ANY(CAST(:skus AS bigint[])) GROUP BY l.sku_id, c.first_day
"""
