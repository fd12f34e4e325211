"""Placing orders: what is promised, what waits, what is refused, and that nothing happens twice."""

from datetime import UTC, datetime

import time_machine
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM, Actor
from app.orders.values import Contact, Replay, RequestedLine
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.fill_backorders import fill_backorders
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request, put_stock


def level(session: Session, house, sku: str, site: str):
    return session.execute(
        text("SELECT * FROM stock_levels WHERE sku_id = :sku AND site_id = :site"),
        {"sku": house.skus[sku], "site": house.sites[site]},
    ).one()


def order(session: Session, placement):
    return session.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": placement.order_id}).one()


def lines(session: Session, placement):
    return session.execute(
        text("SELECT * FROM order_lines WHERE order_id = :id ORDER BY position"), {"id": placement.order_id}
    ).all()


def replay(key: str, body: bytes = b"a") -> Replay:
    return Replay(scope="test", key=key, request_hash=body)


def test_an_order_is_confirmed_and_its_units_are_promised_at_the_nearest_site(session):
    house = make_house(session, {("TEA-1", "CMH1"): 5, ("TEA-1", "RNO1"): 5})

    [placed] = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)

    assert order(session, placed).status == "confirmed"
    assert level(session, house, "TEA-1", "CMH1").allocated == 2
    assert level(session, house, "TEA-1", "RNO1").allocated == 0


def test_a_line_is_split_over_sites_when_no_site_has_enough(session):
    house = make_house(session, {("TEA-1", "CMH1"): 3, ("TEA-1", "RNO1"): 10})

    [placed] = place_orders(session, [order_request(("TEA-1", 12))], actor=SYSTEM)

    [line] = lines(session, placed)
    assert (line.allocated, line.backordered) == (12, 0)
    promised = level(session, house, "TEA-1", "CMH1").allocated + level(session, house, "TEA-1", "RNO1").allocated
    assert promised == 12


def test_the_same_sku_on_two_lines_counts_together(session):
    make_house(session, {("TEA-1", "CMH1"): 3})

    [placed] = place_orders(session, [order_request(("TEA-1", 2), ("TEA-1", 2))], actor=SYSTEM)

    assert [(line.allocated, line.backordered) for line in lines(session, placed)] == [(2, 0), (1, 1)]


def test_what_is_not_there_waits_where_the_channel_allows_it(session):
    make_house(session)

    [placed] = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)

    assert order(session, placed).fulfilment_status == "backordered"


def test_what_is_not_there_is_refused_where_the_channel_forbids_waiting(session):
    make_house(session, {("TEA-1", "CMH1"): 1})

    [refused] = place_orders(session, [order_request(("TEA-1", 2), ("TEA-2", 1), channel="store")], actor=SYSTEM)

    assert refused.order_id is None
    assert [failure.message for failure in refused.failures] == ["TEA-1: 1 left, 2 asked", "TEA-2: 0 left, 1 asked"]


def test_goods_that_arrive_go_to_the_order_that_waited_longest(session):
    house = make_house(session)
    first, second = place_orders(session, [order_request(("TEA-1", 2)), order_request(("TEA-1", 2))], actor=SYSTEM)
    put_stock(session, house, {("TEA-1", "RNO1"): 3})
    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)

    assert [line.allocated for placed in (first, second) for line in lines(session, placed)] == [2, 1]


def test_an_order_that_has_all_its_units_is_promised_a_day(session):
    make_house(session, {("TEA-1", "CMH1"): 5})

    with time_machine.travel("2026-11-23T15:00:00Z", tick=False):
        [placed] = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)

    assert placed.promised_at == datetime(2026, 11, 27, 1, tzinfo=UTC)  # Thursday, 20:00 in Columbus
    assert order(session, placed).promised_at == placed.promised_at


def test_an_order_that_waits_is_promised_a_day_when_its_last_unit_has_a_site(session):
    house = make_house(session, {("TEA-1", "RNO1"): 1})
    [placed] = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)
    promised_before = order(session, placed).promised_at

    put_stock(session, house, {("TEA-1", "RNO1"): 1})
    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)

    assert promised_before is placed.promised_at is None
    assert order(session, placed).promised_at is not None


def test_a_batch_sells_what_is_there_and_no_more(session):
    house = make_house(session, {("TEA-1", "CMH1"): 5})

    placed = place_orders(session, [order_request(("TEA-1", 1)) for _ in range(9)], actor=SYSTEM)

    assert sum(line.allocated for one in placed for line in lines(session, one)) == 5
    assert level(session, house, "TEA-1", "CMH1").allocated == 5


def test_an_order_that_is_refused_takes_nothing_from_those_behind_it(session):
    make_house(session, {("TEA-1", "CMH1"): 7})

    refused, placed = place_orders(
        session, [order_request(("TEA-1", 1_000), channel="store"), order_request(("TEA-1", 7))], actor=SYSTEM
    )

    assert refused.came_to_nothing
    assert lines(session, placed)[0].allocated == 7


def test_an_unknown_sku_is_parked_and_never_dropped(session):
    make_house(session)

    [parked] = place_orders(session, [order_request(("NO-1", 1), external_number="A-2")], actor=SYSTEM)
    [again] = place_orders(session, [order_request(("NO-1", 1), external_number="A-2")], actor=SYSTEM)

    assert parked.order_id is None
    assert parked.exception_id == again.exception_id
    assert parked.failures[0].message == "there is no SKU “NO-1”: add it, or map it to one of ours"


def test_all_failures_are_told_at_once(session):
    make_house(session)
    nowhere = Contact(country="ZZ", postal_code="0", city="Nowhere")

    [parked] = place_orders(session, [order_request(("NO-1", 1), ("TEA-1", 1), contact=nowhere)], actor=SYSTEM)

    assert {failure.code for failure in parked.failures} == {"unknown_sku", "no_zone", "unreadable_address"}


def test_a_quantity_of_zero_is_refused(session):
    make_house(session)

    [refused] = place_orders(session, [order_request(("TEA-1", 0))], actor=SYSTEM)

    assert refused.failures[0].field == "lines.0.quantity"


def test_an_order_from_an_unknown_channel_is_refused_alone(session):
    make_house(session)

    refused, placed = place_orders(
        session, [order_request(("TEA-1", 1), channel="moon"), order_request(("TEA-1", 1))], actor=SYSTEM
    )

    [failure] = refused.failures
    assert failure.message == "there is no active channel “moon”: add it on the admin page"
    assert placed.order_id is not None


def test_each_order_of_a_batch_is_written_down_as_its_senders(session):
    make_house(session, {("TEA-1", "CMH1"): 5})
    senders = [Actor(kind="api_key", id=number, request_id=f"R{number}") for number in (1, 2)]
    line = RequestedLine(sku="TEA-1", quantity=1_000)
    requests = [order_request(lines=(line,), note="call first", actor=sender) for sender in senders]

    place_orders(session, [*requests, order_request(("TEA-1", 1))], actor=SYSTEM)

    def written(column: str, table: str) -> list[str]:
        return list(session.execute(text(f"SELECT {column} FROM {table} ORDER BY id")).scalars())

    assert written("placed_by", "holds") == written("written_by", "order_notes") == ["api_key:1", "api_key:2"]
    movements = "stock_movements WHERE reason = 'allocate'"
    assert set(written("actor || request_id", "events WHERE subject_type = 'orders'")) == {
        "api_key:1R1",
        "api_key:2R2",
        "system",
    }
    assert written("actor", movements)[0] == "api_key:1"


def test_a_prepaid_channel_waits_for_the_money(session):
    make_house(session, {("TEA-1", "CMH1"): 5})

    [placed] = place_orders(session, [order_request(("TEA-1", 1), channel="prepaid")], actor=SYSTEM)

    assert order(session, placed).status == "received"


def test_an_unusual_quantity_is_held(session):
    make_house(session)

    [placed] = place_orders(session, [order_request(("TEA-1", 1000))], actor=SYSTEM)

    assert session.execute(text("SELECT reason FROM holds")).scalars().all() == ["unusual_quantity"]
    assert order(session, placed).status == "received"


def test_a_file_keeps_its_own_line_total(session):
    make_house(session)
    line = RequestedLine(sku="TEA-1", quantity=3, total_minor=1001)

    [placed] = place_orders(session, [order_request(lines=(line,))], actor=SYSTEM)

    assert order(session, placed).total_minor == 1001


def test_cancelling_gives_the_units_back(session):
    house = make_house(session, {("TEA-1", "CMH1"): 5})
    [placed] = place_orders(session, [order_request(("TEA-1", 3))], actor=SYSTEM)
    [line] = lines(session, placed)

    cancel_orders(
        session,
        [Cancellation(order_id=placed.order_id, order_line_id=line.id, quantity=2, reason="customer")],
        actor=SYSTEM,
    )

    assert level(session, house, "TEA-1", "CMH1").allocated == 1
    assert [(line.allocated, line.cancelled) for line in lines(session, placed)] == [(1, 2)]
