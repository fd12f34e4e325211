"""The sums of sales equal the scan of the orders, whatever happened and in whatever order it was read."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.analytics import rollups
from app.analytics.asked import Filters
from app.analytics.freshness import counted_until
from app.analytics.periods import Period
from app.analytics.reports import sales, scanned
from app.analytics.scan import KEYS
from app.cli.catching_up import catch_up
from app.kernel import clock, feed, uow
from app.kernel.actor import SYSTEM
from app.orders.values import Delivered
from app.wiring import FEED
from app.workflows import count_sales, verify_sales
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.place_orders import place_orders
from app.workflows.undo_import import undo_import
from tests.factories.house import make_house, order_request

NOW = datetime(2026, 5, 10, 3, tzinfo=UTC)
FILTERS = (
    Filters(),
    Filters(first=date(2025, 12, 1), last=date(2026, 5, 1)),
    Filters(first=date(2026, 1, 1)),
    Filters(last=date(2026, 4, 30), currency="USD"),
    Filters(first=date(2026, 4, 8), last=date(2026, 5, 9), currency="USD"),
    Filters(channel="web"),
    Filters(region="West", first=date(2026, 1, 15)),
    Filters(sku="TEA-1"),
    Filters(sku="TEA-2", first=date(2026, 5, 9), currency="USD"),
    Filters(customer="C-1"),
    Filters(sku="TEA-1", channel="phone"),
)
SKUS = st.sampled_from(["TEA-1", "TEA-2", "TEA-3"])
LINES = st.lists(st.tuples(SKUS, st.integers(1, 4)), min_size=1, max_size=4)
PLACE = st.fixed_dictionaries(
    {
        "lines": LINES,
        "channel": st.sampled_from(["web", "phone"]),
        "region": st.sampled_from(["West", "East", ""]),
        "customer": st.sampled_from(["C-1", "C-2", None]),
        "days": st.integers(0, 500),
        "is_history": st.booleans(),
    }
)
STEP = st.one_of(
    PLACE,
    st.tuples(st.just("cancel"), st.integers(0, 30), st.integers(1, 4)),
    st.just("read"),
    st.just("undo"),
)


@pytest.fixture(autouse=True)
def wired():
    feed.wire({consumer.name: consumer for consumer in FEED})
    yield
    feed.wire({})


def read_on(session) -> None:
    """All that was emitted in this transaction, as if it were committed."""
    feed.reset(session)
    while feed.consume(session, count_sales.READER, limit=7):
        pass


def take(session, step) -> None:
    if step == "undo":
        session.execute(text("UPDATE imports SET state = 'undoing' WHERE state = 'done'"))
        for import_id in session.execute(text("SELECT id FROM imports")).scalars().all():
            undo_import(session, import_id, actor=SYSTEM)
    elif step == "read":
        read_on(session)
    elif isinstance(step, tuple):
        cancel(session, *step[1:])
    else:
        place(session, step)


def place(session, step) -> None:
    at = NOW - timedelta(days=step["days"])
    history = Delivered(shipped_at=at, delivered_at=at + timedelta(days=2)) if step["is_history"] else None
    request = order_request(
        *step["lines"],
        channel=step["channel"],
        sales_region=step["region"],
        customer_code=step["customer"],
        placed_at=at,
        history=history,
        import_id=session.execute(text("SELECT max(id) FROM imports")).scalar_one() if history else None,
    )
    place_orders(session, [request], actor=SYSTEM)


def cancel(session, which: int, units: int) -> None:
    """Some units of some line that still can be."""
    rows = session.execute(text(CANCELLABLE)).all()
    if rows:
        row = rows[which % len(rows)]
        one = Cancellation(
            order_id=row.order_id, order_line_id=row.id, quantity=min(units, row.free), reason="customer"
        )
        cancel_orders(session, [one], actor=SYSTEM)


CANCELLABLE = """
SELECT id, order_id, backordered + allocated - picked AS free FROM order_lines
 WHERE backordered + allocated > picked ORDER BY id
"""


IMPORT = """
INSERT INTO imports (kind, state, file_name, sha256, size_bytes, headers, mapping, options, created_by)
VALUES ('orders', 'done', 'old.csv', '', 0, '[]', '{}', '{}', 'system')
"""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=12))
def test_sums_equal_the_scan_after_any_sequence_of_acts(session, steps):
    with session.begin_nested() as moment:
        make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "RNO1"): 5})
        session.execute(text(IMPORT))
        for step in steps:
            take(session, step)
        read_on(session)

        for by in KEYS:
            for filters in FILTERS:
                summed, scan = sales(session, by, filters), scanned(session, by, filters)
                assert (summed.rows, summed.totals) == (scan.rows, scan.totals), (by, filters)
        for by in ("sku", "customer"):
            for filters in FILTERS:
                asked = replace(filters, currency="USD")
                assert sales(session, by, asked, most=1) == scanned(session, by, asked, most=1), (by, asked)
        assert [sentence for check in verify_sales.CHECKS for sentence in check.find(session)] == []
        moment.rollback()
    session.expunge_all()


@pytest.fixture
def house(session):
    return make_house(session, {("TEA-1", "CMH1"): 9})


def sell_one(session, at=NOW):
    place_orders(session, [order_request(("TEA-1", 2), placed_at=at)], actor=SYSTEM)
    read_on(session)


def test_events_that_are_read_again_change_nothing(session, house):
    sell_one(session)
    session.execute(text("UPDATE feed_cursors SET position = 0"))

    read_on(session)

    assert sales(session, "sku", Filters()).totals == scanned(session, "sku", Filters()).totals


def test_a_new_time_zone_is_summed_anew_with_the_next_event_and_read_from_the_orders_till_then(session, house):
    sell_one(session)
    assert [row.key for row in sales(session, "day", Filters()).rows] == ["2026-05-09"]

    session.execute(text("UPDATE company SET time_zone = 'Asia/Tokyo'"))
    until_then = [row.key for row in sales(session, "day", Filters()).rows]
    sell_one(session)

    assert until_then == ["2026-05-10"]
    assert session.execute(text("SELECT time_zone FROM sales_calendar")).scalar_one() == "Asia/Tokyo"
    assert [(row.key, row.units) for row in sales(session, "day", Filters()).rows] == [("2026-05-10", 4)]


def test_only_the_best_are_read_and_the_others_are_counted(session, house):
    place_orders(session, [order_request((f"TEA-{n}", n)) for n in range(1, 5)], actor=SYSTEM)
    read_on(session)

    report = sales(session, "sku", Filters(currency="USD"), most=2)

    assert [row.key for row in report.rows] == ["TEA-4", "TEA-3"]
    assert report.counts == {"USD": 4}
    assert report.total("USD").units == 10


def test_a_damaged_sum_is_found_and_a_rebuild_mends_it(database_engine):
    with uow.unit_of_work() as session:
        make_house(session)
        place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)
    catch_up()
    healthy = differences()
    with uow.unit_of_work() as session:
        session.execute(text("UPDATE sales_skus SET net_minor = net_minor + 1 WHERE bucket = ''"))
        session.execute(text("UPDATE sales_counted SET units = '{7}'"))

    found = differences()
    uow.run(count_sales.rebuild)

    assert healthy == []
    assert any(sentence.startswith("sales_skus has 2001 in 1 orders") for sentence in found)
    assert any("stands in the sums of sales as" in sentence for sentence in found)
    assert differences() == []


def test_verify_waits_for_orders_that_the_reader_has_not_come_to(database_engine):
    with uow.unit_of_work() as session:
        make_house(session)
        place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)
    catch_up()
    with uow.unit_of_work() as session:
        place_orders(session, [order_request(("TEA-1", 5))], actor=SYSTEM)

    assert differences() == []


def test_catching_up_waits_until_what_is_committed_has_its_place_in_the_feed(database_engine):
    with uow.unit_of_work() as session:
        make_house(session)
    with database_engine.connect() as elsewhere:
        elsewhere.execute(text("SELECT pg_current_xact_id()"))
        with uow.unit_of_work() as session:
            place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)
        reader = Thread(target=catch_up)
        reader.start()
        reader.join(1)
        assert reader.is_alive()
        elsewhere.rollback()
    reader.join(30)

    with uow.unit_of_work() as session:
        assert session.execute(text("SELECT count(*) FROM sales_counted")).scalar_one() == 1


def differences() -> list[str]:
    with uow.unit_of_work() as session:
        return [sentence for check in verify_sales.CHECKS for sentence in check.find(session)]


def test_the_page_says_up_to_when_it_knows_while_newer_orders_wait(session, house):
    sell_one(session)
    feed.position_events(session)
    place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)
    feed.position_events(session)

    recorded = session.execute(text("SELECT max(recorded_at) FROM events WHERE id <= :id"), {"id": read_to(session)})

    assert counted_until(session) == recorded.scalar_one()
    assert counted_until(session) < clock.now()


def read_to(session) -> int:
    statement = "SELECT max(event_id) FROM event_positions WHERE position <= (SELECT max(position) FROM feed_cursors)"
    return session.execute(text(statement)).scalar_one()


def test_every_question_without_a_customer_that_is_in_time_or_by_place_has_its_sum():
    known = Period(date(2025, 1, 1), date(2026, 5, 1))
    asked = {
        (by, name): rollups.statement(by, filters, known) is not None
        for by in KEYS
        for name, filters in {
            "all": Filters(),
            "region": Filters(region="West"),
            "sku": Filters(sku="TEA-1"),
            "customer": Filters(customer="C-1"),
        }.items()
    }

    assert {question for question, has_sum in asked.items() if not has_sum} == {
        *((by, "customer") for by in KEYS),
        *((by, "sku") for by in ("region", "channel", "customer")),
        *((by, "region") for by in ("sku", "customer")),
    }
