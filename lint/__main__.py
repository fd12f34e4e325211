"""Every linter, in order; all of them run, so that one run shows everything."""

import subprocess
import sys
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
    failed = [tool for tool in TOOLS if not _passes(tool)]
    print("lint: " + (f"failed: {', '.join(map(' '.join, failed))}" if failed else "all clean"))
    return 1 if failed else 0


def _passes(tool: tuple[str, ...]) -> bool:
    print(f"-- {' '.join(tool)}", flush=True)
    return subprocess.run([BIN / tool[0], *tool[1:]], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
