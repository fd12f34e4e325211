"""The same number is given at two sites at once: one unit gets it, the other is refused in words."""

from threading import Event, Thread

import pytest
from sqlalchemy import text

from app.counting.tolerance import Rules
from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.pick_work import Pick, pick
from app.workflows.settle_counts import Decision, approve, submit
from app.workflows.spread_receipts import Item
from tests.factories.buying import come, sent
from tests.factories.counts import ANN, CHEF, done, planned, price, saw, state_of
from tests.factories.floor import released
from tests.factories.house import make_house
from tests.factories.numbers import states
from tests.factories.shelves import lay
from tests.factories.transfers import arrive_by_number, sent_by_number

pytestmark = pytest.mark.race

LONG_ENOUGH = 0.5
SHIPPED = "UPDATE serials SET state = 'shipped', site_id = NULL"


@pytest.fixture
def house(database_engine):
    made = uow.run(lambda session: make_house(session, {}))

    def stock(session):
        session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-1'"))
        for site in ("CMH1", "RNO1"):
            lay(session, made, "TEA-1", site, 2)

    uow.run(stock)
    return made


def give(house, site, session, *, codes=("N1",)):
    units = [Numbered(sku_id=house.skus["TEA-1"], code=code, site_id=house.sites[site]) for code in codes]
    serials.register(session, units, actor=SYSTEM)


def at_once(one, another) -> list[str]:
    """The first has written, and not committed, when the second asks; answers what the second was told."""
    written, told = Event(), []

    def first(session):
        one(session)
        written.set()
        other.join(LONG_ENOUGH)

    def second():
        written.wait(10)
        try:
            uow.run(another)
            told.append("done")
        except DomainError as error:
            told.append(str(error))

    other = Thread(target=second)
    other.start()
    uow.run(first)
    other.join(10)
    return told


@pytest.mark.parametrize("is_back", [False, True])
def test_one_number_is_given_to_one_unit(database, house, is_back):
    if is_back:
        uow.run(lambda session: give(house, "CMH1", session))
        uow.run(lambda session: session.execute(text(SHIPPED)))

    [told] = at_once(lambda session: give(house, "CMH1", session), lambda session: give(house, "RNO1", session))

    assert "N1" in told
    rows = uow.run(lambda session: session.execute(text("SELECT site_id, state FROM serials")).all())
    assert rows == [(house.sites["CMH1"], "in_stock")]


def test_a_number_leaves_with_one_transfer(database, house):
    uow.run(lambda session: give(house, "CMH1", session))

    [told] = at_once(lambda session: sent_by_number(session, "N1"), lambda session: sent_by_number(session, "N1"))

    assert "N1 is in transit" in told


def test_two_people_who_scan_the_same_arrival_count_it_once(database, house):
    uow.run(lambda session: give(house, "CMH1", session, codes=("N1", "N2")))
    away = uow.run(lambda session: sent_by_number(session, "N1", "N2"))

    def scan(session):
        arrive_by_number(session, away, "N1")

    [told] = at_once(scan, scan)

    assert "N1 is here already" in told
    rows = uow.run(lambda session: session.execute(text("SELECT sum(arrived) FROM transfer_lines")).scalar_one())
    assert rows == 1


def test_two_docks_that_scan_the_same_number_take_in_one_unit(database, house):
    """On two orders at two sites: nothing else keeps them apart."""
    orders = [uow.run(lambda session, site=site: sent(session, ("TEA-1", 2), site=site)) for site in ("CMH1", "RNO1")]
    item = Item(code="TEA-1", quantity=1, serials=("N9",))

    [told] = at_once(*(lambda session, order=order: come(session, order, item) for order in orders))

    assert "N9 was given to a unit at another place just now" in told
    rows = uow.run(lambda session: session.execute(text("SELECT site_id, state FROM serials")).all())
    assert rows == [(house.sites["CMH1"], "in_stock")]
    received = uow.run(lambda session: session.execute(text("SELECT sum(received) FROM purchase_order_lines")).scalar())
    assert received == 1


def test_a_number_picked_while_its_count_is_posted_is_not_lost(database, house):
    """Approved by somebody who looks at the very moment: the count is not posted, and goes back to the floor next."""
    uow.run(lambda session: give(house, "CMH1", session, codes=("N1", "N2")))
    count_id = uow.run(lambda session: counted_without_n1(session, house))

    def take(session):
        one = released(session, ("TEA-1", 1))
        pick(
            session,
            [Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=1, serial="N1", client_scan_id="p")],
            actor=SYSTEM,
        )

    def post(session):
        approve(session, [Decision(count_id=count_id, reason="Looked twice")], actor=CHEF)

    [told] = at_once(take, post)

    assert "somebody corrected this stock at the same moment" in told
    uow.run(post)
    assert uow.run(lambda session: (state_of(session, count_id), states(session)["N1"][0])) == ("recount", "picked")


def counted_without_n1(session, house):
    price(session)
    count_id = planned(session, house, [], loose=[house.skus["TEA-1"]], rules=Rules(tolerance_units=9))
    saw(session, count_id, None, "TEA-1", 1, is_more=True, serial="N2")
    done(session, count_id, None)
    submit(session, [count_id], actor=ANN)
    return count_id
