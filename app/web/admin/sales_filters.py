"""What the sales page was asked: read from its address, and written into the addresses that it links to."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from app.analytics.asked import Filters, SalesRow
from app.analytics.periods import Period, presets, previous, year_before
from app.analytics.reports import Books
from app.kernel import clock, text
from app.web.addresses import url_if
from app.web.admin.asked_days import as_asked, asked_day

EXACT = ("channel", "region", "sku", "customer")
AGAINST = {"previous": "the period before", "year": "the year before"}
LONGEST = 120


@dataclass(frozen=True, kw_only=True)
class Asked:
    books: Books
    period: Period
    filters: Filters
    against: str

    @property
    def before(self) -> Period:
        return year_before(self.period) if self.against == "year" else previous(self.period)

    @property
    def against_words(self) -> str:
        return AGAINST[self.against]

    @property
    def presets(self) -> list[tuple[str, str, bool]]:
        """Name, address, and whether it is the one shown."""
        found = presets(clock.today_in(self.books.time_zone))
        if self.books.first and self.books.last:
            found["All orders"] = Period(self.books.first, self.books.last)
        return [(name, self.url(as_asked(period)), period == self.period) for name, period in found.items()]

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """The exact filters that are on: name, value, address without it."""
        names = {"sku": "SKU"}
        return [
            (names.get(field, field.capitalize()), getattr(self.filters, field), self.url({field: ""}))
            for field in EXACT
            if getattr(self.filters, field)
        ]

    def url(self, changes: dict[str, str], endpoint: str = "admin.sales.index", **route: str) -> str:
        """This page with some of its filters changed; empty ones are left out."""
        values = {**self.values, **changes}
        kept: dict[str, Any] = {name: value for name, value in {**values, **route}.items() if value}
        return url_for(endpoint, **kept)

    @property
    def values(self) -> dict[str, str]:
        exact = {field: getattr(self.filters, field) for field in (*EXACT, "currency")}
        return {**as_asked(self.period), "against": self.against, **exact}

    def orders_url(self, by: str, row: SalesRow) -> str:
        """The orders behind a figure."""
        own = as_asked(_bucket(row.key, self.period)) if by in {"day", "month"} else {by: row.key}
        asked = {**as_asked(self.period), **{field: getattr(self.filters, field) for field in EXACT}, **own}
        return orders_url({"view": "all", **{name: value for name, value in asked.items() if value}})


def orders_url(values: dict[str, str]) -> str:
    return f"{url_if('support.orders.index') or '/support/orders/'}?{urlencode(values)}"


def asked(books: Books) -> Asked:
    """Raises Invalid for a day that is none, or a comparison that we do not know."""
    default = presets(clock.today_in(books.time_zone))["Last 30 days"]
    first = asked_day("from") or (default.first if not asked_day("to") else None)
    last = asked_day("to") or max(default.last, first or default.last)
    period = Period(first or last, last)
    exact: dict[str, Any] = {
        field: text.line(request.args.get(field, ""), field=field, most=LONGEST) for field in (*EXACT, "currency")
    }
    return Asked(
        books=books,
        period=period,
        filters=Filters(**{**exact, "currency": exact["currency"] or books.currency}),
        against=text.choice(request.args.get("against") or "previous", AGAINST, field="against"),
    )


def _bucket(key: str, period: Period) -> Period:
    """The days of a bucket that lie in the period."""
    if len(key) == len("2026-11-24"):
        day = date.fromisoformat(key)
        return Period(day, day)
    month = datetime.strptime(key, "%Y-%m").date()  # noqa: DTZ007
    end = month.replace(day=monthrange(month.year, month.month)[1])
    return Period(max(month, period.first), min(end, period.last))
