"""The ``flask`` commands, one module per topic."""

from flask import Flask

from app.cli import (
    assets,
    backup,
    demo,
    doctor,
    exports,
    first_start,
    imports,
    migrations,
    report,
    users,
    verify,
)
from app.cli.serving import serve
from app.web.runtime import config

TOPICS = (assets, backup, demo, doctor, exports, first_start, imports, migrations, report, users, verify)


def register(app: Flask) -> None:
    """Every topic's commands; the servers answer while one runs, whether an instance is running or not."""
    with app.app_context():
        settings = config()
    for topic in TOPICS:
        for command in topic.COMMANDS:
            app.cli.add_command(serve(command, settings))
