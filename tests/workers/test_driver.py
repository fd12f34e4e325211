"""Statements that go straight to the driver: arrays as PostgreSQL reads them, many writes as one, errors as ours."""

from contextlib import nullcontext
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.kernel import bulk, driver
from app.kernel.driver import Guard, array, cells
from app.kernel.uow import unit_of_work
from app.orders.models import IdempotencyKey

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
COLUMNS = {
    "text": TEXTS,
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "bytea": st.binary(),
    "date": st.dates(),
    "timestamptz": st.datetimes(timezones=st.just(UTC)),
}


class Lost(Exception):
    pass


@pytest.fixture
def counters(session):
    """A table of the transaction with three rows, and a second that refers to it."""
    session.execute(text("CREATE TEMPORARY TABLE parents (id bigint PRIMARY KEY, n int CHECK (n >= 0)) ON COMMIT DROP"))
    session.execute(text("CREATE TEMPORARY TABLE children (parent_id bigint REFERENCES parents) ON COMMIT DROP"))
    session.execute(text("INSERT INTO parents SELECT g, 1 FROM generate_series(1, 3) g"))
    return session


def add(session, ids, *, guard=None):
    driver.write(
        session, "UPDATE parents SET n = n + 1 WHERE id = ANY(%(ids)s::bigint[])", {"ids": array(ids)}, guard=guard
    )


def add_twice(session, first, second, *, guard):
    add(session, first, guard=guard)
    add(session, second, guard=guard)


def add_and_fail(session, error):
    add(session, [1])
    raise error


def add_and_set(session, number):
    add(session, [2])
    driver.write(session, "UPDATE parents SET n = %(number)s WHERE id = 3", {"number": number})


def numbers(session):
    return [row.n for row in driver.fetch(session, "SELECT n FROM parents ORDER BY id")]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("kind", COLUMNS)
@given(data=st.data())
def test_postgresql_reads_an_array_as_it_was_meant(session, kind, data):
    values = data.draw(st.lists(st.none() | COLUMNS[kind], max_size=8))

    [row] = driver.fetch(session, f"SELECT %(values)s::{kind}[] AS read", {"values": array(values)})

    assert row.read == values


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_postgresql_reads_rows_of_cells_as_they_were_meant(session, data):
    kinds = data.draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=driver.WIDEST))
    rows = data.draw(st.lists(st.tuples(*(st.none() | COLUMNS[kind] for kind in kinds)), max_size=4))
    columns = [[row[at] for row in rows] for at in range(len(kinds))]
    casts = ", ".join(f"c{at}::{kind}" for at, kind in enumerate(kinds, start=1))

    read = driver.fetch(session, f"SELECT {casts} FROM unnest(%(rows)s::cells[])", {"rows": cells(*columns)})

    assert [tuple(row) for row in read] == rows


def test_a_row_is_as_wide_as_the_type_at_most():
    with pytest.raises(ValueError, match="holds 32 values, not 33"):
        cells(*[[1]] * (driver.WIDEST + 1))


def test_cells_refuse_what_they_could_not_write_down_exactly():
    with pytest.raises(TypeError, match="cannot hold float"):
        cells([1, "one", 1.5])


@pytest.mark.parametrize("value", [1.5, object(), ["nested"], {"a": 1}])
def test_an_array_refuses_what_it_could_not_write_down_exactly(value):
    with pytest.raises(TypeError, match=f"cannot hold {type(value).__name__}"):
        array([value])


def test_one_name_may_stand_in_several_places(session):
    [row] = driver.fetch(session, "SELECT %(a)s::int + %(a)s::int + %(b)s::int AS sum", {"a": 1, "b": 5})

    assert row.sum == 7


def test_writes_together_are_one_statement(counters, statements):
    with statements(counters) as counted, driver.together(counters):
        add(counters, [1])
        add(counters, [2])
        driver.write(counters, "INSERT INTO parents VALUES (%(id)s, 9)", {"id": 4})

    assert len(counted) == 1
    assert numbers(counters) == [2, 2, 1, 9]


def test_writes_together_may_refer_to_one_another_in_any_order(counters):
    with driver.together(counters):
        driver.write(counters, "INSERT INTO children VALUES (5)")
        driver.write(counters, "INSERT INTO parents VALUES (5, 1)")

    assert driver.fetch(counters, "SELECT parent_id FROM children") == [(5,)]


@pytest.mark.parametrize("are_together", [True, False])
def test_a_guard_refuses_a_write_that_touched_another_number_of_rows(counters, are_together):
    guard = Guard(2, Lost("somebody was faster"))

    with pytest.raises(Lost, match="faster"), driver.together(counters) if are_together else nullcontext():
        add_twice(counters, [1, 3], [2, 77], guard=guard)


def test_what_is_fetched_among_the_writes_does_not_see_them(counters):
    with driver.together(counters):
        add(counters, [1])
        seen = numbers(counters)

    assert (seen, numbers(counters)) == ([1, 1, 1], [2, 1, 1])


def test_a_block_that_fails_writes_nothing_and_leaves_nothing_waiting(counters):
    with pytest.raises(Lost), driver.together(counters):
        add_and_fail(counters, Lost())

    add(counters, [2])

    assert numbers(counters) == [1, 2, 1]


def test_errors_are_those_of_every_other_statement(counters):
    with pytest.raises(IntegrityError) as refused, counters.begin_nested():
        driver.write(counters, "INSERT INTO children VALUES (99)")

    assert refused.value.orig.sqlstate == "23503"
    assert not refused.value.connection_invalidated
    with pytest.raises(ProgrammingError), counters.begin_nested():
        driver.fetch(counters, "SELECT nonsense")


def test_a_connection_goes_on_after_a_statement_that_it_had_prepared_has_failed(counters):
    """psycopg prepares what runs often; an error in between must not make it believe in what is not there."""
    for _ in range(7):
        add(counters, [1])
        with pytest.raises(IntegrityError), counters.begin_nested(), driver.together(counters):
            add_and_set(counters, -1)
        with driver.together(counters):
            add_and_set(counters, 1)

    assert numbers(counters) == [8, 8, 1]


def test_ids_drawn_ahead_are_used_before_others_are_drawn(session, statements):
    with statements(session) as counted:
        bulk.draw_ahead(session, {"orders": 3, "events": 1})
        first = bulk.next_ids(session, {"orders": 2})["orders"]
        second = bulk.next_ids(session, {"orders": 1, "events": 1})
        third = bulk.next_ids(session, {"orders": 1})["orders"]

    assert len([query for query in counted if "nextval" in query]) == 2
    assert len({*first, *second["orders"], *third}) == 4


def test_rows_are_inserted_in_the_order_given_whatever_they_hold(session):
    moment = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    keys = ('"', "\\", "{,}", "NULL")
    rows = [{"scope": "s", "key": key, "request_hash": b"\x00\\", "created_at": moment} for key in keys]

    won = bulk.insert(session, IdempotencyKey, rows, suffix="RETURNING key, request_hash, created_at")

    assert [tuple(row) for row in won] == [(row["key"], b"\x00\\", moment) for row in rows]


def test_reads_ahead_are_answered_once_to_who_asks_the_same(session, statements):
    query = ("SELECT %(n)s::int AS n", {"n": 7})

    with statements(session) as counted:
        with driver.reading_ahead(session, [query, ("SELECT 8 AS n", {})]):
            answers = [driver.fetch(session, *query) for _ in range(2)]
        again = driver.fetch(session, "SELECT 8 AS n")

    assert [[row.n for row in rows] for rows in [*answers, again]] == [[7], [7], [8]]
    assert len(counted) == 5  # one plan for all, two ahead, and two asked anew


def test_a_listener_hears_of_what_was_written_together(database_engine):
    heard = []
    with database_engine.connect() as listener, unit_of_work() as session:
        connection = listener.connection.driver_connection
        connection.execute("LISTEN elsewhere")
        connection.commit()
        with driver.together(session):
            driver.write(session, "DELETE FROM deliveries")
            driver.notify(session, "elsewhere")
            driver.notify(session, "elsewhere")
        session.commit()
        heard.extend(notice.channel for notice in connection.notifies(timeout=5, stop_after=1))

    assert heard == ["elsewhere"]


def test_a_day_is_written_as_a_day():
    assert array([date(2026, 2, 1), None]) == "{2026-02-01,NULL}"
