"""Text cells of exported CSV files that no spreadsheet takes for a formula."""

import re

FORMULA = re.compile(r"[=+\-@\t\r]")
DEFUSED = re.compile(r"'(?=[=+\-@\t\r])")


def defused(value: str) -> str:
    """For text cells only: an apostrophe before what a spreadsheet would run. Numbers are written as numbers."""
    return f"'{value}" if FORMULA.match(value) else value


def undone(value: str) -> str:
    """A cell as it was before ``defused``."""
    return DEFUSED.sub("", value, count=1)
