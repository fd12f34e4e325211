"""``flask orders import``, ``flask stock import``, ``flask products import``."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app.cli.catching_up import catch_up
from app.cli.import_report import report_lines
from app.cli.importing import check, take_in
from app.imports import exports, lifecycle, options
from app.imports.exports import CsvPart
from app.imports.options import Options
from app.kernel.uow import unit_of_work
from app.web.runtime import files
from app.workflows.start_import import Upload

FILE = click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
PLAIN = Options()
TARGET = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("orders")
def orders() -> None:
    """Orders from files."""


@click.group("stock")
def stock() -> None:
    """Stock from files."""


@click.group("products")
def products() -> None:
    """Products from files."""


def common(command: Callable[..., None]) -> Callable[..., None]:
    """What every import takes."""
    command = click.option("--dry-run", is_flag=True, help="Read and count; take nothing in.")(command)
    command = click.option("--repairs-to", type=TARGET, help="Write every repair to this CSV file.")(command)
    command = click.option("--rejected-to", type=TARGET, help="Write the rows left out to this CSV file.")(command)
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
    """Take the orders of a CSV file in. Orders that are here already are known by their numbers and left alone."""
    until: datetime | None = given["history_until"]
    chosen = Options(
        history_until=until.date() if until else None,
        create_missing=options.creatable([name for name in given["create_missing"].split(",") if name]),
        currency=options.checked_currency(given["currency"]),
        date_order=given["date_order"],
    )
    _import(path, "orders", given, chosen, channel=channel)


@stock.command("import")
@common
def import_stock(path: Path, **given: Any) -> None:
    """Receive opening stock: a CSV file with SKU, site and quantity."""
    _import(path, "stock", given)


@products.command("import")
@common
def import_products(path: Path, **given: Any) -> None:
    """Add products and bring known ones up to date: a CSV file with SKU, name and what else is known."""
    _import(path, "products", given)


def _import(path: Path, kind: str, given: dict[str, Any], chosen: Options = PLAIN, *, channel: str = "csv") -> None:
    with path.open("rb") as stream:
        upload = Upload(kind=kind, name=path.name, stream=stream, options=chosen, channel=channel)
        import_id = check(upload, files())
    if not given["dry_run"]:
        take_in(import_id)
        catch_up()
    _write(given["rejected_to"], import_id, exports.rejected_csv)
    _write(given["repairs_to"], import_id, exports.repairs_csv)
    with unit_of_work() as session:
        for line in report_lines(session, lifecycle.get(session, import_id)):
            click.echo(line)


def _write(target: Path | None, import_id: int, read: Callable[..., CsvPart]) -> None:
    if target is None:
        return
    after: int | None = 0
    with unit_of_work() as session, target.open("w", newline="", encoding="utf-8") as written:
        row = lifecycle.get(session, import_id)
        while after is not None:
            part = read(session, row, after=after)
            written.write(part.text)
            after = part.after


COMMANDS = [orders, stock, products]
