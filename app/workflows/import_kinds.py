"""The kinds of files whose rows are judged one by one; orders are judged whole, and have a way of their own."""

from collections.abc import Mapping

from app.workflows.import_bins import BINS_KIND
from app.workflows.import_counts import COUNTS_KIND
from app.workflows.import_prices import PRICES_KIND
from app.workflows.import_products import PRODUCTS_KIND
from app.workflows.import_stock import STOCK_KIND
from app.workflows.judged_import import Kind

JUDGED: Mapping[str, Kind] = {
    "products": PRODUCTS_KIND,
    "prices": PRICES_KIND,
    "stock": STOCK_KIND,
    "bins": BINS_KIND,
    "counts": COUNTS_KIND,
}
