"""``flask assets``: the files for the browser, for a web server in front."""

from pathlib import Path

import click

from app.config import ROOT
from app.web.assets import read_assets, write_assets


@click.group("assets")
def assets() -> None:
    """Style sheets, scripts and icons."""


@assets.command("build")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def build(folder: Path) -> None:
    """Write them under the addresses that pages name, which never change their content."""
    count = write_assets(read_assets(ROOT / "static"), folder)
    click.echo(f"{count} files are in {folder}. Serve its content at / with a year of caching.")


COMMANDS = [assets]
