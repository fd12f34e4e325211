"""What is due goes by the calendar of the site where it lies."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from app.inventory.cases import Decision
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid
from app.workflows.quarantine import decide
from app.workflows.set_aside import set_aside
from app.workflows.transfer_places import MayNotLeave
from tests.factories.house import make_house
from tests.factories.shelves import lay, lying, make_lot
from tests.factories.transfers import sent


@pytest.fixture
def house(session):
    """One lot, to be removed on the 10th."""
    made = make_house(session, {})
    lot = make_lot(session, made, "TEA-1", "DUE", expires_on=date(2027, 1, 20), remove_on=date(2027, 1, 10))
    lay(session, made, "TEA-1", "CMH1", 5, lot_id=lot)
    return made


def it_is(monkeypatch, day, hour):
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, day, hour, 30, tzinfo=UTC))


def test_a_lot_leaves_by_transfer_until_its_day_comes_at_the_site(session, house, monkeypatch):
    it_is(monkeypatch, 10, 3)
    sent(session, ("TEA-1", 2))

    it_is(monkeypatch, 10, 6)
    with pytest.raises(MayNotLeave, match="lot DUE was to be removed on 2027-01-10"):
        sent(session, ("TEA-1", 2))


def test_a_lot_is_released_until_its_day_comes_at_the_site(session, house, monkeypatch):
    it_is(monkeypatch, 10, 6)
    set_aside(session, actor=SYSTEM)
    release = Decision(
        case_id=session.execute(text("SELECT id FROM quarantine_cases")).scalar_one(), act="release", quantity=2
    )

    with pytest.raises(Invalid, match="lot DUE was to be removed on 2027-01-10"):
        decide(session, [release], actor=SYSTEM)
    it_is(monkeypatch, 10, 3)
    decide(session, [release], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {("", "DUE", "expired"): 3, ("", "DUE", "good"): 2}
