"""Files of at most 300 lines, functions of at most 40, templates of at most 80, partials of at most 40."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE, FUNCTION, TEMPLATE, PARTIAL = 300, 40, 80, 40
PYTHON = ("app", "workers", "lint", "tests", "bin")


def main() -> int:
    found = [*_python(), *_templates()]
    for line in found:
        print(line)
    return 1 if found else 0


def _python() -> Iterator[str]:
    for folder in PYTHON:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text()
            yield from _too_long(path, len(text.splitlines()), FILE, line=1)
            yield from _functions(path, ast.parse(text))


def _functions(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
            lines = node.end_lineno - node.lineno + 1
            yield from _too_long(path, lines, FUNCTION, line=node.lineno, what=f"{node.name}()")


def _templates() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        most = PARTIAL if path.name.startswith("_") else TEMPLATE
        yield from _too_long(path, len(path.read_text().splitlines()), most, line=1)


def _too_long(path: Path, lines: int, most: int, *, line: int, what: str = "the file") -> Iterator[str]:
    if lines > most:
        yield f"{path.relative_to(ROOT)}:{line}: {what} has {lines} lines, {most} are allowed"


if __name__ == "__main__":
    sys.exit(main())
