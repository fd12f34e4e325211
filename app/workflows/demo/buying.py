"""The demo's suppliers, what was bought of them over the year, and what is on its way."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.actor import Actor
from app.purchasing import suppliers, terms
from app.purchasing.suppliers import SupplierFacts
from app.purchasing.terms import Terms
from app.workflows.advise_goods import Announced, Shipment, advise
from app.workflows.change_purchase_orders import LeaveOut, cancel_units, close_short
from app.workflows.demo.goods import Good
from app.workflows.receive_goods import Arrival, receive
from app.workflows.spread_receipts import Item
from app.workflows.write_purchase_orders import Draft, DraftLine, send, write_drafts

SUPPLIERS = {
    "ALPINE": SupplierFacts(
        name="Alpine Textiles",
        currency="USD",
        email="orders@alpine-textiles.example",
        phone="+1 303 555 0144",
        lead_days=12,
        over_percent=5,
        minimum_minor=50_000,
    ),
    "NORDIC": SupplierFacts(
        name="Nordic Gear", currency="USD", email="sales@nordic-gear.example", lead_days=21, under_percent=2
    ),
    "HARBOUR": SupplierFacts(name="Harbour Imports", currency="EUR", phone="+353 1 555 0101", lead_days=35),
}
SITES = ("RNO1", "CMH1", "DFW1")
PACK = 6
PAST = 12
BY_NUMBER = "NORDIC"  # sells what is known by number
OF_EACH_END = 2  # of such SKUs, so that there are ropes and stoves
CAME = 3


@dataclass(frozen=True, kw_only=True)
class _Market:
    """What each supplier sells."""

    session: Session
    goods: dict[str, Sequence[Good]]
    rng: random.Random
    actor: Actor


def make_buying(session: Session, goods: list[Good], rng: random.Random, *, actor: Actor) -> int:
    """Suppliers, orders of the past year with their receipts, and one in every state; answers the orders."""
    codes = list(SUPPLIERS)
    loose = set(session.execute(text(UNTRACKED)).scalars())
    bought = [good for good in goods if good.sku_id in loose]
    market = _Market(
        session=session,
        goods={code: bought[place :: len(codes)] for place, code in enumerate(codes)},
        rng=rng,
        actor=actor,
    )
    for code, facts in SUPPLIERS.items():
        supplier_id = suppliers.add(session, code, facts)
        terms.put(session, [_terms(supplier_id, good) for good in market.goods[code]])
    for place in range(PAST):
        _past(market, codes[place % len(codes)], days_ago=330 - 26 * place)
    return PAST + _present(market, goods) + _by_number(market, goods)


def _terms(supplier_id: int, good: Good) -> Terms:
    return Terms(
        supplier_id=supplier_id,
        sku_id=good.sku_id,
        code=f"{good.code[-6:].replace('-', '')}{good.sku_id % 1000:03d}",
        cost_minor=good.minor * 11 // 20,
        pack_size=PACK,
    )


def _past(market: _Market, code: str, *, days_ago: int) -> None:
    """Sent so many days ago; most of it came on time, some late, a little damaged or never."""
    rng, session = market.rng, market.session
    sent_at = clock.now() - timedelta(days=days_ago)
    lead = SUPPLIERS[code].lead_days
    goods = rng.sample(list(market.goods[code]), 3)
    number = _sent(market, code, [(good.code, PACK * rng.randint(2, 5)) for good in goods], site=rng.choice(SITES))
    _backdate(session, number, sent_at, (sent_at + timedelta(days=lead)).date())
    for place, good in enumerate(goods):
        late = rng.choice((-2, -1, 0, 0, 0, 1, 4))
        if days_ago - lead - late > 1 and not (place == 2 and rng.random() < 0.2):
            _receive(market, number, good.code, at=sent_at + timedelta(days=lead + late, hours=-3))
    if _is_open(session, number) and rng.random() < 0.6:
        close_short(session, [number], actor=market.actor)


def _present(market: _Market, goods: list[Good]) -> int:
    """What stands at the door today, what is late, what is on its way, and what came to nothing."""
    today, session, actor = clock.now(), market.session, market.actor
    mine = {code: [good.code for good in found] for code, found in market.goods.items()}
    due = _sent(market, "ALPINE", [(code, 24) for code in mine["ALPINE"][3:7]])
    _backdate(session, due, today - timedelta(days=11), today.date())
    _announce(market, due, "DN-40718", [(mine["ALPINE"][3], 24), (mine["ALPINE"][4], 30), ("AT-9-SAMPLE", 1)])
    late = _sent(market, "NORDIC", [(code, 36) for code in mine["NORDIC"][2:6]])
    _backdate(session, late, today - timedelta(days=27), today.date() - timedelta(days=5))
    items = (Item(code=mine["NORDIC"][2], quantity=36), Item(code=mine["NORDIC"][3], quantity=20))
    damaged = Item(code=mine["NORDIC"][3], quantity=2, condition="damaged")
    receive(session, [Arrival(number=late, client_scan_id="demo-late", items=(*items, damaged))], actor=actor)
    wanted = [good.code for place, good in enumerate(goods) if place % 20 == 0]
    for code in SUPPLIERS:
        _sent(market, code, [(sku, 48) for sku in wanted if sku in mine[code]], site="CMH1")
    _drafted(market, "ALPINE", [(mine["ALPINE"][9], 4), (mine["ALPINE"][10], PACK)])
    dropped = _sent(market, "HARBOUR", [(mine["HARBOUR"][1], 12)])
    cancel_units(session, [LeaveOut(number=dropped)], actor=actor)
    return 4 + len(SUPPLIERS)


def _by_number(market: _Market, goods: Sequence[Good]) -> int:
    """An order to try the dock with: a few units came by number, the others stand at the door, each with its own."""
    session, today = market.session, clock.now()
    numbered = set(session.execute(text(KNOWN_BY_NUMBER)).scalars())
    mine = [good for good in goods if good.sku_id in numbered]
    bought = mine[:OF_EACH_END] + mine[-OF_EACH_END:]
    supplier_id = suppliers.get(session, BY_NUMBER).id
    terms.put(session, [_terms(supplier_id, good) for good in bought])
    number = _sent(market, BY_NUMBER, [(good.code, PACK) for good in bought])
    _backdate(session, number, today - timedelta(days=20), today.date())
    first = bought[0].code
    serials = tuple(f"{first.split('-')[1]}-{today:%y}-{turn:04d}" for turn in range(1, CAME + 1))
    came = Item(code=first, quantity=CAME, serials=serials)
    receive(session, [Arrival(number=number, client_scan_id="demo-numbers", items=(came,))], actor=market.actor)
    return 1


def _drafted(market: _Market, code: str, lines: Sequence[tuple[str, int]], *, site: str = "CMH1") -> str:
    written = tuple(DraftLine(sku=sku, quantity=units) for sku, units in lines)
    draft = Draft(supplier=code, site=site, lines=written, note="Please deliver to the dock at the back.")
    [number] = write_drafts(market.session, [draft], actor=market.actor).values()
    return number


def _sent(market: _Market, code: str, lines: Sequence[tuple[str, int]], *, site: str = "CMH1") -> str:
    number = _drafted(market, code, lines, site=site)
    send(market.session, [number], actor=market.actor)
    return number


def _announce(market: _Market, number: str, shipment: str, items: Sequence[tuple[str, int]]) -> None:
    announced = tuple(Announced(code=code, quantity=units) for code, units in items)
    one = Shipment(number=number, shipment=shipment, expected_on=clock.now().date(), items=announced)
    advise(market.session, [one], actor=market.actor)


def _receive(market: _Market, number: str, sku: str, *, at: datetime) -> None:
    row = market.session.execute(text(LINE), {"number": number, "sku": sku}).one()
    damaged = 1 if market.rng.random() < 0.12 else 0
    items = [Item(code=sku, quantity=row.ordered - damaged)]
    if damaged:
        items.append(Item(code=sku, quantity=damaged, condition="damaged"))
    arrival = Arrival(number=number, client_scan_id=f"demo-{sku}", items=tuple(items), received_at=at)
    receive(market.session, [arrival], actor=market.actor)


def _backdate(session: Session, number: str, sent_at: datetime, day: date) -> None:
    """The demo has a past: it was sent then, and expected and promised for that day."""
    values = {"number": number, "sent_at": sent_at, "day": day}
    for statement in BACKDATE:
        session.execute(text(statement), values)


def _is_open(session: Session, number: str) -> bool:
    state = session.execute(text("SELECT state FROM purchase_orders WHERE number = :number"), {"number": number})
    return bool(state.scalar_one() == "partly_received")


LINE = """
SELECT l.ordered FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id
 WHERE o.number = :number AND l.sku_code = :sku
"""
BACKDATE = (
    "UPDATE purchase_orders SET sent_at = :sent_at, created_at = :sent_at WHERE number = :number",
    """
    UPDATE purchase_order_lines l SET expected_on = :day, promised_on = :day FROM purchase_orders o
     WHERE o.id = l.purchase_order_id AND o.number = :number
    """,
    """
    UPDATE incoming i SET expected_on = :day FROM purchase_order_lines l, purchase_orders o
     WHERE i.source = 'purchase' AND i.source_id = l.id AND o.id = l.purchase_order_id AND o.number = :number
    """,
)

KNOWN_BY_NUMBER = "SELECT id FROM skus WHERE tracking = 'serial'"
UNTRACKED = "SELECT id FROM skus WHERE tracking = 'none'"  # the others would have to be scanned by lot or number
