"""Numbered units between sites: each is named when it leaves, and known until it is there, lost or back."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Invalid
from app.workflows import verify_lots, verify_numbers, verify_stock, verify_transfers
from app.workflows.draft_transfers import Goods, ask_for
from app.workflows.receive_transfers import cancel_transfers
from app.workflows.send_transfers import send_transfers
from app.workflows.spread_transfers import NotOnTransfer
from app.workflows.transfer_places import MayNotLeave
from tests.factories.house import House, make_house
from tests.factories.numbers import history, keep_by_number, register, states
from tests.factories.shelves import lay, lying, make_bins, make_lot
from tests.factories.transfers import (
    arrive,
    arrive_by_number,
    drafted,
    line_of,
    lose,
    number_of,
    sent_by_number,
    transfer,
)

CHECKS = (*verify_lots.CHECKS, *verify_stock.CHECKS, *verify_transfers.CHECKS, *verify_numbers.CHECKS)


@pytest.fixture
def house(session: Session) -> House:
    """Four numbered units in CMH1, two in each bin, and one without a number."""
    made = make_house(session, {})
    keep_by_number(session)
    bins = make_bins(session, made, "CMH1", "A-1", "A-2")
    lay(session, made, "TEA-1", "CMH1", 3, bin_id=bins["A-1"])
    lay(session, made, "TEA-1", "CMH1", 2, bin_id=bins["A-2"])
    register(session, made, "N-1", "N-2", bin_id=bins["A-1"])
    register(session, made, "N-3", "N-4", bin_id=bins["A-2"])
    return made


def name(session: Session, transfer_id: int, *numbers: str, back: bool = False, **how: Any) -> None:
    goods = Goods(sku="TEA-1", quantity=-len(numbers) if back else len(numbers), serials=numbers, **how)
    ask_for(session, {transfer_id: [goods]}, actor=SYSTEM)


def disagreements(session: Session) -> list[str]:
    return [said for check in CHECKS for said in check.find(session)]


def test_the_named_units_leave_and_no_others(session: Session, house: House) -> None:
    sent_by_number(session, "N-4", "N-1")

    assert states(session) == {
        "N-1": ("in_transit", ""),
        "N-2": ("in_stock", "CMH1"),
        "N-3": ("in_stock", "CMH1"),
        "N-4": ("in_transit", ""),
    }
    assert lying(session, "TEA-1", "CMH1") == {("A-1", "", "good"): 2, ("A-2", "", "good"): 1}
    assert disagreements(session) == []


def test_numbers_arrive_one_by_one_and_the_rest_stays_on_the_way(session: Session, house: House) -> None:
    away = sent_by_number(session, "N-1", "N-2", "N-3")

    arrive_by_number(session, away, "N-2")

    assert states(session)["N-2"] == ("in_stock", "RNO1")
    assert states(session)["N-1"] == states(session)["N-3"] == ("in_transit", "")
    assert (transfer(session, away).state, line_of(session, away).in_transit) == ("partly_arrived", 2)
    assert history(session, "N-2") == ["received", "transfer_out", "transfer_in"]
    assert disagreements(session) == []


def test_the_numbers_that_are_lost_are_those_that_were_named(session: Session, house: House) -> None:
    away = sent_by_number(session, "N-1", "N-2")
    arrive_by_number(session, away, "N-2")

    lose(session, away, "TEA-1", 1, serials=("N-1",))

    assert states(session)["N-1"] == ("lost", "")
    assert history(session, "N-1")[-1] == "transfer_lost"
    assert transfer(session, away).state == "closed_with_loss"
    assert disagreements(session) == []


def test_a_lost_number_that_turns_up_is_found(session: Session, house: House) -> None:
    away = sent_by_number(session, "N-1", "N-2")
    lose(session, away, "TEA-1", 1, serials=("N-1",))

    with pytest.raises(NotOnTransfer, match="N-1 was not on its way .* but lost by our books; if .* book it as found"):
        arrive_by_number(session, away, "N-1")
    arrive_by_number(session, away, "N-1", is_surplus=True)

    assert states(session)["N-1"] == ("in_stock", "RNO1")
    assert disagreements(session) == []


def test_cancelled_on_the_way_the_numbers_are_back(session: Session, house: House) -> None:
    away = sent_by_number(session, "N-1", "N-2")
    arrive_by_number(session, away, "N-2")

    cancel_transfers(session, [away], actor=SYSTEM)

    assert (states(session)["N-1"], states(session)["N-2"]) == (("in_stock", "CMH1"), ("in_stock", "RNO1"))
    assert history(session, "N-1") == ["received", "transfer_out", "transfer_back"]
    assert disagreements(session) == []


@pytest.mark.parametrize(
    ("number", "field", "why"),
    [
        ("N-3", "serials", "N-3 was not sent: it lies where this came from, bin A-2"),
        ("N-9", "found", "N-9 was not sent on T-.* not in the books; if it is really here, book it as found"),
        ("N-2", "serials", "N-2 is here already by our books: scan another unit"),
        ("N-4", "serials", "N-4 is on its way with T-.*, so receive it there"),
    ],
)
def test_a_number_that_was_not_sent_is_refused_with_the_way_out(
    session: Session, house: House, number: str, field: str, why: str
) -> None:
    away = sent_by_number(session, "N-1", "N-2")
    sent_by_number(session, "N-4", to="DFW1")
    arrive_by_number(session, away, "N-2")

    with pytest.raises(NotOnTransfer, match=why) as refusal:
        arrive_by_number(session, away, number)

    assert refusal.value.field == field


def test_a_number_that_lies_elsewhere_cannot_be_found_here(session: Session, house: House) -> None:
    away = sent_by_number(session, "N-1")

    with pytest.raises(NotOnTransfer, match="N-3 was not sent"):
        arrive_by_number(session, away, "N-3", is_surplus=True)


def test_a_unit_nobody_sent_gets_its_number_when_it_is_found(session: Session, house: House) -> None:
    away = sent_by_number(session, "N-1")

    arrive_by_number(session, away, "N-1", "N-9", is_surplus=True)

    assert states(session)["N-9"] == ("in_stock", "RNO1")
    assert (line_of(session, away).arrived, line_of(session, away).found) == (1, 1)
    assert disagreements(session) == []


def test_what_is_known_by_number_arrives_and_is_lost_by_number_only(session: Session, house: House) -> None:
    away = sent_by_number(session, "N-1")

    with pytest.raises(NotOnTransfer, match="scan the number on each unit"):
        arrive(session, away, "TEA-1", 1)
    with pytest.raises(NotOnTransfer, match="scan the number on each unit"):
        lose(session, away, "TEA-1", 1)


def test_a_scan_names_a_unit_that_was_asked_for_without_one(session: Session, house: House) -> None:
    draft = drafted(session, ("TEA-1", 2))
    with pytest.raises(MayNotLeave, match="2 of 2 units have no number yet"):
        send_transfers(session, [draft], actor=SYSTEM)

    name(session, draft, "N-1", scan="s-1")
    name(session, draft, "N-2", "N-3")

    assert line_of(session, draft).asked == 3
    with pytest.raises(DomainError, match="name those that stay"):
        ask_for(session, {draft: [Goods(sku="TEA-1", quantity=-1)]}, actor=SYSTEM)
    name(session, draft, "N-2", back=True)
    send_transfers(session, [draft], actor=SYSTEM)
    assert {code for code, (state, _) in states(session).items() if state == "in_transit"} == {"N-1", "N-3"}
    assert disagreements(session) == []


@pytest.mark.parametrize(
    ("numbers", "quantity", "why"),
    [
        (("N-1",), 1, "N-1 is on this transfer already"),
        (("N-2", "N-2"), 2, "N-2 is named twice"),
        (("N-2",), 2, "1 numbers for 2 units"),
        (("N-8",), 1, "N-8 is not in the books"),
        (("N-7",), 1, "N-7 lies at another site"),
        (("N-2",), -1, "N-2 is not on this transfer"),
        (("",), 1, "1 to 60 printable"),
    ],
)
def test_only_numbers_that_lie_there_are_named_each_once(
    session: Session, house: House, numbers: tuple[str, ...], quantity: int, why: str
) -> None:
    lay(session, house, "TEA-1", "RNO1", 1)
    register(session, house, "N-7", site="RNO1")
    draft = drafted(session)
    name(session, draft, "N-1")

    with pytest.raises(DomainError, match=why) as refusal:
        ask_for(session, {draft: [Goods(sku="TEA-1", quantity=quantity, serials=numbers)]}, actor=SYSTEM)

    error = refusal.value
    assert (error.failures[0][0] if isinstance(error, Invalid) else error.field) == "serials"


def test_goods_without_numbers_take_none(session: Session, house: House) -> None:
    with pytest.raises(Invalid, match="TEA-2 is not kept by serial number"):
        ask_for(session, {drafted(session): [Goods(sku="TEA-2", quantity=1, serials=("X",))]}, actor=SYSTEM)


def test_a_number_on_two_drafts_leaves_with_the_first(session: Session, house: House) -> None:
    drafts = [drafted(session) for _ in range(2)]
    for draft in drafts:
        name(session, draft, "N-1")
    send_transfers(session, drafts[:1], actor=SYSTEM)

    with pytest.raises(MayNotLeave, match="N-1 is in transit by our books"):
        send_transfers(session, drafts[1:], actor=SYSTEM)


def test_a_number_on_its_way_is_not_given_to_another_unit(session: Session, house: House) -> None:
    sent_by_number(session, "N-1")
    lay(session, house, "TEA-1", "DFW1", 1)

    with pytest.raises(Invalid, match="N-1 is on its way between two sites: receive it on its transfer"):
        register(session, house, "N-1", site="DFW1")


def test_a_number_of_a_frozen_lot_is_set_aside_where_it_arrives(session: Session, house: House) -> None:
    lot = make_lot(session, house, "TEA-1", "L1")
    lay(session, house, "TEA-1", "CMH1", 1, lot_id=lot)
    register(session, house, "N-5", lot_id=lot)
    away = sent_by_number(session, "N-5", "N-1")
    session.execute(text("UPDATE lots SET frozen_at = now() WHERE id = :id"), {"id": lot})

    arrive_by_number(session, away, "N-5", "N-1")

    assert lying(session, "TEA-1", "RNO1") == {("", "", "good"): 1, ("", "L1", "quarantine"): 1}
    assert disagreements(session) == []


def test_numbers_of_goods_that_are_no_longer_kept_by_number_go_along_all_the_same(
    session: Session, house: House
) -> None:
    session.execute(text("UPDATE skus SET tracking = 'none' WHERE code = 'TEA-1'"))
    away = drafted(session, ("TEA-1", 5))
    send_transfers(session, [away], actor=SYSTEM)

    arrive(session, away, "TEA-1", 3)

    assert sum(site == "RNO1" for _, site in states(session).values()) == 2
    assert disagreements(session) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE serials SET state = 'lost' WHERE code = 'N-1'", "number N-1 of TEA-1 is lost; the transfers"),
        ("UPDATE serials SET state = 'in_transit', site_id = NULL WHERE code = 'N-4'", "its way: none"),
        ("UPDATE serials SET state = 'lost' WHERE code = 'N-1'", "3 units are on their way, but 2 numbers"),
        (
            "INSERT INTO transfer_entries"
            " (transfer_id, transfer_line_id, kind, quantity, serial_id, actor, occurred_at)"
            " SELECT l.transfer_id, l.id, 'arrived', 1, s.id, 'x', now() FROM transfer_lines l, serials s"
            " WHERE s.code = 'N-1'",
            "says 1 times “arrived”, the history 0",
        ),
        (
            "INSERT INTO serial_moves (serial_id, what, state, condition, reference_type, reference_id, actor)"
            " SELECT s.id, 'transfer_in', 'in_transit', 'good', 'transfer_line', l.id, 'x' FROM transfer_lines l,"
            " serials s WHERE s.code = 'N-1'",
            "says 0 times “arrived”, the history 1",
        ),
        (
            "UPDATE transfer_lines SET sku_id = (SELECT id FROM skus WHERE code = 'TEA-2')",
            "number N-1 of TEA-1 stands on a line of TEA-2",
        ),
    ],
)
def test_verify_names_a_number_whose_way_is_not_what_its_transfer_says(
    session: Session, house: House, damage: str, said: str
) -> None:
    away = sent_by_number(session, "N-1", "N-2", "N-3")
    assert disagreements(session) == []

    session.execute(text(damage))

    assert any(said in one for one in disagreements(session)), (number_of(session, away), disagreements(session))
