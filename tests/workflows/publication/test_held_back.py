"""What rules hold back from channels: by SKU, category, site and channel, and safety stock as soon as it changes."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.uow import run
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from tests.workflows.publication.conftest import publish, publish_to


def keep(kind: str, units: int, **scope: str) -> None:
    run(lambda session: add_rules(session, [RuleFacts(kind=kind, units=units, **scope)], actor=SYSTEM))
    publish()


def told_units(shop) -> dict[str, int]:
    return {offer["sku"]: offer["units"] for offer in shop.told}


def test_a_rule_is_told_as_soon_as_it_is_saved(told, shop):
    keep("channel_buffer", 15, sku="TEA-1")

    assert told_units(shop) == {"TEA-1": 85}


def test_what_is_held_back_from_another_channel_changes_nothing(told, shop):
    keep("channel_buffer", 15, sku="TEA-1", channel="phone")

    assert told_units(shop) == {}


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ({"sku": "TEA-2"}, 80 - 35),
        ({"category": "Green"}, 80 - 35),
        ({"channel": "web"}, 80 - 35),
        ({}, 80 - 4),
    ],
)
def test_the_channels_own_setting_is_its_rule_for_all_skus(house, shop, session, scope, left):
    session.execute(text("UPDATE skus SET category = 'Green'"))
    session.commit()
    publish_to(house, shop, held_back=4)

    keep("channel_buffer", 35, **scope)

    assert shop.units()["TEA-2"] == left


def test_a_rule_for_one_site_holds_back_no_more_than_lies_there(told, shop):
    keep("channel_buffer", 40, sku="TEA-2", site="RNO1")

    assert told_units(shop) == {"TEA-2": 50}


def test_rules_for_a_site_and_for_all_add_up(told, shop):
    keep("channel_buffer", 10, sku="TEA-2", site="RNO1")
    keep("channel_buffer", 5, sku="TEA-2")

    assert shop.units()["TEA-2"] == 80 - 10 - 5


def test_safety_stock_is_told_by_its_event(told, shop):
    keep("safety", 7, sku="TEA-1")

    assert told_units(shop) == {"TEA-1": 93}
