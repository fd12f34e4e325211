"""Imports as background work: checked, run batch by batch, taken back, and put back when a worker gives up."""

import io

import pytest
from sqlalchemy import text

from app.imports import lifecycle
from app.imports.options import Options
from app.kernel import uow
from app.kernel.effects import Effect, OneByOne, Patience
from app.kernel.files import FolderStore
from app.workflows import run_import, work_imports
from app.workflows.check_import import ask_for_check
from app.workflows.run_import import begin_run
from app.workflows.start_import import Upload, file_key, keep_upload, start_import
from app.workflows.undo_import import ask_for_undo
from tests.factories.dirty_orders import HISTORY_UNTIL, dirty_orders
from tests.factories.house import make_house
from tests.factories.imports import ACTOR
from tests.factories.work import work_off

ALL = Options(history_until=HISTORY_UNTIL, create_missing=("products", "customers"))
EFFECTS = (work_imports.CHECK, work_imports.RUN, work_imports.UNDO)
pytestmark = pytest.mark.usefixtures("database_engine")


@pytest.fixture(scope="module")
def dirty():
    return dirty_orders(orders=40)


@pytest.fixture
def store(tmp_path, wire, monkeypatch):
    store = FolderStore(tmp_path)
    more = {"queue": "intake", "failed": work_imports.put_back, "patience": Patience(tries=1), "batch": 1}
    wire(
        Effect(name=work_imports.CHECK, outside=OneByOne(work_imports.FileChecker(store).check), **more),
        Effect(name=work_imports.RUN, outside=OneByOne(work_imports.run), **more),
        Effect(name=work_imports.UNDO, in_database=work_imports.undo, **more),
    )
    monkeypatch.setitem(run_import.GROUPS_AT_ONCE, "orders", 10)
    return store


@pytest.fixture
def uploaded(store, dirty):
    kept = keep_upload(Upload(kind="orders", name="o.csv", stream=io.BytesIO(dirty.content)), store=store)
    with uow.unit_of_work() as session:
        make_house(session)
        row = start_import(session, kept, actor=ACTOR)
        ask_for_check(session, row.id, columns=dict(row.mapping), options=ALL)
        work_imports.plan(session, work_imports.CHECK, row.id, file_key=file_key(session, row))
    return row.id


def found(import_id):
    with uow.unit_of_work() as session:
        return lifecycle.get(session, import_id)


def begin(import_id):
    with uow.unit_of_work() as session:
        begin_run(session, import_id)
        work_imports.plan(session, work_imports.RUN, import_id)


def test_a_file_is_read_and_counted(uploaded, dirty):
    work_off(*EFFECTS)

    row = found(uploaded)
    assert (row.state, row.tally["check"]["new"]) == ("checked", dirty.facts.orders)


def test_all_batches_are_taken_in_one_after_the_other(uploaded, dirty):
    work_off(*EFFECTS)
    begin(uploaded)

    work_off(*EFFECTS)

    row = found(uploaded)
    assert (row.state, row.tally["run"]["net"]) == ("done", {"USD": dirty.facts.net})
    with uow.unit_of_work() as session:
        assert session.execute(text("SELECT count(*) FROM orders")).scalar_one() == dirty.facts.orders
        assert session.execute(text("SELECT count(*) FROM deliveries")).scalar_one() == 0


def test_when_its_turn_is_over_the_rest_is_left_to_the_next_delivery(uploaded, dirty, monkeypatch):
    work_off(*EFFECTS)
    begin(uploaded)
    monkeypatch.setattr(work_imports, "LONGEST_TURN_SECONDS", 0.000_001)

    work_off(work_imports.RUN)

    assert (found(uploaded).state, found(uploaded).tally["run"]["orders"]) == ("done", dirty.facts.orders)
    with uow.unit_of_work() as session:
        logged = session.execute(text("SELECT count(*) FROM delivery_log WHERE handler = 'imports.run'"))
        assert logged.scalar_one() > 1


def test_a_pause_is_heard_between_two_batches(uploaded, monkeypatch):
    work_off(*EFFECTS)
    begin(uploaded)
    advance = work_imports.advance_import

    def advance_and_pause(session, import_id, **more):
        answer = advance(session, import_id, **more)
        lifecycle.move(session, lifecycle.lock(session, import_id), "stop")
        return answer

    monkeypatch.setattr(work_imports, "advance_import", advance_and_pause)
    work_off(work_imports.RUN)

    assert (found(uploaded).state, found(uploaded).groups_done) == ("stopped", 10)


def test_an_undo_takes_everything_back(uploaded, dirty):
    work_off(*EFFECTS)
    begin(uploaded)
    work_off(*EFFECTS)
    with uow.unit_of_work() as session:
        ask_for_undo(session, uploaded)
        work_imports.plan(session, work_imports.UNDO, uploaded)

    work_off(*EFFECTS)

    assert found(uploaded).state == "undone"


def test_when_a_worker_gives_up_the_import_says_so_and_can_go_on(uploaded, dirty, monkeypatch):
    work_off(*EFFECTS)
    begin(uploaded)
    with monkeypatch.context() as patch:
        patch.setattr(work_imports, "advance_import", lambda *_, **__: 1 / 0)
        work_off(work_imports.RUN)

    row = found(uploaded)
    assert (row.state, row.error) == ("stopped", "broke off (ZeroDivisionError): begin again, nothing is taken twice")
    begin(uploaded)
    work_off(*EFFECTS)
    assert (found(uploaded).state, found(uploaded).error) == ("done", "")


def test_a_file_that_is_gone_from_the_store_leaves_a_reason(uploaded, store):
    with uow.unit_of_work() as session:
        store.delete(file_key(session, lifecycle.get(session, uploaded)))

    work_off(*EFFECTS)

    assert found(uploaded).state == "failed"
    assert "broke off" in found(uploaded).error
