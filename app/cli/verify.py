"""``flask verify``: are stock, money, orders and events what their ledgers make them?"""

import click

from app.kernel import checked, clock
from app.kernel.checked import LastCheck
from app.kernel.uow import unit_of_work
from app.web.runtime import keys
from app.workflows.verify import counts, see_one_moment, verify


@click.command("verify")
def verify_command() -> None:
    """Recompute every ledger and compare. Prints a line per finding and ends with 1, or ends with 0 if all is clean."""
    found, began_at = 0, clock.now()
    with unit_of_work() as session:
        see_one_moment(session)
        for finding in verify(session, keys()):
            found += 1
            click.echo(f"{finding.check}: {finding.sentence}")
        looked_at = ", ".join(f"{number:,} {what}" for what, number in counts(session).items())
    run = LastCheck(began_at=began_at, ended_at=clock.now(), findings=found)
    with unit_of_work() as session:
        checked.write(session, run)
    if found:
        raise click.ClickException(f"{found:,} findings in {looked_at}")
    click.echo(f"clean: {looked_at}")


COMMANDS = [verify_command]
