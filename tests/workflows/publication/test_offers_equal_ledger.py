"""After quiet, each channel knows what the ledger says it may sell, whatever happened and however it was told."""

from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.channels import publication
from app.kernel.actor import SYSTEM
from app.kernel.uow import run, unit_of_work
from app.workflows import offer_stock
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from tests.factories.house import House, make_house
from tests.fakes.stock_channel import Shop
from tests.workflows.publication.conftest import come_due, place, publish, publish_to

SKUS = ("TEA-1", "TEA-2", "TEA-3")
SITES = ("CMH1", "RNO1")
SKU, SITE = st.sampled_from(SKUS), st.sampled_from(SITES)
BOUNDS = st.tuples(st.sampled_from(["web", "phone"]), st.one_of(st.none(), st.integers(0, 60)), st.integers(0, 30))
STEP = st.one_of(
    st.tuples(st.just("place"), st.lists(st.tuples(SKU, st.integers(1, 30)), min_size=1, max_size=4)),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("adjust"), st.tuples(SKU, SITE, st.integers(-40, 40))),
    st.tuples(st.just("bound"), BOUNDS),
    st.tuples(st.just("answer"), st.sampled_from([200, 200, 503, 404])),
    st.tuples(st.just("renew"), st.sampled_from(["web", "phone"])),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(STEP, st.booleans()), max_size=14))
@pytest.mark.usefixtures("bound")
def test_what_is_published_is_what_the_ledger_makes_available(session, shop, other_shop, steps):
    with session.begin_nested() as moment:
        world = open_world(session, {"web": shop, "phone": other_shop})
        for (kind, value), is_told in steps:
            act(world, kind, value)
            if is_told:
                publish()
        fall_quiet(world)

        units = ledger(session, world.house)
        for channel, (most, held_back) in world.bounds.items():
            left = {sku: max(0, units[sku] - held_back) for sku in SKUS}
            wanted = left if most is None else {sku: min(most, each) for sku, each in left.items()}
            assert world.shops[channel].units() == wanted
        moment.rollback()


@dataclass
class World:
    house: House
    shops: dict[str, Shop]
    bounds: dict[str, tuple[int | None, int]]


def open_world(session, shops) -> World:
    """Both channels know all there is."""
    house = make_house(session, {(sku, site): 40 for sku in SKUS for site in SITES}, skus=len(SKUS))
    for channel, shop in shops.items():
        shop.status, shop.stock = 200, {}
        publish_to(house, shop, channel)
    publish()
    return World(house, shops, dict.fromkeys(shops, (None, 0)))


def fall_quiet(world: World) -> None:
    """Every channel answers again, and whoever waited has had its turn."""
    for channel, shop in world.shops.items():
        shop.status = 200
        run(partial(publication.hurry, channel_id=world.house.channels[channel], actor=SYSTEM))
    come_due()
    publish()


def act(world: World, kind, value) -> None:
    if kind == "place":
        place(*value)
    elif kind == "cancel":
        cancel(value)
    elif kind == "adjust":
        adjust(world.house.skus[value[0]], world.house.sites[value[1]], value[2])
    elif kind == "answer":
        world.shops["web"].status = value
    elif kind == "bound":
        channel, *bounds = value
        world.bounds[channel] = tuple(bounds)
        publish_to(world.house, world.shops[channel], channel, most=bounds[0], held_back=bounds[1])
    else:
        run(partial(offer_stock.ask, channel_id=world.house.channels[value], is_forced=True))


def adjust(sku_id, site_id, units) -> None:
    """So many more or fewer, but never fewer than lie there."""
    with unit_of_work() as session:
        there = session.scalar(
            text("SELECT on_hand FROM stock_levels WHERE sku_id = :sku AND site_id = :site"),
            {"sku": sku_id, "site": site_id},
        )
        change = Adjustment(sku_id=sku_id, site_id=site_id, on_hand=max(units, -there), reason="count")
        adjust_stock(session, [change], actor=SYSTEM)


def cancel(which) -> None:
    with unit_of_work() as session:
        lines = session.execute(
            text("SELECT order_id, id FROM order_lines WHERE cancelled < ordered ORDER BY id")
        ).all()
        if lines:
            order_id, line_id = lines[which % len(lines)]
            gone = Cancellation(order_id=order_id, order_line_id=line_id, reason="customer")
            cancel_orders(session, [gone], actor=SYSTEM)


def ledger(session, house) -> dict[str, int]:
    """By the movements alone, site by site."""
    rows = session.execute(
        text(
            "SELECT s.code, l.site_id, sum(m.on_hand - m.allocated - m.reserved - m.unavailable) AS units"
            " FROM stock_movements m JOIN stock_levels l ON l.id = m.stock_level_id JOIN skus s ON s.id = l.sku_id"
            " GROUP BY 1, 2"
        )
    ).all()
    return {sku: sum(int(row.units) for row in rows if row.code == sku) for sku in house.skus}
