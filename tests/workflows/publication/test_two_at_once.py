"""One channel is told by one worker at a time; who lost its lease writes nothing down."""

from threading import Thread

import pytest
from sqlalchemy import text

from app.channels import publication
from app.kernel import deliveries
from app.kernel.uow import unit_of_work
from app.workflows import offer_stock
from tests.factories.house import House, make_house, put_stock
from tests.factories.work import work_off
from tests.workflows.publication.conftest import due, offers, publish_to, read_feed
from workers.carrying import carry_out


@pytest.fixture
def real_house(database_engine, shop) -> House:
    """With commits that others see."""
    with unit_of_work() as session:
        house = make_house(session, {("TEA-1", "CMH1"): 100})
    publish_to(house, shop)
    read_feed()
    work_off(offer_stock.OFFER_ALL)
    return house


def test_two_workers_never_tell_one_channel_at_once(real_house, shop):
    shop.gate.clear()
    ids = due(publication.PUBLISH)
    first = Thread(target=carry_out, args=(publication.PUBLISH, ids), kwargs={"lease_seconds": 60.0})
    first.start()
    assert shop.waiting.wait(10)
    carry_out(publication.PUBLISH, ids, lease_seconds=60.0)
    with unit_of_work() as session:
        put_stock(session, real_house, {("TEA-1", "CMH1"): 20})
    read_feed()
    meanwhile, calls = due(publication.PUBLISH), shop.calls
    shop.gate.set()
    first.join(10)

    assert (meanwhile, calls) == (ids, 1)
    assert shop.units()["TEA-1"] == 120
    assert due(publication.PUBLISH) == []


def test_a_worker_that_lost_its_lease_writes_nothing_down(real_house, shop):
    shop.gate.clear()
    ids = due(publication.PUBLISH)
    frozen = Thread(target=carry_out, args=(publication.PUBLISH, ids), kwargs={"lease_seconds": 60.0})
    frozen.start()
    assert shop.waiting.wait(10)
    with unit_of_work() as session:
        session.execute(text("UPDATE deliveries SET lease_until = clock_timestamp() - interval '1 s'"))
        taken_over = deliveries.claim(session, ids, seconds=60.0)
    shop.gate.set()
    frozen.join(10)

    assert len(taken_over) == 1
    assert {offer["units"] for offer in offers().values()} == {None}
