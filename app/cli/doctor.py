"""``flask doctor``: what is wrong with this installation, in words, with the remedy."""

from collections.abc import Iterator

import click
from sqlalchemy.exc import SQLAlchemyError

from app.cli import examine_servers, examine_settings, examine_work
from app.cli.diagnosis import Diagnosis, problem
from app.config import Config
from app.kernel.uow import unit_of_work
from app.web.runtime import config as settings

OUTSIDE = (
    *(examine_settings.secret_key, examine_settings.base_url, examine_settings.disk, examine_settings.files),
    *(examine_settings.mail, examine_servers.mail_server, examine_servers.redis, examine_servers.database),
)
TABLES = (examine_servers.role, examine_servers.room_for_ids, examine_servers.clocks)
WORK = (
    *(examine_work.relay, examine_work.scheduler, examine_work.effects, examine_work.readers),
    *(examine_work.channels, examine_work.signatures),
)


@click.command("doctor")
def doctor_command() -> None:
    """Look at settings, servers, disks and the work under way. Ends with 1 if something is wrong."""
    problems = 0
    for diagnosis in examine(settings()):
        problems += diagnosis.level == "PROBLEM"
        click.echo(str(diagnosis))
    if problems:
        raise click.ClickException(f"{problems} problems")
    click.echo("\nNothing is wrong.")


COMMANDS = [doctor_command]


def examine(config: Config) -> Iterator[Diagnosis]:
    """Goes as deep as it can: without the database the rest is still looked at, without its tables the database is."""
    answers = True
    for examination in OUTSIDE:
        for diagnosis in examination(config):
            answers &= (diagnosis.about, diagnosis.level) != ("database", "PROBLEM")
            yield diagnosis
    if answers:
        yield from _examine_database(config)


def _examine_database(config: Config) -> Iterator[Diagnosis]:
    with unit_of_work() as session:
        found = list(examine_servers.migrations(session))
    yield from found
    if any(diagnosis.level == "PROBLEM" for diagnosis in found):
        return
    try:
        with unit_of_work() as session:
            for examination in (*TABLES, *WORK):
                yield from examination(session)
            yield from examine_work.workers(config, session)
    except SQLAlchemyError as error:
        yield problem("database", f"it broke off while being looked at ({type(error).__name__}): try again")
