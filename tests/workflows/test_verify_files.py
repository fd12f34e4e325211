"""Imports and exports that say something else than the books are named; honest ones are not."""

import pytest
from sqlalchemy import text

from app.exports import lifecycle
from app.exports.asked import asked
from app.workflows.undo_import import ask_for_undo, undo_import
from app.workflows.verify_files import FILES, HALF, RECEIVED, UNDONE
from tests.factories.house import make_house
from tests.factories.imports import ACTOR, taken_in

CHECKS = (RECEIVED, UNDONE, HALF, FILES)
STOCK = b"SKU,Site,Quantity\nTEA-1,CMH1,12\nTEA-2,RNO1,7\n"


@pytest.fixture
def imported(session, tmp_path):
    make_house(session)
    return taken_in(session, tmp_path, STOCK, kind="stock")


def findings(session):
    return [sentence for check in CHECKS for sentence in check.find(session)]


def damage(session, statement, row):
    session.execute(text(statement), {"id": row.id})
    session.expire_all()


def test_nothing_is_said_of_honest_ones(session, imported, tmp_path):
    ask_for_undo(session, imported.id)
    undo_import(session, imported.id, actor=ACTOR)
    taken_in(session, tmp_path, STOCK + b"TEA-3,CMH1,1\n", kind="stock")
    taken_in(session, tmp_path, b"SKU,Site,Counted\nTEA-3,CMH1,4\n", kind="counts")
    lifecycle.begin(session, asked("stock", "csv", {}), rows=1, actor=ACTOR)

    assert findings(session) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE imports SET tally = jsonb_set(tally, '{run,units}', '20') WHERE id = :id",
            "says that it received 20 units; its movements sum to 19",
        ),
        ("UPDATE imports SET state = 'undone' WHERE id = :id", "of TEA-1 at CMH1 it still changes 12 units"),
        ("UPDATE imports SET groups_done = 1 WHERE id = :id", "says that it is done; 1 of 2 of its parts are"),
        (
            "INSERT INTO exports (kind, format, state, created_by) SELECT 'stock', 'csv', 'done', 'system' FROM imports"
            " WHERE id = :id",
            "of stock is done and has no file",
        ),
    ],
    ids=["units", "undone", "half", "file"],
)
def test_what_does_not_fit_is_named(session, imported, statement, sentence):
    damage(session, statement, imported)

    assert sentence in findings(session)[0]
