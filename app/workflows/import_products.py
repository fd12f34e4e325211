"""A batch of a product file becomes SKUs and prices."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.adding import Product, gtins_of_others, put
from app.imports import staging
from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group


def import_products(session: Session, row: Import, groups: Sequence[Group]) -> dict[str, Any]:
    """Write the SKUs of these groups down; where a file names one twice, its last row counts."""
    products = {group.number: _product(group.rows[-1].content) for group in groups}
    taken = gtins_of_others(session, [product for product in products.values() if product.gtin])
    claimed: dict[str, str] = {}
    bad: list[tuple[int, Reason]] = []
    for group in groups:
        product = products[group.number]
        owner = taken.get(product.gtin or "") or claimed.setdefault(product.gtin or product.code, product.code)
        if owner != product.code:
            reason = Reason("GTIN", product.gtin or "", f"belongs to {owner}: a GTIN names one SKU")
            bad += [(one.line, reason) for one in group.rows]
            del products[group.number]
    staging.reject(session, row.id, bad)
    created = put(session, list(products.values()))
    return {"created": created, "changed": len(products) - created, "refused": len(groups) - len(products)}


def _product(content: Mapping[str, Any]) -> Product:
    return Product(
        code=content["sku"],
        **{name: value for name, value in content.items() if name != "sku"},
    )
