"""A command needs servers: a running instance's, or ones started for as long as the command takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from app.config import Config
from app.embedded.lease import Needed, borrowed
from app.embedded.stack import stack_of
from app.kernel.errors import DomainError, ProviderError
from app.schema import migrate


def serve(command: click.Command, config: Config) -> click.Command:
    """Wrapped at the leaves, so that ``--help`` starts nothing."""
    if isinstance(command, click.Group):
        for child in command.commands.values():
            serve(child, config)
    elif command.callback is not None:
        command.callback = _served(getattr(command.callback, "unserved", command.callback), config)
    return command


@contextmanager
def servers_for(config: Config) -> Iterator[None]:
    """Does nothing where the environment names real servers: those are migrated by ``flask migrate`` alone."""
    if not config.embedded:
        yield
        return
    with borrowed(Needed(stack_of(config.instance_dir), config.embedded)) as were_started:
        if were_started and "postgres" in config.embedded:
            migrate(config.owner_database_url)
        yield


@contextmanager
def refusals_in_words() -> Iterator[None]:
    try:
        yield
    except (DomainError, ProviderError) as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _served(callback: Callable[..., Any], config: Config) -> Callable[..., Any]:
    @wraps(callback)
    def served(*args: Any, **kwargs: Any) -> Any:
        with servers_for(config), refusals_in_words():
            return callback(*args, **kwargs)

    served.unserved = callback  # type: ignore[attr-defined]
    return served
