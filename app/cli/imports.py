"""``flask orders import``, and the same for products, prices, stock, bins and counts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.cli.catching_up import catch_up
from app.cli.import_report import report_lines
from app.cli.importing import check, take_in
from app.imports import exports, lifecycle, options
from app.imports.exports import GivenBack
from app.imports.models import Import
from app.imports.options import Options
from app.kernel.table_files import Cell, Format, write_table
from app.kernel.uow import unit_of_work
from app.web.runtime import files
from app.workflows.start_import import Upload

FILE = click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
PLAIN = Options()
TARGET = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("orders")
def orders() -> None:
    """Orders from files."""


@click.group("products")
def products() -> None:
    """Products from files."""


@click.group("prices")
def prices() -> None:
    """Prices from files."""


@click.group("stock")
def stock() -> None:
    """Stock from files."""


@click.group("bins")
def bins() -> None:
    """Bins from files."""


@click.group("counts")
def counts() -> None:
    """Stock counts from files."""


def common(command: Callable[..., None]) -> Callable[..., None]:
    """What every import takes."""
    command = click.option("--dry-run", is_flag=True, help="Read and count; take nothing in.")(command)
    command = click.option("--results-to", type=TARGET, help="Write what came of each row to this file.")(command)
    command = click.option("--repairs-to", type=TARGET, help="Write every repair to this file.")(command)
    command = click.option("--rejected-to", type=TARGET, help="Write the rows left out to this file.")(command)
    return FILE(with_appcontext(command))


@orders.command("import")
@common
@click.option(
    "--history-until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Orders placed up to this day are taken over as delivered: no stock, no mails.",
)
@click.option("--create-missing", default="", help="products, customers, or both with a comma between.")
@click.option("--channel", default="csv", show_default=True, help="Whose orders these are, by the channel's code.")
@click.option("--currency", default="", help="Where the file names none; the company's unless given.")
@click.option("--date-order", type=click.Choice(options.DATE_ORDERS), help="What comes first in 11/8/2018.")
def import_orders(path: Path, channel: str, **given: Any) -> None:
    """Take the orders of a file in. Orders that are here already are known by their numbers and left alone."""
    until: datetime | None = given["history_until"]
    chosen = Options(
        history_until=until.date() if until else None,
        create_missing=options.creatable([name for name in given["create_missing"].split(",") if name]),
        currency=options.checked_currency(given["currency"]),
        date_order=given["date_order"],
    )
    _import(path, "orders", given, chosen, channel=channel)


@products.command("import")
@common
def import_products(path: Path, **given: Any) -> None:
    """Add products and bring known ones up to date: SKU, name and what else is known."""
    _import(path, "products", given)


@prices.command("import")
@common
def import_prices(path: Path, **given: Any) -> None:
    """Set prices: price list, SKU and price."""
    _import(path, "prices", given)


@stock.command("import")
@common
def import_stock(path: Path, **given: Any) -> None:
    """Receive opening stock: SKU, site and quantity; bin, lot and day of expiry if they are known."""
    _import(path, "stock", given)


@bins.command("import")
@common
def import_bins(path: Path, **given: Any) -> None:
    """Add bins and bring known ones up to date: site and bin, and what else is known."""
    _import(path, "bins", given)


@counts.command("import")
@common
def import_counts(path: Path, **given: Any) -> None:
    """Post what was counted: SKU, site, and counted, by bin and lot or for the whole site."""
    _import(path, "counts", given)


def _import(path: Path, kind: str, given: dict[str, Any], chosen: Options = PLAIN, *, channel: str = "csv") -> None:
    with path.open("rb") as stream:
        upload = Upload(kind=kind, name=path.name, stream=stream, options=chosen, channel=channel)
        import_id = check(upload, files())
    if not given["dry_run"]:
        take_in(import_id)
        catch_up()
    _write(given["rejected_to"], import_id, exports.REJECTED)
    _write(given["repairs_to"], import_id, exports.REPAIRS)
    _write(given["results_to"], import_id, exports.RESULTS)
    with unit_of_work() as session:
        for line in report_lines(session, lifecycle.get(session, import_id)):
            click.echo(line)


def _write(target: Path | None, import_id: int, given_back: GivenBack) -> None:
    """In the format in which the file came."""
    if target is None:
        return
    with unit_of_work() as session, target.open("wb") as written:
        row = lifecycle.get(session, import_id)
        write_table(written, cast(Format, row.format), given_back.header(row), _rows(session, row, given_back))


def _rows(session: Session, row: Import, given_back: GivenBack) -> Iterator[list[Cell]]:
    after: int | None = 0
    while after is not None:
        part = given_back.part(session, row, after)
        yield from part.rows
        after = part.after


COMMANDS = [orders, products, prices, stock, bins, counts]
