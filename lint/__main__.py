"""Every linter, beside each other; all of them run, so that one run shows everything, in this order."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TOOLS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("lint-imports", "--no-logo"),
    ("python", "-m", "lint.sizes"),
    ("python", "-m", "lint.templates"),
    ("djlint", "--lint", "--quiet", "templates"),
)


def main() -> int:
    with ThreadPoolExecutor(len(TOOLS)) as pool:
        failed = [tool for tool, done in zip(TOOLS, pool.map(_run, TOOLS), strict=True) if not _passed(tool, done)]
    print("lint: " + (f"failed: {', '.join(map(' '.join, failed))}" if failed else "all clean"))
    return 1 if failed else 0


def _run(tool: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / tool[0]), *tool[1:]]
    return subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _passed(tool: tuple[str, ...], done: subprocess.CompletedProcess[str]) -> bool:
    print(f"-- {' '.join(tool)}\n{done.stdout}", end="", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
