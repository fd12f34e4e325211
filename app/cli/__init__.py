"""The ``flask`` commands: one module per topic, each with a list ``COMMANDS``."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask

from app.cli.serving import serve
from app.web.runtime import config


def register(app: Flask) -> None:
    """Every topic's commands; the servers answer while one runs, whether an instance is running or not."""
    with app.app_context():
        settings = config()
    for topic in iter_modules(__path__):
        for command in getattr(import_module(f"{__name__}.{topic.name}"), "COMMANDS", ()):
            app.cli.add_command(serve(command, settings))
