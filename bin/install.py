"""Keeps .venv as the lock files say. Knows the standard library alone: it runs before anything is installed."""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(names):
    """Two set-ups beside each other (make run, make test) wait for one another."""
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    if not works():
        make()
    for name in names:
        stamp = VENV / f"{name}.installed"
        wanted = fingerprint(ROOT / name)
        if not stamp.exists() or stamp.read_text() != wanted:
            install(name)
            stamp.write_text(wanted)


def works():
    """A moved or copied folder, or a Python that is gone, leaves a .venv that has to be made anew."""
    built_in = VENV / "built-in"
    if not built_in.exists() or built_in.read_text() != str(ROOT):
        return False
    return subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0


def make():
    """Never through a link: ``--clear`` would empty an environment that others use."""
    if VENV.is_symlink():
        sys.exit(
            f".venv is a link to {VENV.resolve()}, which was not built for this folder. Remove the link, then try again"
        )
    print(f"Setting up .venv with Python {sys.version.split()[0]}", flush=True)
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False)
    if done.returncode != 0:
        sys.exit("Python's venv module is incomplete. On Debian and Ubuntu: apt-get install python3-venv")
    (VENV / "built-in").write_text(str(ROOT))


def install(name):
    started = time.monotonic()
    print(f"Installing {name} (the network is needed for this step only)", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    done = subprocess.run([*pip, "-r", name], check=False, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stderr}Installing {name} failed. Nothing was started; try again once it is mended.")
    print(f"Installed in {time.monotonic() - started:.0f} s", flush=True)


def fingerprint(lock):
    return hashlib.sha256(lock.read_bytes()).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
