"""Channels are told what they may sell: once, as it is now, whatever happened on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.channels import publication
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.uow import run, unit_of_work
from app.workflows import offer_stock, stock_offers
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.place_orders import place_orders
from tests.factories.house import order_request
from tests.workflows.publication.conftest import (
    KEYS,
    come_due,
    offers,
    place,
    publish,
    publish_to,
    read_feed,
    state,
)


def test_a_channel_that_is_switched_on_is_told_everything(house, shop):
    publish_to(house, shop)
    publish()

    assert shop.units() == {"TEA-1": 100, "TEA-2": 80, "TEA-3": 0, "TEA-4": 0, "TEA-5": 0}
    assert shop.stock["TEA-1"]["backorders"] is True
    assert state()["failing_since"] is None


def test_a_sku_that_changed_a_hundred_times_is_told_once_as_it_is_now(told, shop):
    requests = [order_request(("TEA-1", 1)) for _ in range(30)]
    for _ in range(3):
        run(lambda session: place_orders(session, requests, actor=SYSTEM))
    place(("TEA-1", 5), ("TEA-2", 1))
    publish()

    assert shop.units()["TEA-1"] == 5
    assert sorted(offer["sku"] for offer in shop.told) == ["TEA-1", "TEA-2"]
    assert len(shop.messages) == 1


def test_nothing_is_written_for_it_while_an_order_is_placed(told, session, statements):
    with statements(session) as counted:
        place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)

    assert not [statement for statement in counted if "stock_offers" in statement or "stock_publications" in statement]


def test_what_a_channel_knows_already_is_not_told_again(told, shop, session):
    order_id = place(("TEA-1", 3))
    line_id = session.scalar(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": order_id})
    gone = Cancellation(order_id=order_id, order_line_id=line_id, reason="customer")
    run(lambda inner: cancel_orders(inner, [gone], actor=SYSTEM))
    publish()

    assert shop.messages == []
    assert offers()["TEA-1"]["changed_at"] is None


@pytest.mark.parametrize(
    ("most", "held_back", "left"),
    [(None, 0, 100), (40, 0, 40), (None, 30, 70), (40, 80, 20), (40, 500, 0), (0, 0, 0), (500, 0, 100)],
)
def test_cap_and_buffer_bound_what_a_channel_is_told(house, shop, most, held_back, left):
    publish_to(house, shop, most=most, held_back=held_back)
    publish()

    assert shop.units()["TEA-1"] == left


def test_a_cap_that_changes_is_told_of_what_it_changes_alone(told, shop):
    publish_to(told, shop, most=90)
    publish()

    assert {offer["sku"]: offer["units"] for offer in shop.told} == {"TEA-1": 90}


def test_safety_stock_and_closed_sites_and_unsold_skus_are_kept_back(told, shop, session):
    session.execute(text("UPDATE stock_levels SET safety_stock = 7 WHERE sku_id = :id"), {"id": told.skus["TEA-1"]})
    session.execute(text("UPDATE sites SET is_active = false WHERE code = 'RNO1'"))
    session.execute(text("UPDATE skus SET is_active = false WHERE code = 'TEA-3'"))
    run(lambda inner: offer_stock.compare(inner, []))
    publish()

    assert {offer["sku"]: (offer["units"], offer["backorders"]) for offer in shop.told} == {
        "TEA-1": (93, True),
        "TEA-2": (50, True),
        "TEA-3": (0, False),
    }


def test_a_crash_between_telling_and_writing_down_tells_the_same_again(told, shop, monkeypatch):
    place(("TEA-1", 10))

    def die(*_, **__):
        raise MemoryError

    with monkeypatch.context() as dying:
        dying.setattr(stock_offers, "write_told", die)
        publish()
    first = offers()["TEA-1"]
    come_due()
    publish()

    assert (first["units"], first["changed_at"] is None) == (100, False)
    assert [offer["units"] for offer in shop.told] == [90, 90]
    assert (offers()["TEA-1"]["units"], offers()["TEA-1"]["changed_at"]) == (90, None)


def test_an_answer_that_got_lost_leads_to_the_same_value_again(told, shop):
    place(("TEA-1", 10))
    shop.silent = True
    publish()
    shop.silent = False
    come_due()
    publish()

    assert [offer["units"] for offer in shop.told] == [90, 90]
    assert state()["failing_since"] is None


def test_a_channel_that_was_away_hears_what_is_so_not_what_was(told, shop):
    shop.status = 503
    for _ in range(4):
        place(("TEA-1", 10))
        publish()
    away = state()
    shop.status = 200
    place(("TEA-2", 1))
    come_due()
    publish()

    assert away["failing_since"] is not None
    assert "503" in away["last_error"]
    assert {offer["sku"]: offer["units"] for offer in shop.told} == {"TEA-1": 60, "TEA-2": 79}
    assert len(shop.messages) == 1
    assert state()["failing_since"] is None


def test_a_channel_that_is_away_holds_nobody_up(told, shop, other_shop):
    publish_to(told, other_shop, "phone")
    publish()
    shop.status = 503
    place(("TEA-1", 10))
    publish()

    assert other_shop.units()["TEA-1"] == 90
    assert shop.told == []


def test_a_channel_that_asks_for_a_pause_gets_it(told, shop):
    shop.status, shop.retry_after = 429, 900
    place(("TEA-1", 10))
    publish()

    assert clock.now() + timedelta(seconds=890) < state()["run_at"] < clock.now() + timedelta(seconds=1600)


def test_publish_all_again_tells_what_the_channel_knows_already(told, shop):
    run(lambda session: offer_stock.ask(session, told.channels["web"], is_forced=True))
    publish()

    assert sorted(offer["sku"] for offer in shop.told) == ["TEA-1", "TEA-2", "TEA-3", "TEA-4", "TEA-5"]
    assert state()["renewal_total"] == 5


def test_a_change_goes_before_what_is_only_told_again(told, shop, session):
    place(("TEA-5", 1), ("TEA-1", 1))
    run(lambda inner: stock_offers.mark_all(inner, told.channels["web"], is_forced=True))
    session.execute(text("UPDATE stock_offers SET is_forced = false WHERE sku_id = :id"), {"id": told.skus["TEA-5"]})

    taken = stock_offers.take(session, told.channels["web"], most=1)

    assert [each.offer.sku for each in taken] == ["TEA-5"]


def test_a_change_while_its_value_is_on_its_way_is_told_next(told, shop, session):
    place(("TEA-1", 10))
    read_feed()
    message = publication.begin_message(session, told.channels["web"])
    taken = stock_offers.take(session, told.channels["web"], most=10)
    place(("TEA-1", 10))
    read_feed()
    stock_offers.write_told(session, told.channels["web"], taken, refusals={}, as_of=message.as_of)

    left = stock_offers.take(session, told.channels["web"], most=10)

    assert [(each.offer.sku, each.offer.units, each.is_news) for each in left] == [("TEA-1", 80, True)]


def test_after_a_new_secret_the_former_one_still_opens_for_a_day(told, shop):
    run(lambda session: publication.change_secret(session, told.channels["web"], keys=KEYS))
    place(("TEA-1", 10))
    publish()
    still = shop.units()["TEA-1"]
    with unit_of_work() as session:
        session.execute(text("UPDATE stock_publications SET former_until = now() - interval '1 s'"))
    place(("TEA-1", 10))
    publish()

    assert still == 90
    assert shop.units()["TEA-1"] == 90
    assert "does not know our signature" in state()["last_error"]


def test_a_channel_that_is_switched_off_is_told_nothing(told, shop):
    publish_to(told, shop, is_on=False)
    place(("TEA-1", 10))
    publish()

    assert shop.messages == []


def test_after_a_skip_the_next_change_goes_out(told, shop):
    shop.status = 503
    place(("TEA-1", 10))
    publish()
    with unit_of_work() as session:
        session.execute(text("DELETE FROM deliveries WHERE handler = 'channels.publish_stock'"))
    shop.status = 200
    place(("TEA-2", 1))
    publish()

    assert shop.units() | {"TEA-1": 90, "TEA-2": 79} == shop.units()


def test_an_alias_of_the_channel_is_sent_along(told, shop, session):
    session.execute(
        text("INSERT INTO sku_aliases (channel_id, alias, sku_id) VALUES (:channel, 'B00-TEA', :sku)"),
        {"channel": told.channels["web"], "sku": told.skus["TEA-1"]},
    )
    place(("TEA-1", 1))
    publish()

    assert shop.stock["TEA-1"]["aliases"] == ["B00-TEA"]
