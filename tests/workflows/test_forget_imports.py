"""Files that were imported, or nearly, name people: they are forgotten in time."""

import pytest
from sqlalchemy import text

from app.imports import lifecycle
from app.imports.options import Options
from app.kernel.deliveries import Held
from app.kernel.files import FolderStore
from app.workflows.forget_imports import ImportForgetter
from app.workflows.start_import import file_key
from tests.factories.dirty_orders import HISTORY_UNTIL, dirty_orders
from tests.factories.house import make_house
from tests.factories.imports import checked, taken_in

ALL = Options(history_until=HISTORY_UNTIL, create_missing=("products", "customers"))
HELD = Held(id=1, handler="upkeep.forget_imports", ids={}, event_id=None, attempt=1, failures=0)


@pytest.fixture
def house(session, bound):
    return make_house(session)


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


def of_age(session, row, age):
    session.execute(
        text(
            "UPDATE imports SET created_at = created_at - CAST(:age AS interval),"
            " checked_at = checked_at - CAST(:age AS interval),"
            " finished_at = finished_at - CAST(:age AS interval) WHERE id = :id"
        ),
        {"age": age, "id": row.id},
    )
    session.commit()


def forget(session, store):
    ImportForgetter(store).forget(HELD)(session)
    session.commit()


def left_of(session, row):
    counted = "SELECT (SELECT count(*) FROM import_rows WHERE import_id = :id)"
    return session.execute(
        text(f"{counted}, (SELECT count(*) FROM import_repairs WHERE import_id = :id), (SELECT count(*) FROM files)"),
        {"id": row.id},
    ).one()


@pytest.mark.parametrize(("age", "is_kept"), [("89 days", True), ("91 days", False)])
def test_file_rows_and_repairs_go_after_90_days_and_orders_stay(session, house, store, tmp_path, age, is_kept):
    dirty = dirty_orders(orders=20)
    row = taken_in(session, tmp_path, dirty.content, options=ALL)
    key = file_key(session, row)
    of_age(session, row, age)

    forget(session, store)

    assert store.exists(key) == is_kept
    assert any(left_of(session, row)) == is_kept
    assert session.execute(text("SELECT count(*) FROM orders")).scalar_one() == dirty.facts.orders
    assert lifecycle.get(session, row.id).tally["run"]["orders"] == dirty.facts.orders


def test_a_file_that_nobody_took_in_is_discarded_first(session, house, store, tmp_path):
    row = checked(session, tmp_path, dirty_orders(orders=5).content, options=ALL)
    of_age(session, row, "91 days")

    forget(session, store)

    assert lifecycle.get(session, row.id).state == "discarded"
    assert left_of(session, row) == (0, 0, 0)


def test_the_very_same_file_is_still_known(session, house, store, tmp_path):
    stock = b"SKU,Site,Quantity\nTEA-1,CMH1,2\n"
    row = taken_in(session, tmp_path, stock, kind="stock")
    of_age(session, row, "91 days")
    forget(session, store)

    assert [one.id for one in lifecycle.earlier(session, "stock", row.sha256)] == [row.id]


def test_forgetting_twice_forgets_nothing_more(session, house, store, tmp_path):
    row = taken_in(session, tmp_path, dirty_orders(orders=5).content, options=ALL)
    of_age(session, row, "91 days")
    forget(session, store)

    forget(session, store)

    assert left_of(session, row) == (0, 0, 0)
