"""A dirty order history of our own is taken in whole, to the cent, once."""

from datetime import date

import pytest
from sqlalchemy import text

from app.imports import exports, lifecycle
from app.imports.options import Options
from app.kernel.errors import StaleState
from app.workflows import run_import
from app.workflows.run_import import advance_import, begin_run
from tests.factories.dirty_orders import HISTORY_UNTIL, dirty_orders, written
from tests.factories.house import make_house
from tests.factories.imports import ACTOR, checked, given_back, taken_in

ALL = Options(history_until=HISTORY_UNTIL, create_missing=("products", "customers"))


@pytest.fixture(scope="module")
def dirty():
    return dirty_orders()


@pytest.fixture
def house(session):
    return make_house(session)


def rows(session, sql, **values):
    return session.execute(text(sql), values).all()


def one(session, sql, **values):
    return session.execute(text(sql), values).one()


def test_everything_comes_out_to_the_cent(session, house, tmp_path, dirty):
    done = taken_in(session, tmp_path, dirty.content, options=ALL)

    facts = dirty.facts
    assert done.state == "done"
    assert done.tally["run"] == {
        "orders": facts.orders,
        "history": facts.orders - facts.new_orders,
        "lines": facts.lines,
        "units": facts.units,
        "net": {"USD": facts.net},
        "products": facts.products,
        "known": 0,
        "parked": 0,
        "refused": 0,
    }
    stored = one(session, "SELECT count(*), sum(ordered), sum(total_minor) FROM order_lines")
    assert tuple(stored) == (facts.lines, facts.units, facts.net)
    by_region = rows(session, "SELECT sales_region, sum(goods_minor)::bigint FROM orders GROUP BY 1")
    assert dict(map(tuple, by_region)) == dict(facts.regions)


def test_every_repair_is_counted_and_listed(session, house, tmp_path, dirty):
    done = checked(session, tmp_path, dirty.content, options=ALL)

    assert done.tally["check"]["repairs"] == {kind: n for kind, n in dirty.facts.repairs.items() if n}
    listed = given_back(session, done, exports.REPAIRS).decode().splitlines()
    assert len(listed) == 1 + sum(dirty.facts.repairs.values())


def test_the_most_frequent_name_is_taken(session, house, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=ALL)

    stored = rows(session, "SELECT code, name FROM skus WHERE code LIKE 'TST-%'")
    assert dict(map(tuple, stored)) == dirty.facts.chosen_names


def test_history_is_delivered_on_the_files_dates_and_moves_nothing(session, house, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=ALL)

    history = one(
        session,
        "SELECT count(*) AS orders, bool_and(status = 'delivered' AND delivered_at = shipped_at) AS is_delivered,"
        " bool_or((shipped_at AT TIME ZONE 'America/New_York')::date > :until) AS some_shipped_later,"
        " max(placed_at AT TIME ZONE 'America/New_York') AS last FROM orders WHERE is_history",
        until=HISTORY_UNTIL,
    )
    assert history.orders == dirty.facts.orders - dirty.facts.new_orders
    assert history.is_delivered
    assert history.some_shipped_later
    assert history.last.date() == HISTORY_UNTIL
    assert one(session, "SELECT count(*) FROM stock_movements")[0] == 0
    about_history = "SELECT count(*) FROM events e JOIN orders o ON o.id = e.subject_id AND e.subject_type = 'orders'"
    assert one(session, f"{about_history} WHERE o.is_history AND e.type <> 'OrderRecorded'")[0] == 0


def test_later_orders_are_new_work_that_waits_for_stock(session, house, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=ALL)

    waiting = one(
        session,
        "SELECT count(DISTINCT o.id), count(*), sum(l.backordered) FROM orders o"
        " JOIN order_lines l ON l.order_id = o.id WHERE NOT o.is_history",
    )
    assert tuple(waiting) == (dirty.facts.new_orders, dirty.facts.new_lines, dirty.facts.new_units)


def test_the_same_file_again_creates_nothing(session, house, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=ALL)

    again = taken_in(session, tmp_path, dirty.content, options=ALL)

    assert again.tally["check"]["new"] == 0
    assert (again.tally["run"]["orders"], again.tally["run"]["known"]) == (0, dirty.facts.orders)
    assert one(session, "SELECT count(*) FROM orders")[0] == dirty.facts.orders


def test_two_lines_that_are_alike_are_both_real(session, house, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=ALL)

    twins = rows(
        session,
        "SELECT l.total_minor, l.ordered FROM order_lines l JOIN orders o ON o.id = l.order_id"
        " WHERE o.external_number = 'WB-2024-1099999'",
    )
    assert list(map(tuple, twins)) == [(28_137, 3), (28_137, 3)]


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-16", "\t"), ("cp1252", ";"), ("utf-8", ",")])
def test_other_encodings_and_delimiters_give_the_same_orders(session, house, tmp_path, dirty, encoding, delimiter):
    content = written(dirty.rows, encoding=encoding, delimiter=delimiter)

    done = checked(session, tmp_path, content, options=ALL)

    assert (done.tally["check"]["new"], done.tally["check"]["rejected_rows"]) == (dirty.facts.orders, 0)


def test_a_dry_run_takes_nothing_in(session, house, tmp_path, dirty):
    done = checked(session, tmp_path, dirty.content, options=ALL)

    assert done.tally["check"]["new_rows"] == dirty.facts.lines
    assert one(session, "SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM intake_exceptions)")[0] == 0
    assert one(session, "SELECT count(*) FROM skus WHERE code LIKE 'TST-%'")[0] == 0


def test_unknown_skus_wait_in_the_exceptions_queue(session, house, tmp_path, dirty):
    done = taken_in(session, tmp_path, dirty.content, options=Options(history_until=HISTORY_UNTIL))

    assert (done.tally["run"]["parked"], done.tally["run"]["orders"]) == (dirty.facts.orders, 0)
    reasons = one(session, "SELECT reasons->0->>'code' FROM intake_exceptions LIMIT 1")[0]
    assert reasons == "unknown_sku"


def test_parked_orders_are_not_parked_twice(session, house, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=Options(history_until=HISTORY_UNTIL))

    again = taken_in(session, tmp_path, dirty.content, options=Options(history_until=HISTORY_UNTIL))

    assert (again.tally["run"]["parked"], again.tally["run"]["known"]) == (0, dirty.facts.orders)
    assert one(session, "SELECT count(*) FROM intake_exceptions")[0] == dirty.facts.orders


def test_a_customer_we_do_not_have_buys_as_a_guest_unless_he_may_be_created(session, house, tmp_path, dirty):
    taken_in(session, tmp_path, dirty.content, options=Options(create_missing=("products",)))

    assert one(session, "SELECT count(customer_id) FROM orders")[0] == 0
    assert one(session, "SELECT count(*) FROM customers")[0] == 0


def test_an_order_with_one_bad_row_is_left_out_whole(session, house, tmp_path):
    file = dirty_orders(orders=40)
    bad = next(row for row in file.rows if sum(row["Order ID"] == other["Order ID"] for other in file.rows) > 1)
    siblings = sum(bad["Order ID"] == other["Order ID"] for other in file.rows)
    content = written([row | ({"Quantity": "-2"} if row is bad else {}) for row in file.rows])

    done = taken_in(session, tmp_path, content, options=ALL)

    assert done.tally["check"]["rejected_rows"] == siblings
    assert done.tally["run"]["orders"] == file.facts.orders - 1
    reasons = [exports.sentence(row.reasons) for row in exports.rejected(session, done.id, most=50)]
    assert sum("Quantity: must be 1 or more" in reason for reason in reasons) == 1
    assert sum("of this order is left out" in reason for reason in reasons) == siblings - 1


def test_an_order_number_that_means_two_orders_is_left_out(session, house, tmp_path):
    file = dirty_orders(orders=40)
    number = file.rows[0]["Order ID"]
    stranger = file.rows[0] | {"Customer ID": "CU-99999"}

    done = checked(session, tmp_path, written([*file.rows, stranger]), options=ALL)

    assert done.tally["check"]["rejected_orders"] == 1
    [reason] = {exports.sentence(row.reasons) for row in exports.rejected(session, done.id, most=50)}
    assert reason == "Customer ID: other rows of this order name another customer: give each order its own number"
    assert number not in {row.key for row in rows(session, "SELECT key FROM import_rows WHERE group_number > 0")}


def test_rejected_rows_come_back_in_the_format_they_came_in_and_can_be_imported_again(session, house, tmp_path):
    file = dirty_orders(orders=40)
    victim = file.rows[0]["Order ID"]
    spoilt = [
        row | ({"Quantity": "x", "Product Name": "=1+1"} if row["Order ID"] == victim else {}) for row in file.rows
    ]
    first = taken_in(session, tmp_path, written(spoilt), options=ALL)

    returned = given_back(session, first).decode()

    assert returned.splitlines()[0].endswith("Profit,Left out because")
    assert "'=1+1" in returned
    mended = returned.replace(",x,", ",4,").encode()
    second = taken_in(session, tmp_path, mended, options=ALL)
    assert second.tally["run"]["orders"] == 1
    names = rows(session, "SELECT DISTINCT s.name FROM skus s WHERE s.name LIKE '%=%'")
    assert [row.name for row in names] in ([], ["=1+1"])


def test_a_batch_that_failed_leaves_its_orders_for_the_next_try(session, house, tmp_path, dirty, monkeypatch):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    monkeypatch.setitem(run_import.GROUPS_AT_ONCE, "orders", 20)
    begin_run(session, row.id)
    advance_import(session, row.id, actor=ACTOR)
    killed = session.begin_nested()
    advance_import(session, row.id, actor=ACTOR)
    killed.rollback()
    session.expire_all()

    while advance_import(session, row.id, actor=ACTOR):
        pass

    done = lifecycle.get(session, row.id)
    assert done.tally["run"]["orders"] == dirty.facts.orders
    assert done.tally["run"]["net"] == {"USD": dirty.facts.net}


def test_an_import_that_was_stopped_goes_on_where_it_was(session, house, tmp_path, dirty, monkeypatch):
    row = checked(session, tmp_path, dirty.content, options=ALL)
    monkeypatch.setitem(run_import.GROUPS_AT_ONCE, "orders", 20)
    begin_run(session, row.id)
    advance_import(session, row.id, actor=ACTOR)
    lifecycle.move(session, lifecycle.lock(session, row.id), "stop")

    assert advance_import(session, row.id, actor=ACTOR) is False
    assert one(session, "SELECT count(*) FROM orders")[0] == 20
    begin_run(session, row.id)
    while advance_import(session, row.id, actor=ACTOR):
        pass
    assert one(session, "SELECT count(*) FROM orders")[0] == dirty.facts.orders


def test_a_file_that_cannot_be_read_fails_with_the_line_and_can_be_checked_again(session, house, tmp_path, dirty):
    broken = dirty.content + b'1,"never closed\n'

    row = checked(session, tmp_path, broken, options=ALL)

    assert row.state == "failed"
    assert "is never closed" in row.error
    with pytest.raises(StaleState, match="must be checked or stopped"):
        begin_run(session, row.id)


def test_a_date_alone_is_read_in_the_companys_time_zone(session, house, tmp_path):
    content = b"Order ID,Order Date,SKU,Quantity,City,State,Zip,Country\nA-1,2025-11-30,TEA-1,1,Reno,NV,89502,US\n"

    taken_in(session, tmp_path, content, options=Options(history_until=date(2025, 11, 30)))

    placed = one(session, "SELECT placed_at, is_history FROM orders")
    assert placed.placed_at.isoformat() == "2025-11-30T05:00:00+00:00"
    assert placed.is_history
