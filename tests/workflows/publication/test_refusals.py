"""What a channel will not have, and what is no answer to the question whether it is well."""

from sqlalchemy import text

from app.channels import publication
from app.kernel.actor import SYSTEM
from app.kernel.uow import run
from app.workflows import offer_stock, publish_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from tests.workflows.publication.conftest import come_due, offers, place, publish, publish_to, state


def test_a_refusal_that_no_retry_mends_waits_for_a_person(told, shop):
    shop.status = 404
    place(("TEA-1", 10))
    publish()
    place(("TEA-1", 10))
    publish()
    stopped, calls = state(), shop.calls
    shop.status = 200
    run(lambda session: publication.hurry(session, told.channels["web"], actor=SYSTEM))
    publish()

    assert stopped["delivery"] == "dead"
    assert "there is nothing at this address" in stopped["last_error"]
    assert calls == 2
    assert shop.units()["TEA-1"] == 80


def test_one_poisoned_sku_fails_alone(house, shop):
    shop.poison = "TEA-2"
    publish_to(house, shop)
    publish()

    assert shop.units() == {"TEA-1": 100, "TEA-3": 0, "TEA-4": 0, "TEA-5": 0}
    assert "does not take these values" in offers()["TEA-2"]["refusal"]
    assert [sku for sku, offer in offers().items() if offer["changed_at"]] == []


def test_a_channel_that_refuses_everything_is_not_well_and_hears_all_once_it_is(house, shop, monkeypatch):
    monkeypatch.setattr(publish_stock, "MOST_ALONE", 3)
    shop.status = 400
    publish_to(house, shop)
    publish()
    stopped = state()
    shop.status = 200
    run(lambda session: publication.hurry(session, house.channels["web"], actor=SYSTEM))
    publish()

    assert stopped["delivery"] == "dead"
    assert "5 SKUs were refused one by one and none was taken" in stopped["last_error"]
    assert shop.units() == {"TEA-1": 100, "TEA-2": 80, "TEA-3": 0, "TEA-4": 0, "TEA-5": 0}


def test_a_round_that_had_nothing_to_say_is_no_success(told, shop, session):
    shop.status = 503
    order = place(("TEA-1", 10))
    publish()
    failing = state()["failing_since"]
    line = session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": order}).scalar_one()
    gone = Cancellation(order_id=order, order_line_id=line, quantity=10, reason="customer")
    run(lambda inner: cancel_orders(inner, [gone], actor=SYSTEM))
    come_due()
    publish()

    assert failing
    assert state()["failing_since"] == failing


def test_a_sku_that_the_channel_refuses_by_name_is_remembered_and_tried_when_it_changes(told, shop):
    shop.refused = {"TEA-2": "no such listing\0"}
    place(("TEA-1", 1), ("TEA-2", 1))
    publish()
    refused = offers()["TEA-2"]
    run(lambda session: offer_stock.compare(session, []))
    publish()
    quiet = shop.calls
    shop.refused = {}
    place(("TEA-2", 1))
    publish()

    assert (refused["refusal"], refused["units"], refused["changed_at"]) == ("no such listing", 80, None)
    assert shop.calls == quiet + 1
    assert (offers()["TEA-2"]["refusal"], shop.units()["TEA-2"]) == ("", 78)
