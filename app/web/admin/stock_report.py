"""Stock over time, turnover, days of supply and stock-outs: charts with their tables, and each as CSV."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.analytics import stock_figures
from app.analytics.export import csv_lines
from app.analytics.periods import Period, presets
from app.analytics.stock_figures import Chosen
from app.analytics.stock_report import stock_report
from app.inventory import site_list
from app.kernel import text
from app.kernel.errors import Invalid, NotFound
from app.kernel.uow import unit_of_work
from app.queries import stock_rules
from app.web import company
from app.web.admin.asked_days import as_asked, asked_day
from app.web.page import page
from app.web.security import allow_charts
from app.workflows.company_day import today

bp = Blueprint("stock_report", __name__, url_prefix="/stock-report")

MOST_DAYS = 1_100
SKU_HEAD = (
    *("sku", "name", "on_hand", "free", "average_on_hand", "shipped", "demanded", "turnover_a_year", "days_to_sell"),
    *("days_of_supply", "days", "days_without_stock", "lost_units"),
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What was asked, and the addresses of the same with something else."""

    chosen: Chosen
    presets: list[tuple[str, str, bool]]
    values: dict[str, str]


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        ask = _asked(presets(today(session)))
        report = stock_report(session, ask.chosen, company.current().currency, _sku_url)
        sites, categories = site_list.listed(session), stock_rules.categories(session)
    allow_charts()
    return page("admin/stock_report/index.html", ask=ask, report=report, sites=sites, categories=categories)


@bp.get("/<by>.csv")
def export(by: str) -> ResponseReturnValue:
    if by not in EXPORTS:
        raise NotFound(f"there is no report {by!r}: ask for {' or '.join(EXPORTS)}")
    with unit_of_work() as session:
        chosen = _asked(presets(today(session))).chosen
        lines = "".join(EXPORTS[by](session, chosen))
    name = f"stock-by-{by}-{chosen.period.first}-to-{chosen.period.last}.csv"
    return Response(lines, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _days_csv(session: Any, chosen: Chosen) -> Any:
    days = stock_figures.by_day(session, chosen)
    rows = [(str(day.day), day.on_hand, day.free, day.value_minor) for day in days]
    return csv_lines(("day", "on_hand", "free", "value_minor"), rows)


def _skus_csv(session: Any, chosen: Chosen) -> Any:
    return csv_lines(SKU_HEAD, [_sku_cells(sku) for sku in stock_figures.by_sku(session, chosen)])


def _sku_cells(sku: stock_figures.SkuFigures) -> list[str | int]:
    figures = (sku.turnover, sku.days_to_sell, sku.days_of_supply)
    turnover, to_sell, supply = ("" if each is None else f"{each:.2f}" for each in figures)
    return [
        *(sku.sku, sku.name, sku.on_hand, sku.free, f"{sku.average:.2f}", sku.shipped, sku.demanded),
        *(turnover, to_sell, supply, sku.days, sku.out_days, f"{sku.lost:.2f}"),
    ]


def _asked(known: dict[str, Period]) -> Shown:
    """Raises Invalid for a day that is none."""
    default = known["Last 30 days"]
    period = Period(asked_day("from") or default.first, asked_day("to") or default.last)
    if period.days > MOST_DAYS:
        raise Invalid([("from", f"{period.days:,} days are too many: ask for {MOST_DAYS:,} at most")])
    own = {name: text.line(request.args.get(name, ""), field=name, most=100) for name in ("sku", "site", "category")}
    kept = {name: value for name, value in own.items() if value}
    found = [(name, _url({**kept, **as_asked(each)}), each == period) for name, each in known.items()]
    return Shown(chosen=Chosen(period=period, **own), presets=found, values={**kept, **as_asked(period)})


def _url(values: dict[str, Any]) -> str:
    return url_for(".index", **values)


def _sku_url(code: str) -> str:
    return url_for("support.skus.show", code=code)


EXPORTS = {"day": _days_csv, "sku": _skus_csv}
