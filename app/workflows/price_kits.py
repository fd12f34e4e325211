"""A kit's line becomes lines of its components, each with its exact share of the kit's money."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.catalogue import kits
from app.catalogue.kits import Component, Listed
from app.catalogue.lookup import Asked, Offer
from app.kernel.money import Money
from app.orders.placing import KitPart


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A requested line with its SKU and money in minor units; ``place`` is where it stood in the request, from 0."""

    place: int
    sku_id: int
    sku_code: str
    name: str
    quantity: int
    total_minor: int
    tax_bp: int
    tax_minor: int
    discount_bp: int
    kit: KitPart | None = None


def contents(session: Session, found: Mapping[Asked, Offer]) -> dict[Listed, tuple[Component, ...]]:
    """What the kits among the offers are made of, by kit and price list; asks nothing where there is no kit."""
    wanted = {(offer.sku_id, asked.price_list_id) for asked, offer in found.items() if offer.is_kit}
    return kits.contents(session, wanted) if wanted else {}


def divide(line: Priced, components: Iterable[Component], currency: str) -> list[Priced]:
    """Shares go by what the components cost alone, or by units where nobody knows; the parts sum to the line."""
    parts = sorted(components, key=lambda one: one.code)
    weights = [(one.price_minor or 0) * one.quantity for one in parts]
    if not any(weights):
        weights = [one.quantity for one in parts]
    totals = Money(line.total_minor, currency).allocate(weights)
    taxes = Money(line.tax_minor, currency).allocate(weights)
    kit = KitPart(
        sku_id=line.sku_id, code=line.sku_code, name=line.name, position=line.place + 1, quantity=line.quantity
    )
    return [
        Priced(
            place=line.place,
            sku_id=one.sku_id,
            sku_code=one.code,
            name=one.name,
            quantity=line.quantity * one.quantity,
            total_minor=total.minor,
            tax_bp=line.tax_bp,
            tax_minor=tax.minor,
            discount_bp=line.discount_bp,
            kit=kit,
        )
        for one, total, tax in zip(parts, totals, taxes, strict=True)
    ]
