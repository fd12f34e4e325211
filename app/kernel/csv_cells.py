"""Text cells of exported files that no spreadsheet takes for a formula."""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
DEFUSED = re.compile(r"'(?='*[=+\-@\t\r\n])")


def defused(value: str) -> str:
    """For text cells of CSV only: an apostrophe before what a spreadsheet would run. Numbers are written as numbers."""
    return f"'{value}" if FORMULA.match(value) else value


def typed(value: str) -> str:
    """For text cells that carry their type, as those of XLSX do: only what ``undone`` would shorten is guarded."""
    return f"'{value}" if DEFUSED.match(value) else value


def undone(value: str) -> str:
    """A cell as it was before ``defused`` or ``typed``."""
    return value[1:] if DEFUSED.match(value) else value
