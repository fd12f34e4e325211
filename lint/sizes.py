"""Files of at most 300 lines, functions of 40, views of 15 and without try, templates of 80, partials of 40."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE, FUNCTION, VIEW, TEMPLATE, PARTIAL = 300, 40, 15, 80, 40
ROUTES = frozenset({"get", "post", "put", "patch", "delete", "route"})
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
            lines, most = node.end_lineno - node.lineno + 1, VIEW if _is_view(node) else FUNCTION
            yield from _too_long(path, lines, most, line=node.lineno, what=f"{node.name}()")
            if _is_view(node) and any(isinstance(each, ast.Try) for each in ast.walk(node)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}() is a view: web/errors.py catches"


def _is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = (each.func for each in node.decorator_list if isinstance(each, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in ROUTES for call in calls)


def _templates() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        most = PARTIAL if path.name.startswith("_") else TEMPLATE
        yield from _too_long(path, len(path.read_text().splitlines()), most, line=1)


def _too_long(path: Path, lines: int, most: int, *, line: int, what: str = "the file") -> Iterator[str]:
    if lines > most:
        yield f"{path.relative_to(ROOT)}:{line}: {what} has {lines} lines, {most} are allowed"


if __name__ == "__main__":
    sys.exit(main())
