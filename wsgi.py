"""What a WSGI server and the ``flask`` command load."""

import sys
from multiprocessing import parent_process

from app import cli
from app.config import Config
from app.embedded.processes import end_with
from app.factory import create_app

if (server := parent_process()) and server.pid:  # else a killed server leaves its web processes answering for ever
    end_with(server.pid)

sys.setswitchinterval(0.0005)

application = create_app(Config.from_environment())
cli.register(application)
