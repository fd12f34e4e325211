"""Everything the stock report shows: stock over time, turnover, days of supply, stock-outs; one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from app.analytics import stock_charts, stock_figures
from app.analytics.periods import said
from app.analytics.stock_charts import Bar
from app.analytics.stock_figures import YEAR, Chosen, DayFigures, SkuFigures
from app.kernel.money import Money, exponent

TOP = 10
Link: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class StockTotals:
    """Of all SKUs in the report. Money is that of SKUs whose cost is known; ``without_cost`` counts the others."""

    on_hand: int
    value_minor: int
    turnover: float | None
    days_of_supply: float | None
    sku_days: int
    out_days: int
    lost: float
    without_cost: int

    @property
    def days_to_sell(self) -> float | None:
        return YEAR / self.turnover if self.turnover else None

    @property
    def out_rate(self) -> float:
        return self.out_days / self.sku_days if self.sku_days else 0.0


@dataclass(frozen=True, kw_only=True)
class StockPanel:
    """One chart with its table: ``head`` names the columns, each row begins with a SKU or a day."""

    by: str
    title: str
    caption: str
    summary: str
    figure: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class StockReport:
    totals: StockTotals
    panels: tuple[StockPanel, ...]
    counted_at: datetime | None
    skus: int


def stock_report(session: Session, chosen: Chosen, currency: str, link: Link) -> StockReport:
    days, skus = stock_figures.by_day(session, chosen), stock_figures.by_sku(session, chosen)
    totals = _totals(skus, days, chosen)
    return StockReport(
        totals=totals,
        panels=(
            _over_time(days, currency, totals),
            _outs(skus, totals, link),
            _turnover(skus, currency, link),
            _supply(skus, link),
        ),
        counted_at=stock_figures.counted_at(session),
        skus=len(skus),
    )


def _totals(skus: Sequence[SkuFigures], days: Sequence[DayFigures], chosen: Chosen) -> StockTotals:
    costed = [sku for sku in skus if sku.cost_minor]
    average, sold = sum(sku.value_minor for sku in costed), sum(sku.shipped * (sku.cost_minor or 0) for sku in costed)
    if not costed:  # no money is known: units tell the same, as well as units can be added up
        average, sold = round(sum(sku.average for sku in skus)), sum(sku.shipped for sku in skus)
    demand = sum(sku.daily_demand for sku in skus)
    return StockTotals(
        on_hand=days[-1].on_hand if days else 0,
        value_minor=days[-1].value_minor if days else 0,
        turnover=sold / average * YEAR / chosen.period.days if average > 0 else None,
        days_of_supply=sum(max(0, sku.free) for sku in skus) / demand if demand else None,
        sku_days=sum(sku.days for sku in skus),
        out_days=sum(sku.out_days for sku in skus),
        lost=sum(sku.lost for sku in skus),
        without_cost=len(skus) - len(costed),
    )


def _over_time(days: Sequence[DayFigures], currency: str, totals: StockTotals) -> StockPanel:
    first, last = days[0], days[-1]
    is_value = bool(last.value_minor and not totals.without_cost)
    texts = [f"{said(day.day)}: {day.on_hand:,} on hand, {day.free:,} free" for day in days]
    if is_value:
        texts = [f"{words}, {Money(day.value_minor, currency)}" for words, day in zip(texts, days, strict=True)]
    unit = 10 ** exponent(currency) if is_value else 1
    heights = [day.value_minor / unit if is_value else day.on_hand for day in days]
    change = last.on_hand - first.on_hand
    moved = "stayed at" if not change else f"{'grew' if change > 0 else 'fell'} by {abs(change):,} to"
    title = f"Stock {moved} {last.on_hand:,} units"
    return StockPanel(
        by="day",
        title=title,
        caption=f"value at cost, {currency}" if is_value else "units on hand",
        summary=f"{title} between {said(first.day)} and {said(last.day)}",
        figure=stock_charts.over_days(days, heights, texts),
        head=("Day", "On hand", "Free", f"Value {currency}"),
        rows=tuple(
            (str(day.day), f"{day.on_hand:,}", f"{day.free:,}", Money(day.value_minor, currency).amount(","))
            for day in reversed(days)
        ),
    )


def _outs(skus: Sequence[SkuFigures], totals: StockTotals, link: Link) -> StockPanel:
    worst = sorted((sku for sku in skus if sku.out_days), key=lambda sku: (-sku.lost, -sku.out_days, sku.sku))[:TOP]
    share = f"{totals.out_rate:.1%}"
    title = f"On {share} of SKU-days nothing was available" if totals.out_days else "Something was always available"
    return StockPanel(
        by="stock-outs",
        title=title,
        caption="units not sold, about",
        summary=f"{title}; about {totals.lost:,.0f} units were not sold for it",
        figure=stock_charts.bars([_out(sku, link) for sku in worst]),
        head=("SKU", "Days without", "Of days", "Demand a day", "Not sold"),
        rows=tuple(
            (sku.sku, f"{sku.out_days:,}", f"{sku.days:,}", f"{sku.daily_demand:,.2f}", f"{sku.lost:,.1f}")
            for sku in worst
        ),
    )


def _turnover(skus: Sequence[SkuFigures], currency: str, link: Link) -> StockPanel:
    """Where the most money lies; without costs, the most units."""
    largest = sorted(skus, key=lambda sku: (-sku.value_minor, -sku.average, sku.sku))[:TOP]
    slow = min((sku for sku in largest if sku.turnover is not None), key=lambda sku: sku.turnover or 0, default=None)
    title = (
        f"Of the largest, {slow.sku} turns over slowest: {_times(slow.turnover)}" if slow else "Nothing lay in stock"
    )
    return StockPanel(
        by="turnover",
        title=title,
        caption="times a year, largest stock first",
        summary=title,
        figure=stock_charts.bars(
            [Bar(key=sku.sku, value=sku.turnover or 0, said=_times(sku.turnover), url=link(sku.sku)) for sku in largest]
        ),
        head=("SKU", "Average stock", f"Value {currency}", "Shipped", "Times a year", "Days to sell"),
        rows=tuple(
            (
                sku.sku,
                f"{sku.average:,.1f}",
                Money(sku.value_minor, currency).amount(",") if sku.cost_minor else "–",
                f"{sku.shipped:,}",
                _figure(sku.turnover),
                _figure(sku.days_to_sell),
            )
            for sku in largest
        ),
    )


def _supply(skus: Sequence[SkuFigures], link: Link) -> StockPanel:
    known = [(sku.days_of_supply, sku) for sku in skus if sku.days_of_supply is not None]
    shortest = sorted(known, key=lambda pair: (pair[0], pair[1].sku))[:TOP]
    first = shortest[0] if shortest else None
    title = _pace(*first) if first else "Nothing was asked for"
    return StockPanel(
        by="supply",
        title=title,
        caption="days of supply, shortest first",
        summary=title,
        figure=stock_charts.bars(
            [Bar(key=sku.sku, value=max(0.0, days), said=_days(days), url=link(sku.sku)) for days, sku in shortest]
        ),
        head=("SKU", "Free", "Demand a day", "Days of supply"),
        rows=tuple((sku.sku, f"{sku.free:,}", f"{sku.daily_demand:,.2f}", _figure(days)) for days, sku in shortest),
    )


def _out(sku: SkuFigures, link: Link) -> Bar:
    days = _days(sku.out_days)
    said = f"{sku.lost:,.1f} in {days}" if sku.out_days < sku.days else f"not known, {days}"
    return Bar(key=sku.sku, value=sku.lost, said=said, url=link(sku.sku))


def _pace(days: float, sku: SkuFigures) -> str:
    return f"{sku.sku} lasts {_days(days)} at the present pace" if days > 0 else f"{sku.sku} has run out"


def _times(turnover: float | None) -> str:
    return "–" if turnover is None else f"{turnover:,.1f} times a year"


def _days(days: float) -> str:
    return f"{days:,.0f} day{'' if round(days) == 1 else 's'}"


def _figure(number: float | None) -> str:
    return "–" if number is None else f"{number:,.1f}"
