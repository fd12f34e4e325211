"""Everything the sales page shows: read in one transaction, so that its tiles cannot disagree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.analytics import charts, findings
from app.analytics.asked import MOST_COUNTED, Filters, Sales, SalesReport, SalesRow
from app.analytics.charts import Link
from app.analytics.freshness import counted_until
from app.analytics.periods import Period
from app.analytics.reports import sales
from app.analytics.sparks import Spark, spark
from app.kernel.money import Money

TOP = 10


@dataclass(frozen=True, kw_only=True)
class Figure:
    """``change`` says how it differs from the period compared with; ``rose`` is None where it does not."""

    name: str
    value: str
    unit: str
    change: str
    rose: bool | None
    spark: Spark | None


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One chart with its table: ``rest`` sums the rows that neither of them names, ``rest_count`` counts them."""

    by: str
    title: str
    caption: str
    summary: str
    figure: str
    rows: tuple[SalesRow, ...]
    total: Sales
    rest: Sales
    rest_count: int

    @property
    def rest_said(self) -> str:
        """``12 more``, or that it is very many."""
        return f"{self.rest_count:,} more" if self.rest_count <= MOST_COUNTED else f"Over {MOST_COUNTED:,} more"


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    currencies: tuple[str, ...]
    currency: str
    figures: tuple[Figure, ...]
    panels: tuple[Panel, ...]
    total: Sales
    counted_until: datetime


def dashboard(session: Session, filters: Filters, period: Period, before: Period, *, link: Link) -> Dashboard:
    """``filters`` names the currency that is preferred; the first that has sales is shown where it has none."""
    open_filters = replace(filters, first=period.first, last=period.last, currency="")
    time = sales(session, period.by, open_filters)
    currency = _currency(time, filters.currency)
    asked = replace(open_filters, currency=currency)
    past = sales(session, period.by, replace(asked, first=before.first, last=before.last))
    filled = _filled(time.of(currency), period, currency)
    total, total_before = time.total(currency), past.total(currency)
    return Dashboard(
        currencies=tuple(each.currency for each in time.totals) or (currency,),
        currency=currency,
        figures=_figures(total, total_before, filled),
        panels=(
            _over_time(filled, (total, total_before), (period, _filled(past.of(currency), before, currency)), link),
            *(_ranking(sales(session, by, asked, most=TOP), period, currency, link) for by in RANKINGS),
        ),
        total=total,
        counted_until=counted_until(session),
    )


def _currency(report: SalesReport, wanted: str) -> str:
    found = [total.currency for total in report.totals]
    return wanted if wanted in found or not found else found[0]


def _filled(rows: Sequence[SalesRow], period: Period, currency: str) -> tuple[SalesRow, ...]:
    """A day without sales is a zero, not a gap."""
    found = {row.key: row for row in rows}
    return tuple(found.get(key) or SalesRow(key=key, currency=currency) for key in period.buckets())


def _figures(now: Sales, before: Sales, rows: Sequence[SalesRow]) -> tuple[Figure, ...]:
    def figure(name: str, attribute: str, *, money: bool = False) -> Figure:
        value, past = getattr(now, attribute), getattr(before, attribute)
        return Figure(
            name=name,
            value=Money(value, now.currency).amount(",") if money and now.currency else f"{value:,}",
            unit=now.currency if money else "",
            change=findings.change(value, past),
            rose=None if value == past or not past else value > past,
            spark=spark([getattr(row, attribute) for row in rows]),
        )

    return (
        figure("Net sales", "net_minor", money=True),
        figure("Orders", "orders"),
        figure("Units", "units"),
        figure("Average order", "average_minor", money=True),
    )


def _over_time(
    rows: tuple[SalesRow, ...], totals: tuple[Sales, Sales], compared: tuple[Period, tuple[SalesRow, ...]], link: Link
) -> Panel:
    (now, before), (period, past) = totals, compared
    return Panel(
        by=period.by,
        title=findings.over_time(now, before, rows),
        caption=f"by {period.by}",
        summary=findings.summary(rows, now, period),
        figure=charts.over_time(rows, past if before.units else (), period, link),
        rows=rows,
        total=now,
        rest=Sales(currency=now.currency),
        rest_count=0,
    )


def _ranking(report: SalesReport, period: Period, currency: str, link: Link) -> Panel:
    top, total = report.of(currency), report.total(currency)
    return Panel(
        by=report.by,
        title=RANKINGS[report.by](top, total),
        caption=f"by {NAMES[report.by]}",
        summary=findings.summary(top, total, period),
        figure=charts.bars(top, report.by, link),
        rows=top,
        total=total,
        rest=Sales(
            currency=currency,
            net_minor=total.net_minor - sum(row.net_minor for row in top),
            units=total.units - sum(row.units for row in top),
        ),
        rest_count=report.counts.get(currency, 0) - len(top),
    )


NAMES = {"region": "region", "channel": "channel", "sku": "SKU", "customer": "customer"}
RANKINGS = {
    "channel": lambda rows, total: findings.leader(rows, total, "brings"),
    "region": lambda rows, total: findings.leader(rows, total, "brings"),
    "sku": lambda rows, total: findings.best(rows, "sells best"),
    "customer": lambda rows, total: findings.best(rows, "bought most"),
}
