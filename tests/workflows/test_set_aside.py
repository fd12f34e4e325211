"""Lots that are frozen or due, and units that are set aside: facts, with a case for each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.cases import Decision
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Invalid
from app.workflows import verify_lots, verify_orders, verify_stock
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.pick_work import Pick, put_back
from app.workflows.quarantine import SetAside, decide, open_missing_cases, set_units_aside
from app.workflows.recall_lots import freeze_lots, unfreeze_lots
from app.workflows.set_aside import set_aside, set_aside_what_is_due
from app.workflows.ship_orders import ship_orders
from tests.factories.floor import dispatch, level, line, movements, pack_all, pick_all, placed, released, scan
from tests.factories.house import House, make_house
from tests.factories.shelves import lay, lying, make_bins, make_lot


@pytest.fixture
def house(session: Session) -> House:
    made = make_house(session)
    session.execute(text("UPDATE skus SET tracking = 'lot', removal = 'fefo', cost_minor = 250, removal_days = 10"))
    return made


@pytest.fixture
def bins(session: Session, house: House) -> dict[str, int]:
    return {
        **make_bins(session, house, "CMH1", "A-1", "A-2"),
        **make_bins(session, house, "CMH1", "Q-1", kind="quarantine"),
    }


@pytest.fixture
def lot(session: Session, house: House) -> int:
    return make_lot(session, house, "TEA-1", "L-1")


def agrees(session: Session) -> list[str]:
    checks = (*verify_stock.CHECKS, *verify_lots.CHECKS, *verify_orders.CHECKS)
    return [said for check in checks for said in check.find(session)]


def open_cases(session: Session) -> list[Any]:
    return list(session.execute(text("SELECT * FROM quarantine_cases WHERE closed_at IS NULL ORDER BY id")))


def aside(house: House, quantity: int, **more: Any) -> SetAside:
    values = {"site_id": house.sites["CMH1"], "code": "TEA-1", "condition": "damaged", "reason": "Torn box"}
    return SetAside(**{**values, "quantity": quantity, **more})


def test_freezing_a_lot_displaces_what_was_promised_of_it(
    session: Session, house: House, bins: dict[str, int], lot: int
) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"], lot_id=lot)
    order_id = placed(session, ("TEA-1", 4))
    lay(session, house, "TEA-1", "RNO1", 9)

    units = freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM)

    assert units == 6
    assert lying(session, "TEA-1", "CMH1") == {("A-1", "L-1", "quarantine"): 6}
    assert line(session, order_id).allocated == 4
    assert level(session, "TEA-1", "RNO1").allocated == 4
    [case] = open_cases(session)
    assert (case.quantity_left, case.condition, case.reason) == (6, "quarantine", "Lot L-1 is frozen: Salmonella")
    assert agrees(session) == []


def test_picked_units_of_a_frozen_lot_may_not_leave_and_are_set_aside_once_they_are_back(
    session: Session, house: House, bins: dict[str, int], lot: int
) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"], lot_id=lot)
    one = pick_all(session, released(session, ("TEA-1", 2)))
    freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM)
    kept = lying(session, "TEA-1", "CMH1")

    back = Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=2, client_scan_id=scan())
    put_back(session, [back], actor=SYSTEM)
    set_aside(session, actor=SYSTEM, lot_ids=[lot])

    assert kept == {("", "L-1", "good"): 2, ("A-1", "L-1", "quarantine"): 4}
    assert lying(session, "TEA-1", "CMH1") == {("A-1", "L-1", "quarantine"): 6}
    assert line(session, one.order_id).backordered == 2
    assert agrees(session) == []


def test_units_of_a_frozen_lot_that_come_back_are_told_of(
    session: Session, house: House, bins: dict[str, int], lot: int
) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"], lot_id=lot)
    one = pick_all(session, released(session, ("TEA-1", 2)))
    freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM)

    back = Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=1, client_scan_id=scan())
    put_back(session, [back], actor=SYSTEM)

    told = session.execute(text("SELECT payload FROM events WHERE type = 'FrozenUnitsReturned'")).scalars().all()
    assert [each["lot_id"] for each in told] == [lot]


def test_a_parcel_with_a_frozen_lot_is_stopped_at_the_door(
    session: Session, house: House, bins: dict[str, int], lot: int
) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"], lot_id=lot)
    parcel_id = pack_all(session, pick_all(session, released(session, ("TEA-1", 2))))
    freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM)

    with pytest.raises(DomainError, match="lot L-1 is frozen and may not leave"):
        ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)


def test_a_lot_expires_by_the_day_of_its_site(session: Session, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 03:30 UTC of the 10th it is still the 9th in Columbus and in Reno, and the 10th in London."""
    session.execute(text("UPDATE sites SET time_zone = 'Europe/London' WHERE code = 'RNO1'"))
    due = make_lot(session, house, "TEA-1", "DUE", expires_on=date(2027, 1, 20), remove_on=date(2027, 1, 10))
    for site in ("CMH1", "RNO1"):
        lay(session, house, "TEA-1", site, 5, lot_id=due)
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 10, 3, 30, tzinfo=UTC))

    set_aside_what_is_due(session, [])

    assert lying(session, "TEA-1", "CMH1") == {("", "DUE", "good"): 5}
    assert lying(session, "TEA-1", "RNO1") == {("", "DUE", "expired"): 5}


def test_what_expires_is_moved_once_and_promises_give_way(session: Session, house: House) -> None:
    day = clock.now().date() - timedelta(days=1)
    due = make_lot(session, house, "TEA-1", "DUE", expires_on=day, remove_on=day)
    lay(session, house, "TEA-1", "CMH1", 5, lot_id=due)
    order_id = placed(session, ("TEA-1", 3))

    for _ in range(2):
        set_aside_what_is_due(session, [])

    assert [row.on_hand for row in movements(session, "expiry")] == [5, -5]
    assert line(session, order_id).backordered == 3
    assert len(open_cases(session)) == 1
    assert agrees(session) == []


def test_units_are_set_aside_from_the_shelf_into_the_bin_that_was_scanned(
    session: Session, house: House, bins: dict[str, int], lot: int
) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"], lot_id=lot)

    set_units_aside(session, [aside(house, 2, to_bin="q-1", condition="quarantine")], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "L-1", "good"): 4, ("Q-1", "L-1", "quarantine"): 2}
    [case] = open_cases(session)
    assert (case.bin_id, case.lot_id, case.quantity) == (bins["Q-1"], lot, 2)
    assert agrees(session) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quantity": 9}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"code": "NOPE"}, "code"),
        ({"reason": "  "}, "reason"),
        ({"condition": "good"}, "condition"),
        ({"to_bin": "Z-9"}, "to_bin"),
        ({"bin": "A-2"}, "quantity"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    session: Session, house: House, bins: dict[str, int], more: dict[str, Any], field: str
) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"])

    with pytest.raises(Invalid) as refused:
        set_units_aside(session, [aside(house, **{"quantity": 1, **more})], actor=SYSTEM)

    assert refused.value.failures[0][0] == field


def test_a_case_is_decided_in_parts_and_scrap_books_its_value(
    session: Session, house: House, bins: dict[str, int]
) -> None:
    lay(session, house, "TEA-1", "CMH1", 9, bin_id=bins["A-1"])
    [case_id] = set_units_aside(session, [aside(house, 6)], actor=SYSTEM)

    decide(session, [Decision(case_id=case_id, act="release", quantity=1)], actor=SYSTEM)
    decide(session, [Decision(case_id=case_id, act="scrap", quantity=2)], actor=SYSTEM)
    decide(session, [Decision(case_id=case_id, act="vendor", quantity=3)], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "", "good"): 4}
    assert level(session, "TEA-1", "CMH1").on_hand == 4
    acts = session.execute(text("SELECT act, quantity, loss_minor FROM quarantine_acts ORDER BY id")).all()
    assert [tuple(act) for act in acts] == [("release", 1, None), ("scrap", 2, 500), ("vendor", 3, None)]
    assert open_cases(session) == []
    assert agrees(session) == []


def test_more_than_is_left_cannot_be_decided(session: Session, house: House) -> None:
    lay(session, house, "TEA-1", "CMH1", 9)
    [case_id] = set_units_aside(session, [aside(house, 2)], actor=SYSTEM)

    with pytest.raises(DomainError, match="fewer units are left"):
        decide(session, [Decision(case_id=case_id, act="scrap", quantity=3)], actor=SYSTEM)


def test_units_of_a_frozen_lot_are_not_released(session: Session, house: House, lot: int) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, lot_id=lot)
    freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM)
    [case] = open_cases(session)

    with pytest.raises(Invalid, match="lot L-1 is frozen"):
        decide(session, [Decision(case_id=case.id, act="release", quantity=1)], actor=SYSTEM)
    unfreeze_lots(session, [lot], actor=SYSTEM)
    decide(session, [Decision(case_id=case.id, act="release", quantity=6)], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {("", "L-1", "good"): 6}


def test_what_is_gone_by_another_fact_is_gone_from_its_case(session: Session, house: House) -> None:
    lay(session, house, "TEA-1", "CMH1", 9)
    set_units_aside(session, [aside(house, 2), aside(house, 4)], actor=SYSTEM)
    repaired = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], reason="repair", unavailable=-5)

    adjust_stock(session, [repaired], actor=SYSTEM)

    assert [case.quantity_left for case in open_cases(session)] == [1]
    assert agrees(session) == []


def test_what_lies_unsold_without_a_case_gets_one(session: Session, house: House, lot: int) -> None:
    lay(session, house, "TEA-1", "CMH1", 9, lot_id=lot, condition="quality_hold")
    lay(session, house, "TEA-2", "CMH1", 3)
    set_units_aside(session, [aside(house, 1, code="TEA-2")], actor=SYSTEM)

    opened = [open_missing_cases(session, actor=SYSTEM), open_missing_cases(session, actor=SYSTEM)]

    assert opened == [1, 0]
    assert agrees(session) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE quarantine_cases SET quantity_left = 6, quantity = 6", "cases speak of 6 units"),
        ("UPDATE quarantine_cases SET quantity = 9", "were decided about"),
        ("UPDATE lots SET frozen_at = now()", "is frozen, but 4 good units"),
        ("UPDATE lots SET sku_id = (SELECT id FROM skus WHERE code = 'TEA-2')", "which is of TEA-2"),
    ],
)
def test_verify_names_what_does_not_fit(session: Session, house: House, lot: int, damage: str, said: str) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, lot_id=lot)
    set_units_aside(session, [aside(house, 2)], actor=SYSTEM)

    session.execute(text(damage))

    assert any(said in one for one in agrees(session))
