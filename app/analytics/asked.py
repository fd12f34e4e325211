"""What a sales report is asked, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

IN_TIME = frozenset({"day", "month"})
LONGEST_ID = 15
MOST_COUNTED = 1_000


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Empty means all. Days are the company's; ``customer`` is a customer's code, or the id of one without a code."""

    first: date | None = None
    last: date | None = None
    channel: str = ""
    region: str = ""
    sku: str = ""
    customer: str = ""
    currency: str = ""

    @property
    def values(self) -> Mapping[str, object]:
        """For a statement, only what is asked."""
        asked = {field: value for field, value in vars(self).items() if value}
        is_id = self.customer.isascii() and self.customer.isdigit() and len(self.customer) <= LONGEST_ID
        return {**asked, "customer_id": int(self.customer) if is_id else None} if self.customer else asked


@dataclass(frozen=True, kw_only=True)
class Sales:
    """``orders`` counts orders with at least one unit that is not cancelled."""

    currency: str
    net_minor: int = 0
    orders: int = 0
    units: int = 0

    @property
    def average_minor(self) -> int:
        """Net sales per order (ANA-04), rounded half up."""
        return (2 * self.net_minor + self.orders) // (2 * self.orders) if self.orders else 0


@dataclass(frozen=True, kw_only=True)
class SalesRow(Sales):
    """``key`` is what one filters by; ``name`` says it to people where the key does not."""

    key: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class SalesReport:
    """``totals`` has one entry per currency; an order in several rows counts once there.

    ``counts`` says how many rows each currency has, of which ``rows`` may hold the first ones only; then counting stops
    ``MOST_COUNTED`` behind them.
    """

    by: str
    rows: tuple[SalesRow, ...]
    totals: tuple[Sales, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def total(self, currency: str) -> Sales:
        return next((total for total in self.totals if total.currency == currency), Sales(currency=currency))

    def of(self, currency: str) -> tuple[SalesRow, ...]:
        return tuple(row for row in self.rows if row.currency == currency)
