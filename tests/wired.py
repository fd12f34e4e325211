"""Events and effects connected as the application connects them, and forgotten afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from app import wiring
from app.config import Config
from app.kernel import deliveries, effects, events, feed
from app.kernel.crypto import keyring
from app.kernel.file_stores import open_store


@contextmanager
def all_wired(config: Config) -> Iterator[None]:
    wiring.wire(config, files=open_store(config.files_dir, ""), keys=keyring(config.secret_key))
    try:
        yield
    finally:
        unwire()


def unwire() -> None:
    """Whatever is left connected meets the next test: an event would look for an effect that nobody knows."""
    deliveries.wire({})
    effects.wire({})
    events.wire(within={}, after={})
    feed.wire({})
