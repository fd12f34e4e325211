"""A command needs servers: a running instance's, or ones started for as long as the command takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import wraps
from typing import Any

import click

from app.config import Config
from app.embedded.lease import Needed, borrowed
from app.embedded.stack import stack_of
from app.kernel.errors import DomainError, ProviderError
from app.schema import migrate


def serve(command: click.Command, config: Config) -> click.Command:
    """A copy, wrapped at the leaves, so that ``--help`` starts nothing."""
    served = copy(command)
    if isinstance(command, click.Group) and isinstance(served, click.Group):
        served.commands = {name: serve(child, config) for name, child in command.commands.items()}
    elif command.callback is not None:
        served.callback = _served(command.callback, config)
    return served


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

    return served
