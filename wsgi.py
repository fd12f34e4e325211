"""What a WSGI server and the ``flask`` command load."""

from app import cli
from app.config import Config
from app.factory import create_app

application = create_app(Config.from_environment())
cli.register(application)
