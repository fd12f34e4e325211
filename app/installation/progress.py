"""One line per step, with the time it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click


def say(line: str = "") -> None:
    click.echo(line)


@contextmanager
def step(name: str) -> Iterator[None]:
    """``name ........ 1.2 s``"""
    started = time.monotonic()
    click.echo(f"{name} ".ljust(36, ".") + " ", nl=False)
    try:
        yield
    except BaseException:
        click.echo("stopped")
        raise
    click.echo(f"{time.monotonic() - started:.1f} s")
