"""Units that are known by number come in by it: in the same act, each once, and taken back exactly."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.fulfilment import work
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, StaleState
from app.workflows import verify_lots, verify_numbers, verify_purchasing, verify_stock
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.pick_work import Pick, pick, put_back
from app.workflows.ship_orders import ship_orders
from app.workflows.spread_receipts import Item, OverReceipt
from app.workflows.undo_receipts import undo_receipts
from tests.factories.buying import bought, come, sent
from tests.factories.floor import dispatch, level, pack_all, released, scan
from tests.factories.house import make_house
from tests.factories.numbers import history, keep_by_number, register, states
from tests.factories.shelves import lay, make_bins
from tests.factories.transfers import arrive_by_number, sent_by_number

CHECKS = (*verify_lots.CHECKS, *verify_numbers.CHECKS, *verify_purchasing.CHECKS, *verify_stock.CHECKS)


@pytest.fixture
def house(session):
    made = make_house(session, {})
    keep_by_number(session)
    return made


@pytest.fixture
def order(session, house):
    return sent(session, ("TEA-1", 5))


def named(*numbers, **how):
    return Item(**{"code": "TEA-1", "quantity": len(numbers), "serials": numbers, **how})


def disagreements(session):
    return [said for check in CHECKS for said in check.find(session)]


def test_units_come_in_with_their_numbers(session, house, order):
    make_bins(session, house, "CMH1", "A-1")

    come(session, order, named("N-1", "N-2", bin="A-1"), named("N-3", condition="damaged"))

    assert {code: state for code, (state, _) in states(session).items()} == dict.fromkeys(
        ("N-1", "N-2", "N-3"), "in_stock"
    )
    lies = session.execute(text("SELECT code, bin_id IS NOT NULL, condition FROM serials ORDER BY code")).all()
    assert lies == [("N-1", True, "good"), ("N-2", True, "good"), ("N-3", False, "damaged")]
    assert (bought(session, order).received, history(session, "N-1")) == (3, ["received"])
    assert disagreements(session) == []


def test_numbers_of_one_delivery_are_shared_out_over_two_lines(session, house):
    order = sent(session, ("TEA-1", 2), ("TEA-1", 2))

    come(session, order, named("N-1", "N-2", "N-3"))

    assert len(states(session)) == 3
    assert disagreements(session) == []


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (named("N-1", "N-1"), "N-1 is named twice"),
        (named("N-7"), "N-7 is in stock already"),
        (named("N-8"), "N-8 is on its way between two sites: receive it on its transfer"),
        (named("N-1", "N-2", quantity=1), "2 numbers for 1 units: name one for each, or none"),
        (named("N-1", quantity=2), "1 numbers for 2 units"),
        (named(" "), "1 to 60 printable"),
        (Item(code="TEA-2", quantity=1, serials=("N-1",)), "TEA-2 is not kept by serial number"),
    ],
)
def test_numbers_that_cannot_be_are_refused_at_their_field(session, house, item, why):
    order = sent(session, ("TEA-1", 5), ("TEA-2", 5))
    lay(session, house, "TEA-1", "CMH1", 2)
    register(session, house, "N-7", "N-8")
    sent_by_number(session, "N-8")

    with pytest.raises(Invalid, match=why) as refusal:
        come(session, order, item)

    assert refusal.value.failures[0][0].endswith("serials")


def test_more_numbers_than_may_come_are_refused(session, order):
    with pytest.raises(OverReceipt, match="at most 5 more may come in"):
        come(session, order, named(*(f"N-{turn}" for turn in range(6))))


def test_the_same_scan_brings_its_number_once(session, order):
    for _ in range(2):
        come(session, order, named("N-1"), client_scan_id="s-1")

    assert (level(session, "TEA-1", "CMH1").on_hand, len(states(session))) == (1, 1)


def test_a_receipt_that_is_taken_back_takes_its_own_numbers(session, order):
    first = come(session, order, named("N-1", "N-2"))
    come(session, order, named("N-3"))
    come(session, order, ("TEA-1", 1))

    undo_receipts(session, [first.receipt_id], actor=SYSTEM)

    assert states(session)["N-3"] == ("in_stock", "CMH1")
    assert {states(session)[code][0] for code in ("N-1", "N-2")} == {"lost"}
    assert history(session, "N-1") == ["received", "receipt_undone"]
    assert disagreements(session) == []
    come(session, order, named("N-1"))
    assert history(session, "N-1")[-1] == "received"


def test_numbers_given_later_go_before_those_that_another_receipt_named(session, house, order):
    late = come(session, order, ("TEA-1", 1))
    register(session, house, "LATE")
    come(session, order, named("N-1"))

    undo_receipts(session, [late.receipt_id], actor=SYSTEM)

    assert (states(session)["N-1"], states(session)["LATE"]) == (("in_stock", "CMH1"), ("lost", ""))


def test_a_receipt_whose_number_left_stays(session, house, order):
    got = come(session, order, named("N-1", "N-2"))
    come(session, order, ("TEA-1", 2))
    gone = Adjustment(
        sku_id=house.skus["TEA-1"],
        site_id=house.sites["CMH1"],
        reason="scrap",
        on_hand=-1,
        serial_ids=serial(session, "N-2"),
    )
    adjust_stock(session, [gone], actor=SYSTEM)

    with pytest.raises(StaleState, match="number N-2 of this receipt is scrapped by now: correct the stock instead"):
        undo_receipts(session, [got.receipt_id], actor=SYSTEM)


def serial(session, number):
    return tuple(session.execute(text("SELECT id FROM serials WHERE code = :code"), {"code": number}).scalars())


def test_a_number_that_left_and_came_again_belongs_to_its_last_receipt(session, order):
    first = come(session, order, named("N-1"))
    sell(session, "N-1")
    second = come(session, order, named("N-1"))

    why = "number N-1 of this receipt left after it .* correct the stock instead"
    with pytest.raises(StaleState, match=why), session.begin_nested():
        undo_receipts(session, [first.receipt_id], actor=SYSTEM)

    assert states(session)["N-1"] == ("in_stock", "CMH1")
    undo_receipts(session, [second.receipt_id], actor=SYSTEM)
    assert history(session, "N-1") == ["received", "pick", "ship", "returned", "receipt_undone"]
    assert disagreements(session) == []


def test_a_number_that_was_picked_and_put_back_goes_with_its_receipt(session, order):
    got = come(session, order, named("N-1"))
    one = released(session, ("TEA-1", 1))
    hand(session, one, "N-1")
    hand(session, one, "N-1", act=put_back)

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    assert states(session)["N-1"] == ("lost", "")
    assert disagreements(session) == []


def test_a_receipt_without_numbers_takes_none_that_another_one_named(session, house, order):
    gone = come(session, order, ("TEA-1", 1))
    lose(session, house)
    come(session, order, named("N-1"))

    with pytest.raises(StaleState, match="number N-1 did not come with this receipt.* correct the stock instead"):
        undo_receipts(session, [gone.receipt_id], actor=SYSTEM)

    assert states(session)["N-1"] == ("in_stock", "CMH1")


@pytest.mark.parametrize("what", ["found", "returned"])
def test_a_receipt_without_numbers_takes_none_that_another_one_named_and_that_is_back(session, house, order, what):
    come(session, order, named("N-1"))
    sell(session, "N-1") if what == "returned" else lose(session, house, ids=serial(session, "N-1"))
    gone = come(session, order, ("TEA-1", 1))
    lose(session, house)
    lay(session, house, "TEA-1", "CMH1", 1)
    register(session, house, "N-1", reference=("count_line", 1))
    assert history(session, "N-1")[-1] == what

    with pytest.raises(StaleState, match="number N-1 did not come with this receipt"):
        undo_receipts(session, [gone.receipt_id], actor=SYSTEM)


def test_a_number_of_a_receipt_that_was_taken_back_may_come_with_a_later_one(session, house, order):
    undone = come(session, order, named("N-1"))
    undo_receipts(session, [undone.receipt_id], actor=SYSTEM)
    last = come(session, order, ("TEA-1", 1))
    register(session, house, "N-1")

    undo_receipts(session, [last.receipt_id], actor=SYSTEM)

    assert history(session, "N-1") == ["received", "receipt_undone", "found", "receipt_undone"]
    assert disagreements(session) == []


def test_a_receipt_without_numbers_takes_none_that_lay_there_before(session, house, order):
    come(session, order, ("TEA-1", 1))
    register(session, house, "OLD")
    got = come(session, order, ("TEA-1", 1))
    lose(session, house)

    with pytest.raises(StaleState, match="number OLD did not come with this receipt"):
        undo_receipts(session, [got.receipt_id], actor=SYSTEM)


def test_a_receipt_without_numbers_takes_none_that_came_from_another_site(session, house, order):
    gone = come(session, sent(session, ("TEA-1", 1), site="RNO1"), ("TEA-1", 1))
    lose(session, house, site="RNO1")
    come(session, order, ("TEA-1", 1))
    register(session, house, "N-1")
    arrive_by_number(session, sent_by_number(session, "N-1"), "N-1")

    with pytest.raises(StaleState, match="number N-1 did not come with this receipt"):
        undo_receipts(session, [gone.receipt_id], actor=SYSTEM)


def test_units_came_when_they_were_in_the_books_though_the_terminal_has_a_later_time(session, house, order):
    got = come(session, order, ("TEA-1", 1), received_at=clock.now() + timedelta(minutes=4))
    register(session, house, "N-1")

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    assert states(session)["N-1"] == ("lost", "")


def test_units_came_when_our_clock_says_though_the_database_has_a_later_time(session, house, order):
    """As where a company that is made up is given a past."""
    with clock.as_if(clock.now() - timedelta(days=3)):
        got = come(session, order, ("TEA-1", 1))
        register(session, house, "N-1")

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    assert states(session)["N-1"] == ("lost", "")


def sell(session, number):
    one = released(session, ("TEA-1", 1))
    hand(session, one, number)
    ship_orders(session, [dispatch(pack_all(session, work.load(session, [one.id])[one.id]))], actor=SYSTEM)


def hand(session, one, number, *, act=pick):
    scanned = Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=1, serial=number, client_scan_id=scan())
    act(session, [scanned], actor=SYSTEM)


def lose(session, house, site="CMH1", ids=()):
    """A unit without a number, or that of this one."""
    key = {"sku_id": house.skus["TEA-1"], "site_id": house.sites[site]}
    adjust_stock(session, [Adjustment(**key, reason="lost", on_hand=-1, serial_ids=ids)], actor=SYSTEM)
