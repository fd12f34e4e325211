"""``bin/setup`` keeps its hands off environments that are not its own."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "bin" / "install.py"


def test_an_environment_behind_a_link_is_never_emptied(tmp_path):
    others, here = tmp_path / "others", tmp_path / "here"
    (others / "bin").mkdir(parents=True)
    (here / "bin").mkdir(parents=True)
    (here / "bin" / "install.py").write_text(SCRIPT.read_text())
    os.symlink(others, here / ".venv")

    done = subprocess.run(
        [sys.executable, here / "bin" / "install.py", "requirements.txt"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert ".venv is a link" in done.stderr
    assert (others / "bin").is_dir()
