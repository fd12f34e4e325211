"""The pages that are measured, by name: whose they are, and their address in a database that ``data`` made."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import text
from sqlalchemy.orm import Session

Pages = Mapping[str, tuple[str, str]]
BOARD = "/support/orders/?"


@dataclass(frozen=True)
class Some:
    """Things of an order in the middle of the history, and the SKU that sells best."""

    number: str
    tracking_key: str
    email: str
    name: str
    tracking_number: str
    sku: str
    first_day: str


def pages(session: Session) -> Pages:
    some = Some(**session.execute(text(SOME)).one()._mapping)
    return {
        "board": ("support", f"{BOARD}view=open"),
        "board all": ("support", f"{BOARD}view=all"),
        "board to pick": ("support", f"{BOARD}view=to-pick"),
        "board unpaid": ("support", f"{BOARD}view=unpaid"),
        "number": ("support", _search(some.number)),
        "mail": ("support", _search(some.email)),
        "name": ("support", _search(some.name)),
        "common name": ("support", _search("smith")),
        "SKU": ("support", _search(some.sku)),
        "tracking number": ("support", _search(some.tracking_number)),
        "note": ("support", _search("back entrance")),
        "order": ("support", f"/support/orders/{some.number}"),
        "SKU page": ("support", f"/support/skus/{some.sku}"),
        "tracking page": ("support", f"/track/{some.tracking_key}"),
        "sales": ("admin", "/admin/sales/"),
        "sales ever": ("admin", f"/admin/sales/?{urlencode({'from': some.first_day})}"),
    }


def _search(words: str) -> str:
    return BOARD + urlencode({"view": "all", "q": words})


SOME = """
SELECT o.number, o.tracking_key, c.email, c.name, p.tracking_number, (SELECT code FROM skus WHERE id = 1) AS sku,
       (SELECT min(placed_at AT TIME ZONE (SELECT time_zone FROM company))::date::text FROM orders) AS first_day
  FROM orders o JOIN order_contacts c ON c.order_id = o.id JOIN parcels p ON p.order_id = o.id
 WHERE o.id >= (SELECT max(id) / 2 FROM orders) AND o.status = 'delivered' ORDER BY o.id LIMIT 1
"""
