"""The demo's SKUs, prices and opening stock."""

import random
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Price, PriceList, Sku
from app.inventory import sites
from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.demo.care import give_numbers, in_lots, keep_by_lot_and_number
from app.workflows.demo.words import KINDS, MAKES
from app.workflows.set_aside import set_aside


@dataclass(frozen=True, kw_only=True)
class Good:
    sku_id: int
    code: str
    minor: int


def make_goods(session: Session) -> list[Good]:
    """200 SKUs: every kind from every maker, the makers a little apart in price."""
    price_list = session.scalars(select(PriceList.id).order_by(PriceList.id)).first()
    named = [
        (f"{kind[:4].strip().upper()}-{make[:3].upper()}-{number:02d}", f"{kind} {make}", group, minor, weight)
        for number, (kind, group, minor, weight) in enumerate(KINDS, start=1)
        for make in MAKES
    ]
    ids = bulk.next_ids(session, {"skus": len(named)})["skus"]
    bulk.insert(
        session,
        Sku,
        [
            {
                "id": id,
                "code": code,
                "name": name,
                "category": group,
                "weight_g": weight,
                "gtin": _gtin(position),
                "cost_minor": minor * 55 // 100,
            }
            for position, (id, (code, name, group, minor, weight)) in enumerate(zip(ids, named, strict=True))
        ],
    )
    goods = [
        Good(sku_id=id, code=code, minor=minor + 100 * (position % len(MAKES)))
        for position, (id, (code, _, _, minor, _)) in enumerate(zip(ids, named, strict=True))
    ]
    bulk.insert(
        session, Price, [{"price_list_id": price_list, "sku_id": good.sku_id, "minor": good.minor} for good in goods]
    )
    return goods


def stock_goods(
    session: Session, goods: list[Good], rng: random.Random, *, actor: Actor, since: datetime | None = None
) -> None:
    """Every SKU at some sites, ``since`` a day in the past; every twentieth nowhere, so that something waits."""
    places = sites.active(session)
    adjustments = [
        Adjustment(sku_id=good.sku_id, site_id=site.id, on_hand=rng.randint(4, 60), reason="opening")
        for position, good in enumerate(goods)
        if position % 20
        for site in rng.sample(places, rng.randint(2, len(places)))
    ]
    keep_by_lot_and_number(session)
    opening = in_lots(session, adjustments)
    with clock.as_if(since or clock.now()):
        adjust_stock(session, opening, actor=actor)
    set_aside(session, actor=actor)
    give_numbers(session, actor=actor)


def _gtin(position: int) -> str:
    """GTIN-13 in the range that GS1 leaves for use inside a company, with its check digit."""
    body = f"2{position + 1:011d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
