"""``flask export KIND FILE``: what the page of exports makes, at the terminal."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.exports.asked import KINDS, asked
from app.kernel.actor import Actor
from app.kernel.table_files import FORMATS
from app.kernel.uow import unit_of_work
from app.workflows.make_export import write_export

ACTOR = Actor(kind="command")


@click.command("export")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--q", default="", help="Only SKUs with this in code, name or GTIN.")
@click.option("--site", default="", help="Only this site, by its code.")
@click.option("--state", default="", help="Products: active or inactive.")
@click.option("--price-list", default="", help="Prices: only this list.")
@click.option("--reason", default="", help="Ledger: only movements with this reason.")
@click.option("--since", default="", help="Ledger: from this day on.")
@click.option("--until", default="", help="Ledger: up to this day.")
@with_appcontext
def export(kind: str, path: Path, **given: str) -> None:
    """Write products, prices, stock, places, bins or the ledger to FILE, as its name ends: .csv or .xlsx."""
    format = path.suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise click.BadParameter(f"{path.name} must end in .csv or .xlsx")
    with unit_of_work() as session, path.open("wb") as target:
        count = write_export(session, asked(kind, format, given), target, actor=ACTOR)
    click.echo(f"{count:,} rows of {kind} to {path}")


COMMANDS = [export]
