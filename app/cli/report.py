"""``flask report``: the figures of the sales page and of promises, for a terminal or a file."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import click

from app.analytics.asked import Filters, Sales, SalesReport, SalesRow
from app.analytics.export import sales_csv
from app.analytics.findings import called
from app.analytics.promises import PromiseFigures, promise_figures
from app.analytics.reports import sales
from app.analytics.scan import KEYS
from app.cli.catching_up import catch_up
from app.company import settings
from app.kernel import clock
from app.kernel.money import Money
from app.kernel.uow import run, unit_of_work
from app.workflows import count_stock
from app.workflows.count_sales import rebuild

DAY = click.DateTime(["%Y-%m-%d"])
HEADER = ("Net sales", "Orders", "Units")
NAMES = {"sku": "SKU"}


@click.group("report")
def report() -> None:
    """Figures about what was sold and promised."""


@report.command("sales")
@click.option(
    "--by", type=click.Choice(list(KEYS)), default="month", show_default=True, help="What each row stands for."
)
@click.option("--from", "first", type=DAY, help="First day, in the company's time zone.")
@click.option("--to", "last", type=DAY, help="Last day, included.")
@click.option("--channel", default="", help="Only this channel, by code.")
@click.option("--region", default="", help="Only this sales region.")
@click.option("--sku", default="", help="Only this SKU, by code.")
@click.option("--customer", default="", help="Only this customer, by code.")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table", show_default=True)
def sales_command(by: str, form: str, first: datetime | None, last: datetime | None, **exact: str) -> None:
    """Net sales (after discount, without tax, shipping and cancelled units), orders and units."""
    filters = Filters(first=_day(first), last=_day(last), **exact)
    catch_up()
    with unit_of_work() as session:
        found = sales(session, by, filters)
    if form == "csv":
        click.echo(sales_csv(found), nl=False)
        return
    for total in found.totals:
        click.echo(_table(found, total))
    if not found.totals:
        click.echo("Nothing was sold.")


@report.command("promises")
@click.option("--from", "first", type=DAY, required=True, help="First day of delivery, in the company's time zone.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
def promises_command(first: datetime, last: datetime) -> None:
    """How many orders arrived by their first promise, and how far promises moved."""
    with unit_of_work() as session:
        zone = settings.read(session).time_zone
        since = clock.start_of_day(first.date(), zone)
        until = clock.start_of_day(last.date() + timedelta(days=1), zone)
        found = promise_figures(session, since=since, until=until)
    click.echo(_kept(found) if found.orders else "No order was delivered that had been promised a day.")


@report.command("rebuild")
def rebuild_command() -> None:
    """Add up all sales and days of stock anew; after a change of the company's time zone it happens by itself."""
    run(rebuild)
    run(count_stock.forget)
    while run(count_stock.is_behind):
        run(count_stock.count_stock)
    click.echo("All sales and all days of stock are added up anew.")


COMMANDS = [report]


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _kept(found: PromiseFigures) -> str:
    whole, tenth = divmod(found.kept_permille or 0, 10)
    hours = round(abs(found.drift_seconds) / 3600)
    way = "later" if found.drift_seconds > 0 else "sooner"
    return (
        f"Promise kept: {found.kept:,} of {found.orders:,} orders, {whole}.{tenth} %\n"
        f"Drift: the last promise was {hours // 24} days {hours % 24} hours {way} than the first, on average\n"
        f"Promises that moved: {found.moves:,}, of which customers were told {found.told:,}"
    )


def _table(found: SalesReport, total: Sales) -> str:
    """Each currency has a table of its own: amounts of two are never added up."""
    rows = [(_label(row), *_figures(row)) for row in found.of(total.currency)]
    lines = [
        (f"{NAMES.get(found.by, found.by.capitalize())} ({total.currency})", *HEADER),
        *rows,
        ("Total", *_figures(total)),
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADER) + 1)]
    return "\n".join(_line(line, widths) for line in lines) + "\n"


def _label(row: SalesRow) -> str:
    return f"{row.key}  {row.name}" if row.name else called(row)


def _figures(sold: Sales) -> tuple[str, str, str]:
    return Money(sold.net_minor, sold.currency).amount(","), f"{sold.orders:,}", f"{sold.units:,}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *figures = cells
    return "  ".join(
        [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=True))]
    )
