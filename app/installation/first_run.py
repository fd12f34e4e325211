"""``flask first-start`` in a process of its own: it loads what the supervising one need not keep in memory."""

import signal
import subprocess
import sys

import psycopg

from app.config import ROOT, Config
from app.embedded import processes


class Failed(Exception):
    """The command said why on its own lines."""


def first_run(config: Config) -> None:
    """Nothing, where somebody can log in already and no demo was left half made."""
    if _is_done(config):
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "first-start"], cwd=ROOT, preexec_fn=processes.follow_parent(signal.SIGTERM)
    )
    try:
        if process.wait() != 0:
            raise Failed("see the lines above")
    finally:
        processes.stop(process, signal.SIGTERM)


def _is_done(config: Config) -> bool:
    if (config.instance_dir / "demo.unfinished").exists():
        return False
    with psycopg.connect(config.owner_database_url.replace("+psycopg", "")) as connection:
        return connection.execute("SELECT 1 FROM users LIMIT 1").fetchone() is not None
