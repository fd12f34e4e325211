"""A draft below what its supplier takes at least is raised to it when somebody asks: by what sells, in whole packs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import DomainError, Outrun, StaleState
from app.kernel.signing import canonical
from app.kernel.text import LARGEST_QUANTITY
from app.purchasing import orders, terms
from app.purchasing.least_worth import Share, raised
from app.purchasing.orders import Buying, Line
from app.purchasing.states import DRAFT
from app.purchasing.terms import Terms
from app.replenishment.reorder import DAYS, LEAST_DAYS
from app.workflows.company_day import today
from app.workflows.write_purchase_orders import LARGEST_WORTH


@dataclass(frozen=True, kw_only=True)
class RaisedLine:
    """``units`` stand there, ``raised`` would, and would be worth ``worth_minor``.

    ``daily`` is what the site is asked for in a day, None: unknown.
    """

    line_id: int
    sku: str
    units: int
    raised: int
    worth_minor: int
    daily: Fraction | None


@dataclass(frozen=True, kw_only=True)
class TooFew:
    """Of a SKU on all its lines; ``least`` are the fewest units that the supplier takes of it."""

    sku: str
    units: int
    least: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """``why_not`` says in words why it cannot be raised; ``by_demand`` whether by what sells or by what is ordered.

    ``missing_minor`` of ``least_minor`` is 0 where it is worth enough and only units are too few.
    """

    least_minor: int
    missing_minor: int
    by_demand: bool
    lines: tuple[RaisedLine, ...]
    too_few: tuple[TooFew, ...]

    @property
    def total_minor(self) -> int:
        return sum(line.worth_minor for line in self.lines)

    @property
    def is_enough(self) -> bool:
        """Whether it would be worth what is taken at least. Of goods that cost nothing no number of units is."""
        return self.total_minor >= self.least_minor

    @property
    def shown(self) -> str:
        """What would become of each line, in short: a page sends it back, so that nothing else is done."""
        return sha256(canonical([[line.line_id, line.raised] for line in self.lines])).hexdigest()

    @property
    def why_not(self) -> str:
        if not self.is_enough and not self.too_few:
            return "no line costs anything, so more units are worth no more: write what one costs"
        most = max(self.lines, key=lambda line: line.raised)
        if most.raised > LARGEST_QUANTITY:
            needed = f"{most.raised:,} of {most.sku} would be needed"
            return f"{needed}, a line has {LARGEST_QUANTITY:,} at most: add other goods"
        dearest = max(self.lines, key=lambda line: line.worth_minor)
        if dearest.worth_minor > LARGEST_WORTH:
            return f"{dearest.raised:,} of {dearest.sku} would be worth more than the books hold: look at its cost"
        return ""


@dataclass(frozen=True, kw_only=True)
class Raising:
    """``version`` and ``shown`` are what whoever asks has seen: the draft, and what would become of its lines."""

    number: str
    version: int
    shown: str


def propose(session: Session, number: str) -> Proposal | None:
    """What raising it would do now; None for what is no draft, or below nothing that the supplier takes at least."""
    [one] = orders.load(session, orders.ids_of(session, [number]).values()).values()
    return _proposal(session, one)


def raise_draft(session: Session, asked: Raising) -> Proposal:
    """Raises Outrun where something else would come of any line than was shown."""
    ids = orders.ids_of(session, [asked.number])
    one = orders.lock(session, ids.values())[ids[asked.number]]
    found = _proposal(session, one)
    if found is None:
        raise StaleState(f"{one.number} is no draft below what is taken at least any more: there is nothing to raise")
    if found.why_not:
        raise DomainError(found.why_not)
    if (one.version, found.shown) != (asked.version, asked.shown):
        raise Outrun(f"{one.number}, or what sells of it, has changed meanwhile: load the page again")
    orders.set_ordered(session, {line.line_id: line.raised for line in found.lines if line.raised != line.units})
    orders.renew(session, [one.id])
    return found


def _proposal(session: Session, one: Buying) -> Proposal | None:
    if one.state != DRAFT:
        return None
    least = session.execute(text(LEAST), {"id": one.supplier_id, "currency": one.currency}).scalar() or 0
    missing = max(0, least - sum(line.ordered * line.unit_cost_minor for line in one.lines))
    daily, agreed = _daily(session, one), _agreed(session, one)
    too_few = _too_few(one, agreed)
    if not missing and not too_few:
        return None
    by_demand = any(daily.get(line.sku_id) for line in one.lines if line.unit_cost_minor)
    fewest = _fewest(one, agreed)
    shares = [
        Share(
            units=line.ordered,
            pack=agreed[line.sku_id].pack_size,
            least=fewest[line.id],
            cost_minor=line.unit_cost_minor,
            weight=daily.get(line.sku_id, Fraction()) if by_demand else Fraction(line.ordered),
        )
        for line in one.lines
    ]
    return Proposal(
        least_minor=least,
        missing_minor=missing,
        by_demand=by_demand,
        lines=tuple(_line(line, added, daily) for line, added in zip(one.lines, raised(shares, least), strict=True)),
        too_few=too_few,
    )


def _line(line: Line, added: int, daily: Mapping[int, Fraction]) -> RaisedLine:
    return RaisedLine(
        line_id=line.id,
        sku=line.sku_code,
        units=line.ordered,
        raised=line.ordered + added,
        worth_minor=(line.ordered + added) * line.unit_cost_minor,
        daily=daily.get(line.sku_id),
    )


def _agreed(session: Session, one: Buying) -> dict[int, Terms]:
    """By SKU."""
    found = terms.of_skus(session, {(one.supplier_id, line.sku_id) for line in one.lines})
    return {
        line.sku_id: found.get((one.supplier_id, line.sku_id), Terms(supplier_id=one.supplier_id, sku_id=line.sku_id))
        for line in one.lines
    }


def _too_few(one: Buying, agreed: Mapping[int, Terms]) -> tuple[TooFew, ...]:
    units, codes = _together(one), {line.sku_id: line.sku_code for line in one.lines}
    return tuple(
        TooFew(sku=codes[sku_id], units=count, least=agreed[sku_id].least_units)
        for sku_id, count in units.items()
        if count < agreed[sku_id].least_units
    )


def _fewest(one: Buying, agreed: Mapping[int, Terms]) -> dict[int, int]:
    """By line. Of several lines of a SKU the first makes up what all of them together lack."""
    units, first = _together(one), {line.sku_id: line.id for line in reversed(one.lines)}
    lacking = {
        line.id: agreed[line.sku_id].least_units - (units[line.sku_id] - line.ordered)
        for line in one.lines
        if first[line.sku_id] == line.id
    }
    return {line.id: max(1, lacking.get(line.id, 1)) for line in one.lines}


def _together(one: Buying) -> Counter[int]:
    """Units by SKU."""
    units = Counter[int]()
    for line in one.lines:
        units[line.sku_id] += line.ordered
    return units


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
