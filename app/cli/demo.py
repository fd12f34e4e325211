"""``flask demo``: fill an empty company with invented goods and orders."""

import click

from app.workflows.demo.make import PAST, make_demo


@click.command("demo")
@click.option("--past", default=PAST, show_default=True, help="How many delivered orders of the past to make.")
def demo(past: int) -> None:
    """Make 200 SKUs, stock at the sites, past orders, and open ones in every state."""
    make_demo(past=past, tell=click.echo)


COMMANDS = [demo]
