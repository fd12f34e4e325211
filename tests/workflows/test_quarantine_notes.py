"""What comes of a frozen lot is set aside as it comes; what is written about a decision can be erased."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.inventory.cases import Decision
from app.kernel.actor import SYSTEM
from app.queries import quarantine_board
from app.workflows import verify_lots, verify_stock
from app.workflows.quarantine import SetAside, decide, set_units_aside
from app.workflows.recall_lots import freeze_lots
from tests.factories.house import House, make_house
from tests.factories.shelves import lay, lying, make_bins, make_lot


@pytest.fixture
def house(session: Session) -> House:
    made = make_house(session)
    session.execute(text("UPDATE skus SET tracking = 'lot', cost_minor = 250"))
    return made


@pytest.fixture
def case_id(session: Session, house: House) -> int:
    lay(session, house, "TEA-1", "CMH1", 9)
    torn = SetAside(site_id=house.sites["CMH1"], code="TEA-1", quantity=6, condition="damaged", reason="Torn box")
    return set_units_aside(session, [torn], actor=SYSTEM)[0]


def test_what_comes_of_a_frozen_lot_is_never_for_sale_however_it_comes(session: Session, house: House) -> None:
    bins = make_bins(session, house, "CMH1", "A-1")
    lot = make_lot(session, house, "TEA-1", "L-1")
    freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM)

    lay(session, house, "TEA-1", "CMH1", 6, lot_id=lot, bin_id=bins["A-1"])

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "L-1", "quarantine"): 6}
    cases = session.execute(text("SELECT quantity, reason FROM quarantine_cases")).all()
    assert [tuple(case) for case in cases] == [(6, "Lot L-1 is frozen: Salmonella")]
    assert [said for check in (*verify_stock.CHECKS, *verify_lots.CHECKS) for said in check.find(session)] == []


def test_what_somebody_writes_about_a_decision_can_be_erased_and_the_decision_cannot(
    session: Session, case_id: int
) -> None:
    decide(session, [Decision(case_id=case_id, act="scrap", quantity=2, note="Zebulon broke it")], actor=SYSTEM)
    decide(session, [Decision(case_id=case_id, act="release", quantity=1)], actor=SYSTEM)
    assert [act.note for act in quarantine_board.acts(session, case_id)] == ["", "Zebulon broke it"]

    session.execute(text("DELETE FROM quarantine_notes"))

    assert [(act.act, act.note) for act in quarantine_board.acts(session, case_id)] == [("release", ""), ("scrap", "")]
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text("UPDATE quarantine_acts SET quantity = 9"))


def test_what_the_version_before_writes_into_the_decision_is_put_where_it_can_be_erased(
    session: Session, case_id: int
) -> None:
    old = "INSERT INTO quarantine_acts (case_id, act, quantity, note, actor) VALUES (:id, 'scrap', 1, 'Smashed', 'x')"

    session.execute(text(old), {"id": case_id})

    assert session.execute(text("SELECT note FROM quarantine_acts")).scalar_one() == ""
    assert [act.note for act in quarantine_board.acts(session, case_id)] == ["Smashed"]
