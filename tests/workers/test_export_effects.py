"""Exports as background work: made with progress, begun anew after a kill, put back when a worker gives up."""

import io

import pytest
from sqlalchemy import text

from app.exports import lifecycle
from app.exports.asked import asked
from app.imports.tables import open_table
from app.kernel import uow
from app.kernel.effects import Effect, OneByOne, Patience
from app.kernel.files import FolderStore
from app.workflows import make_export
from app.workflows.make_export import EFFECT, Exporter, ask_again, file_of, put_back, start_export
from tests.factories.house import make_house
from tests.factories.imports import ACTOR
from tests.factories.work import work_off

pytestmark = pytest.mark.usefixtures("database_engine")


@pytest.fixture
def store(tmp_path, wire):
    store = FolderStore(tmp_path)
    make = OneByOne(Exporter(store).make)
    wire(Effect(name=EFFECT, queue="analytics", outside=make, failed=put_back, patience=Patience(tries=1), batch=1))
    with uow.unit_of_work() as session:
        make_house(session, {("TEA-1", "CMH1"): 5, ("TEA-2", "RNO1"): 7})
    return store


def begun(kind="stock", format="xlsx"):
    with uow.unit_of_work() as session:
        return start_export(session, asked(kind, format, {}), actor=ACTOR).id


def found(export_id):
    with uow.unit_of_work() as session:
        return lifecycle.get(session, export_id)


def content_of(store, export_id) -> bytes:
    with uow.unit_of_work() as session:
        key, _ = file_of(session, export_id)
    with store.open(key) as stream:
        return stream.read()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_file_is_made_and_can_be_fetched(store, format):
    export_id = begun(format=format)

    work_off(EFFECT)

    row = found(export_id)
    assert (row.state, row.rows_done, row.rows_total) == ("done", 2, 2)
    with open_table(io.BytesIO(content_of(store, export_id))) as table:
        assert [cells.cells[0] for cells in table.rows()] == ["TEA-1", "TEA-2"]


def test_progress_is_told_while_the_rows_are_read(store, monkeypatch):
    monkeypatch.setattr(make_export, "TOLD_EVERY_SECONDS", 0)
    told = []
    tell = make_export._tell

    def tell_and_look(session, *, export_id, rows):
        tell(session, export_id=export_id, rows=rows)
        told.append((session.execute(text("SELECT state FROM exports")).scalar_one(), rows))

    monkeypatch.setattr(make_export, "_tell", tell_and_look)
    begun()

    work_off(EFFECT)

    assert told == [("running", 1), ("running", 2)]


def test_one_that_was_killed_in_the_middle_is_begun_anew(store):
    export_id = begun()
    with uow.unit_of_work() as session:
        lifecycle.move(session, export_id, "run", rows_done=1)

    work_off(EFFECT)

    assert (found(export_id).state, found(export_id).rows_done) == ("done", 2)


def test_a_worker_that_gives_up_says_why_and_it_can_be_asked_for_again(store, monkeypatch):
    export_id = begun()
    with monkeypatch.context() as patch:
        patch.setattr(make_export, "write_table", lambda *_, **__: 1 / 0)
        work_off(EFFECT)
    failed = found(export_id)

    with uow.unit_of_work() as session:
        ask_again(session, export_id, actor=ACTOR)
    work_off(EFFECT)

    assert (failed.state, failed.error) == ("failed", "broke off (ZeroDivisionError): ask again")
    assert (found(export_id).state, found(export_id).error) == ("done", "")


def test_a_transaction_is_not_open_while_the_file_goes_to_a_store_that_may_be_far(store, monkeypatch):
    was_open = []
    put = FolderStore.put

    def watched(self, content, *, media_type):
        was_open.append(uow.is_open())
        return put(self, content, media_type=media_type)

    monkeypatch.setattr(FolderStore, "put", watched)
    begun()

    work_off(EFFECT)

    assert was_open == [False]
