"""A row of a price file: what one unit costs on one list. Its decimals are judged by the currency of the list."""

from app.imports.reading import Row
from app.imports.rows import Cells, Plan, ReadRow


def read(row: Row, plan: Plan) -> ReadRow:
    cells = Cells(row, plan)
    price_list, sku = cells.text("price_list", required=True), cells.text("sku", required=True)
    price = cells.number("price")
    if price is None and not cells.reasons_of("price"):
        cells.refuse("price", "must not be empty")
    values = {
        "price_list": price_list,
        "sku": sku,
        "price": str(price),
        "currency": cells.text("currency").upper(),
    }
    return cells.finish(f"{price_list}\x1f{sku}", values)
