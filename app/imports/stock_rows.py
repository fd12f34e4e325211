"""A row of a stock file: units of one SKU that lie at one site."""

from app.imports.reading import Row
from app.imports.rows import Cells, Plan, ReadRow


def read(row: Row, plan: Plan) -> ReadRow:
    cells = Cells(row, plan)
    values = {
        "sku": cells.text("sku", required=True),
        "site": cells.text("site", required=True),
        "quantity": cells.quantity("quantity"),
    }
    return cells.finish(f"line {row.line}", values)
