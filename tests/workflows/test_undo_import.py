"""An order import is taken back while nobody has built on it; then its file may come again."""

import pytest
from sqlalchemy import text

from app.imports import lifecycle
from app.imports.options import Options
from app.kernel.errors import StaleState
from app.workflows.undo_import import ask_for_undo, undo_import
from tests.factories.dirty_orders import HISTORY_UNTIL, dirty_orders
from tests.factories.house import make_house
from tests.factories.imports import ACTOR, taken_in

ALL = Options(history_until=HISTORY_UNTIL, create_missing=("products", "customers"))


@pytest.fixture(scope="module")
def dirty():
    return dirty_orders(orders=30)


@pytest.fixture
def done(session, tmp_path, dirty):
    make_house(session)
    return taken_in(session, tmp_path, dirty.content, options=ALL)


def undone(session, done):
    ask_for_undo(session, done.id)
    undo_import(session, done.id, actor=ACTOR)
    return lifecycle.get(session, done.id)


def test_all_its_orders_are_cancelled(session, done, dirty):
    after = undone(session, done)

    assert after.state == "undone"
    assert after.tally["undo"]["orders"] == dirty.facts.orders
    assert session.execute(text("SELECT DISTINCT status FROM orders")).scalars().all() == ["cancelled"]
    reasons = session.execute(text("SELECT DISTINCT payload->>'reason' FROM events WHERE type = 'UnitsCancelled'"))
    assert reasons.scalars().all() == ["import_undone"]


def test_the_same_file_may_be_taken_in_again(session, tmp_path, done, dirty):
    undone(session, done)

    again = taken_in(session, tmp_path, dirty.content, options=ALL)

    assert again.tally["run"]["orders"] == dirty.facts.orders
    assert again.tally["run"]["net"] == {"USD": dirty.facts.net}


def test_an_order_that_is_paid_for_stands_in_the_way(session, done):
    number = session.execute(
        text("UPDATE orders SET paid_minor = 1 WHERE id = (SELECT max(id) FROM orders) RETURNING number")
    ).scalar_one()

    with pytest.raises(StaleState, match=f"{number} are paid for, released or shipped"):
        ask_for_undo(session, done.id)


def test_an_order_touched_between_asking_and_undoing_keeps_everything_as_it_is(session, done):
    ask_for_undo(session, done.id)
    session.execute(text("UPDATE orders SET paid_minor = 1 WHERE id = (SELECT max(id) FROM orders)"))

    undo_import(session, done.id, actor=ACTOR)

    after = lifecycle.get(session, done.id)
    assert (after.state, "are paid for" in after.error) == ("done", True)
    assert session.execute(text("SELECT count(*) FROM orders WHERE status = 'cancelled'")).scalar_one() == 0


def test_what_it_left_in_the_exceptions_queue_is_set_aside(session, tmp_path, dirty):
    make_house(session)
    done = taken_in(session, tmp_path, dirty.content, options=Options())

    after = undone(session, done)

    assert after.tally["undo"]["parked"] == dirty.facts.orders
    assert session.execute(text("SELECT DISTINCT state FROM intake_exceptions")).scalars().all() == ["discarded"]
    again = taken_in(session, tmp_path, dirty.content, options=ALL)
    assert again.tally["run"]["orders"] == dirty.facts.orders
