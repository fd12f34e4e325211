"""Commands, run as ``flask`` runs them, against the database of one test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from app.cli import catching_up
from app.cli.doctor import examine
from app.config import Config
from app.kernel import uow
from app.kernel.db import open_engine
from app.web import runtime
from tests.servers import Database

Run = Callable[..., Result]
SECRET = "a secret key of the tests, long enough"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands wait until no older transaction runs; those of tests run inside one, which ends after them."""
    monkeypatch.setattr(catching_up, "SECONDS", 2.0)


@pytest.fixture
def installation(tmp_path: Path, valkey_url: str) -> Callable[..., Config]:
    """Settings of an installation on a database; its folder is named like the database."""

    def settings(database: Database, **changes: object) -> Config:
        folder = tmp_path / database.name
        values = {
            "instance_dir": folder,
            "database_url": database.url,
            "owner_database_url": database.owner_url,
            "redis_url": valkey_url,
            "secret_key": SECRET,
            "files_dir": folder / "files",
        }
        return Config(**{**values, **changes})  # type: ignore[arg-type]

    return settings


@pytest.fixture
def run() -> Iterator[Run]:
    """``run(config, command, *words)``: units of work speak to its database, and no connection stays."""

    def invoke(config: Config, command: click.Command, *words: str) -> Result:
        app = Flask("commands")
        runtime.init_app(app, config)
        engine = open_engine(config.database_url, pool_size=1)
        uow.bind(engine)
        try:
            with app.app_context():
                return CliRunner().invoke(command, list(words))
        finally:
            engine.dispose()

    yield invoke
    uow.unbind()


@pytest.fixture
def told(run, database):
    """``told(config)``: {what it is about: (level, sentence)}, the worst where there are several."""

    def examined(config):
        engine = open_engine(config.database_url, pool_size=1)
        uow.bind(engine)
        try:
            found = sorted(examine(config), key=lambda each: each.level == "PROBLEM")
        finally:
            engine.dispose()
        return {each.about: (each.level, each.sentence) for each in found}

    return examined


def as_owner(database, statement, **values):
    engine = open_engine(database.owner_url, pool_size=1)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()
