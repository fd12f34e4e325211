"""Rows that name units at a place: of a stock file, which brings them, and of a count, which says what lies there."""

from datetime import date
from typing import Any

from app.imports.reading import Row
from app.imports.rows import Cells, Plan, ReadRow
from app.kernel.text import out_of_range


def read(row: Row, plan: Plan) -> ReadRow:
    cells = Cells(row, plan)
    values = _place(cells) | {"quantity": cells.quantity("quantity"), "expires_on": _expiry(cells)}
    if values["expires_on"] and not values["lot"]:
        cells.refuse("lot", "must not be empty where the row names a day of expiry")
    return cells.finish(f"line {row.line}", values)


def read_count(row: Row, plan: Plan) -> ReadRow:
    cells = Cells(row, plan)
    values = _place(cells) | {"counted": cells.whole("counted", required=True)}
    return cells.finish("\x1f".join(values[name] for name in ("sku", "site", "bin", "lot")), values)


def _place(cells: Cells) -> dict[str, Any]:
    return {
        "sku": cells.text("sku", required=True),
        "site": cells.text("site", required=True),
        "bin": cells.text("bin"),
        "lot": cells.text("lot"),
    }


def _expiry(cells: Cells) -> str | None:
    day = cells.day("expires_on")
    if day is None:
        return None
    written = day.isoformat()[:10]
    if why := out_of_range(date.fromisoformat(written)):
        cells.refuse("expires_on", f"is a day that no goods bear: {why}")
    return written
