"""The demo's kits, orders of them, and what is reserved for carts and quotes."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.catalogue import products
from app.catalogue.products import ProductFacts
from app.inventory import reservations
from app.kernel.actor import Actor
from app.orders.values import OrderRequest, RequestedLine
from app.workflows.keep_kits import change_contents
from app.workflows.reserve_stock import Ask, reserve_stock

KITS = (
    ("KIT-CAMP", "Camp for two", "Camp", 44_900, {"TENT-FJO-01": 1, "SLEE-FJO-02": 2, "LANT-FJO-07": 1}),
    ("KIT-COOK", "Camp kitchen", "Cook", 13_900, {"GAS-FJO-03": 1, "POT-FJO-04": 1, "WATE-FJO-05": 2}),
    ("KIT-FIRST", "First night out", "Camp", 8_900, {"HEAD-FJO-06": 1, "COMP-FJO-17": 1, "FIRS-FJO-16": 1}),
)
CARTS = (
    Ask(channel="web", owner="cart-58213", lines=(("KIT-COOK", 1), ("WOOL-FJO-09", 2)), minutes=120),
    Ask(channel="web", owner="cart-58240", lines=(("HEAD-MOR-06", 1),), minutes=120),
    Ask(
        channel="api", owner="Q-2026-014", lines=(("TENT-MOR-01", 2), ("CAMP-MOR-19", 2)), kind="quote", minutes=40_000
    ),
)
GIVEN_UP = Ask(channel="web", owner="cart-58102", lines=(("LANT-FJO-07", 1),))


def make_kits(session: Session) -> int:
    """Answers how many."""
    lists = products.price_lists(session)
    for code, name, category, minor, contents in KITS:
        products.add(session, code, ProductFacts(name=name, category=category, gtin=None, weight_g=0, is_active=True))
        products.set_price(session, code, lists[0][0], minor)
        change_contents(session, code, contents)
    return len(KITS)


def kit_requests(requests: Sequence[OrderRequest]) -> list[OrderRequest]:
    """The same buyers again, each with a kit and one thing of what they bought."""
    return [
        replace(
            request,
            external_number=f"NW-{95_000 + number}",
            lines=(
                RequestedLine(sku=code, quantity=1 + number % 2, total_minor=(1 + number % 2) * minor),
                request.lines[0],
            ),
        )
        for number, (request, (code, _, _, minor, _)) in enumerate(zip(requests, KITS, strict=False))
    ]


def reserve_for_carts(session: Session, *, actor: Actor) -> None:
    """One cart is given up again."""
    held = reserve_stock(session, (*CARTS, GIVEN_UP), actor=actor)
    reservations.release(session, [held[-1].token or ""], actor=actor)
