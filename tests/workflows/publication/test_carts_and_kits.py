"""Channels hear what carts hold and what kits can be made, as soon as either changes."""

from app.inventory import reservations
from app.kernel.actor import SYSTEM
from app.kernel.uow import run
from app.workflows.keep_kits import change_contents
from tests.factories.carts import hold
from tests.factories.kits import make_kit
from tests.workflows.publication.conftest import place, publish, publish_to


def test_what_a_cart_holds_is_not_offered_and_is_offered_again_when_it_is_given_up(told, shop):
    token = run(lambda session: hold(session, "cart", ("TEA-1", 4)).token)
    publish()
    held = shop.units()["TEA-1"]

    run(lambda session: reservations.release(session, [token], actor=SYSTEM))
    publish()

    assert (held, shop.units()["TEA-1"]) == (96, 100)


def test_a_kit_is_told_anew_when_a_component_is_sold_alone(house, shop):
    run(make_kit)
    publish_to(house, shop)
    publish()
    before = shop.units()["SET-1"]

    place(("TEA-2", 3))
    publish()

    assert (before, shop.units()["SET-1"]) == (40, 38)


def test_a_kit_of_other_contents_is_told_with_a_later_version(house, shop):
    run(make_kit)
    publish_to(house, shop)
    publish()
    before = shop.stock["SET-1"]["version"]

    run(lambda session: change_contents(session, "SET-1", {"TEA-3": 1}))
    place(("TEA-3", 1))
    publish()

    assert shop.units()["SET-1"] == 0
    assert shop.stock["SET-1"]["version"] > before
