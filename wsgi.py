"""What a WSGI server and the ``flask`` command load."""

import gc
from importlib import import_module
from multiprocessing import parent_process

from app.config import Config
from app.embedded.processes import end_with
from app.factory import create_app

server = parent_process()
if server and server.pid:  # else a killed server leaves its web processes answering for ever
    end_with(server.pid)

application = create_app(Config.from_environment())
if not server:  # no web process runs a command: what the commands import would stay in it for nothing
    import_module("app.cli").register(application)
gc.freeze()  # what is here now stays: the collector need not look through it again and again
gc.set_threshold(20_000, 20, 20)
