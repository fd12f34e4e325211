"""``flask migrate``: for installations with a PostgreSQL of their own; ``make run`` does it at each start."""

import click

from app.config import Config
from app.schema import migrate


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables to the newest version."""
    migrate(Config.from_environment().owner_database_url)
    click.echo("The tables are up to date.")


COMMANDS = [migrate_command]
