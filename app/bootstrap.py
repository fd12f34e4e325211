"""What every process does first: database, tables, files, logs, and who hears which event. Knows no Flask."""

from dataclasses import dataclass

from sqlalchemy import Engine

import app.models as models  # noqa: F401
from app import wiring
from app.config import Config
from app.kernel import logs, uow
from app.kernel.crypto import Keyring, keyring
from app.kernel.db import open_engine
from app.kernel.file_stores import open_store
from app.kernel.files import FileStore


@dataclass(frozen=True)
class Runtime:
    """What a process works with; entry points hand its parts to the verbs that need them."""

    config: Config
    engine: Engine
    files: FileStore
    keys: Keyring


def start(config: Config, *, name: str = "waybill") -> Runtime:
    """Connects nothing yet: a process starts while PostgreSQL or Redis is away. ``name`` shows in pg_stat_activity."""
    logs.configure(config.log_level)
    engine = open_engine(config.database_url, pool_size=config.pool_size, application_name=name)
    uow.bind(engine)
    files, keys = open_store(config.files_dir, config.s3_url), keyring(config.secret_key, config.former_secret_keys)
    wiring.wire(config, files=files, keys=keys)
    return Runtime(config=config, engine=engine, files=files, keys=keys)
