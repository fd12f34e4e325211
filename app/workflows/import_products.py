"""Rows of a product file become SKUs and prices; where a file names one twice, its last row counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.adding import Present, Product, gtins_of_others, present, put
from app.imports.fields import PRODUCTS
from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group
from app.kernel.actor import Actor
from app.workflows.judged_import import CHANGED, NEW, SAME, Judged, Kind

LABELS = {one.name: one.label for one in PRODUCTS} | {"cost_minor": "Unit cost", "price": "Unit price"}


def judge_products(session: Session, _row: Import, groups: Sequence[Group]) -> list[Judged]:
    products = [_product(group.rows[-1].content) for group in groups]
    known = present(session, {one.code for one in products})
    owners = gtins_of_others(session, [one for one in products if one.gtin])
    claimed: dict[str, str] = {}
    judged = []
    for group, product in zip(groups, products, strict=True):
        owner = owners.get(product.gtin or "") or claimed.setdefault(product.gtin or product.code, product.code)
        judged.append(_judged(group, product, known.get(product.code), owner=owner))
    return judged


def write_products(session: Session, _row: Import, work: Sequence[Any], _actor: Actor) -> None:
    put(session, work)


def _judged(group: Group, product: Product, known: Present | None, *, owner: str) -> Judged:
    reasons = _reasons(product, known, owner)
    if reasons:
        return Judged(group=group, reasons=tuple(reasons))
    if known is None:
        return Judged(group=group, result=NEW, work=product)
    changes = known.changes(product)
    said = ", ".join(LABELS.get(name, name) for name in changes)
    return Judged(group=group, result=CHANGED if changes else SAME, said=said, work=product if changes else None)


def _reasons(product: Product, known: Present | None, owner: str) -> list[Reason]:
    reasons = []
    if owner != product.code:
        reasons.append(Reason("GTIN", product.gtin or "", f"belongs to {owner}: a GTIN names one SKU"))
    if known is None and not product.name:
        reasons.append(Reason("Name", "", "must not be empty for a new SKU"))
    if known and known.has_stock and "tracking" in known.changes(product):
        message = "cannot change while units are on hand, whose lots and serials nobody knows: count them out first"
        reasons.append(Reason("Tracking", product.tracking or "", message))
    return reasons


def _product(content: Mapping[str, Any]) -> Product:
    return Product(code=content["sku"], **{name: value for name, value in content.items() if name != "sku"})


PRODUCTS_KIND = Kind(judge=judge_products, write=write_products)
