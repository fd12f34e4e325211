"""Brings the database's tables to the newest migration."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def migrate(owner_database_url: str, *, to: str = "head") -> None:
    """As the role that owns the tables; starts that run side by side wait for each other (see migrations/env.py)."""
    command.upgrade(_configuration(owner_database_url), to)


def _configuration(url: str) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["url"] = url
    return configuration
