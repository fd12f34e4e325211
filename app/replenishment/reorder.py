"""When to order and how much: pure, and with each step in words (ANA-41)."""

from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from statistics import NormalDist

DAYS = 90
LEAST_DAYS = 14
YEAR = 365
ROUNDING = 1e-9  # what floats lose must not order another unit


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Units asked of one site over ``days`` days, and the sum of the squares of each day's units."""

    days: int
    units: int
    squares: int

    @property
    def daily(self) -> float:
        return self.units / self.days

    @property
    def spread(self) -> float:
        """Standard deviation of a day's units."""
        return sqrt(max(0.0, self.squares / self.days - self.daily**2))


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Lead time and its standard deviation in days; money in minor units; parts in basis points."""

    lead_days: int
    lead_spread_days: int
    review_days: int
    service_bp: int
    order_cost_minor: int
    holding_bp: int
    pack_units: int = 1


@dataclass(frozen=True, kw_only=True)
class Position:
    """``free`` units are sellable and promised to nobody; ``safety`` and ``fixed_point`` are what rules say."""

    free: int
    incoming: int
    safety: int | None = None
    fixed_point: int | None = None
    cost_minor: int | None = None

    @property
    def units(self) -> int:
        return self.free + self.incoming


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``point``: below it one orders; ``closes_at``: from it on an alert is over; ``quantity``: what to order now.

    ``steps`` are (name, formula with its figures).
    """

    safety: int
    point: int
    closes_at: int
    target: int
    lot: int | None
    quantity: int
    steps: tuple[tuple[str, str], ...]


def bounds(demand: Demand, terms: Terms, position: Position) -> tuple[int, int]:
    """``point`` and ``closes_at`` alone, as ``plan`` has them: for looking at very many levels."""
    point = position.fixed_point
    if point is None:
        safety = max(position.safety or 0, _up(_buffer(demand, terms)))
        point = _up(demand.daily * terms.lead_days + safety)
    return point, point + max(1, ceil(point / 10))


def plan(demand: Demand, terms: Terms, position: Position) -> Plan:
    safety, safety_words = _safety(demand, terms, position)
    point, point_words = _point(demand, terms, position, safety)
    target, target_words = _target(demand, terms, point, safety)
    lot, lot_words = _economic_lot(demand, terms, position)
    quantity, quantity_words = _quantity(terms, position, target, lot)
    _, closes_at = bounds(demand, terms, position)
    return Plan(
        safety=safety,
        point=point,
        closes_at=closes_at,
        target=target,
        lot=lot,
        quantity=quantity,
        steps=(
            ("Demand", f"{demand.units:,} asked for in {demand.days} days = {_figure(demand.daily)} a day"),
            ("Safety stock", safety_words),
            ("Reorder point", point_words),
            ("Order up to", target_words),
            ("Economic lot", lot_words),
            ("Order now", quantity_words),
            ("Alert ends", f"{point:,} + a tenth, at least 1 = {closes_at:,}"),
        ),
    )


def next_state(*, is_open: bool, units: int, point: int, closes_at: int) -> bool:
    """Whether an alert stands. Opens below the point, ends at ``closes_at``; between the two it stays as it is."""
    return units < closes_at if is_open else units < point


def _safety(demand: Demand, terms: Terms, position: Position) -> tuple[int, str]:
    """The larger of what demand asks for and what a rule keeps back."""
    exact = _buffer(demand, terms)
    counted = _up(exact)
    words = (
        f"{_z(terms.service_bp):.2f} × √({terms.lead_days} × {_figure(demand.spread)}² + {_figure(demand.daily)}² ×"
        f" {terms.lead_spread_days}²) = {_figure(exact)}, so {counted:,}"
    )
    if position.safety is None:
        return counted, words
    if position.safety >= counted:
        return position.safety, f"{position.safety:,} by rule (demand would ask for {counted:,})"
    return counted, f"{words} (the rule keeps back {position.safety:,})"


def _point(demand: Demand, terms: Terms, position: Position, safety: int) -> tuple[int, str]:
    exact = demand.daily * terms.lead_days + safety
    counted = _up(exact)
    if position.fixed_point is not None:
        return position.fixed_point, f"{position.fixed_point:,} by rule (demand would ask for {counted:,})"
    words = f"{_figure(demand.daily)} a day × {terms.lead_days} days + {safety:,} = {_figure(exact)}, so {counted:,}"
    return counted, words


def _target(demand: Demand, terms: Terms, point: int, safety: int) -> tuple[int, str]:
    days = terms.lead_days + terms.review_days
    exact = demand.daily * days + safety
    counted = max(_up(exact), point)
    words = f"{_figure(demand.daily)} a day × ({terms.lead_days} + {terms.review_days}) days + {safety:,}"
    return counted, f"{words} = {_figure(exact)}, at least the reorder point, so {counted:,}"


def _economic_lot(demand: Demand, terms: Terms, position: Position) -> tuple[int | None, str]:
    if not position.cost_minor:
        return None, "not known: this SKU has no unit cost"
    holding = position.cost_minor * terms.holding_bp / 10_000
    yearly = demand.daily * YEAR
    exact = sqrt(2 * yearly * terms.order_cost_minor / holding)
    figures = f"√(2 × {_figure(yearly)} a year × {terms.order_cost_minor / 100:,.2f} ÷ {holding / 100:,.2f})"
    return _up(exact), f"{figures} = {_figure(exact)}"


def _quantity(terms: Terms, position: Position, target: int, lot: int | None) -> tuple[int, str]:
    missing = max(0, target - position.units)
    if not missing:
        return 0, f"nothing: {position.free:,} free + {position.incoming:,} on the way reach {target:,}"
    wanted = max(missing, lot or 0)
    packs = -(-wanted // terms.pack_units)
    words = f"{target:,} − {position.free:,} free − {position.incoming:,} on the way = {missing:,}"
    if lot and lot > missing:
        words += f", at least the economic lot of {lot:,}"
    if terms.pack_units > 1:
        words += f", in packs of {terms.pack_units:,}"
    return packs * terms.pack_units, f"{words}: {packs * terms.pack_units:,}"


def _buffer(demand: Demand, terms: Terms) -> float:
    """z × √(L × sd_d² + d² × sd_L²), in units."""
    spread = sqrt(terms.lead_days * demand.spread**2 + demand.daily**2 * terms.lead_spread_days**2)
    return _z(terms.service_bp) * spread


@cache
def _z(service_bp: int) -> float:
    return NormalDist().inv_cdf(service_bp / 10_000)


def _up(exact: float) -> int:
    return ceil(exact - ROUNDING)


def _figure(number: float) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".")
