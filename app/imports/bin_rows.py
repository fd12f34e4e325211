"""A row of a bin file: one shelf of one site, new or changed. What is not said is None, and stays as it is."""

from app.imports.reading import Row
from app.imports.rows import Cells, Plan, ReadRow

KINDS = {
    "pick": "Pick",
    "bulk": "Bulk",
    "stage": "Stage",
    "pack": "Pack",
    "quarantine": "Quarantine",
    "receiving": "Receiving",
}
LONGEST_CODE = 40


def read(row: Row, plan: Plan) -> ReadRow:
    cells = Cells(row, plan)
    site, code = cells.text("site", required=True), cells.text("code", required=True)
    if len(code) > LONGEST_CODE:
        cells.refuse("code", f"is longer than {LONGEST_CODE} characters")
    capacity = cells.whole("capacity")
    if capacity == 0:
        cells.refuse("capacity", "must be 1 or more, or empty where it is not known")
    values = {
        "site": site,
        "code": code,
        "zone": cells.text("zone") or None,
        "kind": cells.choice("kind", KINDS),
        "pick_sequence": cells.whole("pick_sequence"),
        "capacity": capacity,
        "one_sku": cells.flag("one_sku"),
        "one_lot": cells.flag("one_lot"),
        "is_active": cells.flag("is_active"),
    }
    return cells.finish(f"{site}\x1f{code}", values)
