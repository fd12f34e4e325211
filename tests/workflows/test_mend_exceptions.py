"""Orders that could not be taken are mended and placed; nothing is dropped."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.kernel.actor import Actor
from app.kernel.errors import Invalid, StaleState
from app.orders.values import Replay
from app.workflows.mend_exceptions import Mend, mend_exceptions, retry_exceptions, set_aside
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, make_skus, order_request

ACTOR = Actor(kind="user", id=7)


@pytest.fixture
def house(session):
    return make_house(session)


def park(session, request):
    [parked] = place_orders(session, [request], actor=ACTOR)
    assert parked.exception_id
    return parked.exception_id


def exception(session, id):
    return session.execute(text("SELECT * FROM intake_exceptions WHERE id = :id"), {"id": id}).one()


def test_an_unknown_sku_is_mapped_to_one_of_ours(session, house):
    id = park(session, order_request(("STV-TITAN", 2), external_number="X-1"))

    [placed] = mend_exceptions(session, [Mend(exception_id=id, skus={"STV-TITAN": "TEA-1"})], actor=ACTOR)

    assert placed.order_id
    row = exception(session, id)
    assert (row.state, row.order_id, row.resolved_by) == ("resolved", placed.order_id, "user:7")


def test_the_name_is_remembered_for_the_channels_next_order(session, house):
    id = park(session, order_request(("STV-TITAN", 2)))
    mend = Mend(exception_id=id, skus={"STV-TITAN": "TEA-1"}, remember=True)

    mend_exceptions(session, [mend], actor=ACTOR)

    [next_one] = place_orders(session, [order_request(("STV-TITAN", 1))], actor=ACTOR)
    assert next_one.order_id


def test_an_unreadable_address_is_corrected(session, house):
    request = order_request(("TEA-1", 1))
    lost = replace(request.contact, city="Nowhere", region="", postal_code="00000")
    id = park(session, replace(request, contact=lost))
    address = {"city": "Columbus", "region": "OH", "postal_code": "43215"}

    [placed] = mend_exceptions(session, [Mend(exception_id=id, address=address)], actor=ACTOR)

    assert placed.order_id
    stored = session.execute(text("SELECT city, postal_code, name FROM order_contacts")).one()
    assert tuple(stored) == ("Columbus", "43215", "Caspian Reed")


def test_one_that_still_breaks_a_rule_stays_with_its_new_reasons(session, house):
    id = park(session, order_request(("A-1", 1), ("B-1", 1)))

    [answer] = mend_exceptions(session, [Mend(exception_id=id, skus={"A-1": "TEA-1"})], actor=ACTOR)

    assert answer.exception_id == id
    row = exception(session, id)
    assert (row.state, [reason["field"] for reason in row.reasons]) == ("open", ["lines.1.sku"])


def test_what_was_settled_meanwhile_is_not_settled_again(session, house):
    id = park(session, order_request(("STV-TITAN", 2)))
    mend = Mend(exception_id=id, skus={"STV-TITAN": "TEA-1"})
    mend_exceptions(session, [mend], actor=ACTOR)

    with pytest.raises(StaleState, match="settled this exception meanwhile"):
        mend_exceptions(session, [mend], actor=ACTOR)


def test_a_name_is_not_mapped_to_a_sku_that_we_do_not_have(session, house):
    id = park(session, order_request(("STV-TITAN", 2)))

    with pytest.raises(Invalid, match="there is no SKU “NOPE”"):
        mend_exceptions(session, [Mend(exception_id=id, skus={"STV-TITAN": "NOPE"})], actor=ACTOR)

    assert exception(session, id).request["lines"][0]["sku"] == "STV-TITAN"


def test_all_are_tried_again_once_the_products_are_here(session, house):
    for number in range(3):
        park(session, order_request(("LATE-1", 1), external_number=f"X-{number}"))
    make_skus(session, ["LATE-1"])

    placed, last = retry_exceptions(session, after=0, actor=ACTOR)

    assert placed == 3
    assert retry_exceptions(session, after=last, actor=ACTOR) == (0, None)


def test_one_that_is_set_aside_may_be_sent_again(session, house):
    request = order_request(("STV-TITAN", 2), external_number="X-1")
    id = park(session, request)

    set_aside(session, [id], actor=ACTOR)

    assert exception(session, id).state == "discarded"
    assert park(session, request) != id


def test_one_that_is_set_aside_may_be_sent_again_with_its_key(session, house):
    once = Replay(scope="api:1", key="k", request_hash=b"a")
    request = order_request(("STV-TITAN", 2), replay=once)
    id = park(session, request)

    set_aside(session, [id], actor=ACTOR)

    assert park(session, request) != id
