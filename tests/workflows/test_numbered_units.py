"""Units with a number of their own: from the receipt to the customer and back, one history each."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import work
from app.fulfilment.work import Work
from app.inventory import serials
from app.inventory.cases import Decision
from app.inventory.errors import PlaceEmpty
from app.inventory.moves import Move, move
from app.inventory.serials import Numbered
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Invalid
from app.workflows import verify_lots, verify_stock
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.pick_work import Pick, pick, put_back
from app.workflows.quarantine import SetAside, decide, set_units_aside
from app.workflows.ship_orders import ship_orders
from tests.factories.floor import dispatch, pack_all, released, scan
from tests.factories.house import House, make_house
from tests.factories.shelves import lay, make_bins


@pytest.fixture
def house(session: Session) -> House:
    made = make_house(session)
    session.execute(text("UPDATE skus SET tracking = 'serial', cost_minor = 400 WHERE code = 'TEA-1'"))
    return made


@pytest.fixture
def bins(session: Session, house: House) -> dict[str, int]:
    return make_bins(session, house, "CMH1", "A-1", "A-2")


@pytest.fixture
def three(session: Session, house: House, bins: dict[str, int]) -> list[int]:
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=bins["A-1"])
    return register(session, house, "N-1", "N-2", "N-3", bin_id=bins["A-1"])


def register(session: Session, house: House, *numbers: str, site: str = "CMH1", **place: Any) -> list[int]:
    units = [
        Numbered(sku_id=house.skus["TEA-1"], site_id=house.sites[site], code=number, **place) for number in numbers
    ]
    return serials.register(session, units, actor=SYSTEM)


def hand(session: Session, one: Work, *numbers: str, back: bool = False, sku: str = "TEA-1") -> None:
    picks = [
        Pick(fulfilment_order_id=one.id, code=sku, quantity=1, serial=number, client_scan_id=scan())
        for number in numbers
    ]
    (put_back if back else pick)(session, picks, actor=SYSTEM)


def states(session: Session) -> dict[str, tuple[str, str]]:
    rows = session.execute(
        text("SELECT s.code, s.state, coalesce(b.code, '') FROM serials s LEFT JOIN bins b ON b.id = s.bin_id")
    )
    return {code: (state, bin_) for code, state, bin_ in rows}


def history(session: Session, number: str) -> list[str]:
    return list(
        session.execute(
            text(
                "SELECT m.what FROM serial_moves m JOIN serials s ON s.id = m.serial_id WHERE s.code = :n ORDER BY m.id"
            ),
            {"n": number},
        ).scalars()
    )


def agrees(session: Session) -> list[str]:
    return [said for check in (*verify_stock.CHECKS, *verify_lots.CHECKS) for said in check.find(session)]


def shipped(session: Session, *numbers: str) -> Work:
    one = released(session, ("TEA-1", len(numbers)))
    hand(session, one, *numbers)
    parcel_id = pack_all(session, work.load(session, [one.id])[one.id])
    ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)
    return one


def test_a_unit_goes_from_the_shelf_to_the_customer_by_its_number(session: Session, three: list[int]) -> None:
    one = shipped(session, "N-2")

    assert states(session) == {"N-1": ("in_stock", "A-1"), "N-2": ("shipped", ""), "N-3": ("in_stock", "A-1")}
    assert history(session, "N-2") == ["received", "pick", "ship"]
    line = session.execute(text("SELECT order_line_id FROM serials WHERE code = 'N-2'")).scalar_one()
    assert line == one.lines[0].order_line_id
    assert agrees(session) == []


def test_a_unit_that_is_put_back_lies_where_it_came_from(session: Session, three: list[int]) -> None:
    one = released(session, ("TEA-1", 2))
    hand(session, one, "N-3", "N-1")

    hand(session, one, "N-3", back=True)

    assert states(session) == {"N-1": ("picked", ""), "N-2": ("in_stock", "A-1"), "N-3": ("in_stock", "A-1")}
    assert agrees(session) == []


def test_where_there_is_no_shelf_numbers_are_picked_all_the_same(session: Session, house: House) -> None:
    lay(session, house, "TEA-1", "CMH1", 2)
    register(session, house, "N-1", "N-2")
    one = released(session, ("TEA-1", 1))

    hand(session, one, "N-2")
    during = states(session)
    hand(session, one, "N-2", back=True)

    assert during == {"N-1": ("in_stock", ""), "N-2": ("picked", "")}
    assert states(session)["N-2"] == ("in_stock", "")
    assert agrees(session) == []


def test_a_number_that_is_in_stock_cannot_come_in_again(
    session: Session, house: House, bins: dict[str, int], three: list[int]
) -> None:
    lay(session, house, "TEA-1", "CMH1", 1, bin_id=bins["A-1"])

    with pytest.raises(Invalid, match="N-2 is in stock already"):
        register(session, house, "N-2", bin_id=bins["A-1"])


def test_a_number_that_was_shipped_comes_back_and_leaves_its_order(
    session: Session, house: House, bins: dict[str, int], three: list[int]
) -> None:
    """inventree/InvenTree#6431: the old allocation stuck to the unit."""
    shipped(session, "N-2")
    lay(session, house, "TEA-1", "CMH1", 1, bin_id=bins["A-2"])

    register(session, house, "N-2", bin_id=bins["A-2"])

    assert states(session)["N-2"] == ("in_stock", "A-2")
    assert history(session, "N-2") == ["received", "pick", "ship", "returned"]
    assert session.execute(text("SELECT order_line_id FROM serials WHERE code = 'N-2'")).scalar_one() is None
    shipped(session, "N-2")
    assert agrees(session) == []


def test_more_numbers_than_units_are_refused(session: Session, house: House, three: list[int]) -> None:
    with pytest.raises(Invalid, match="enter the receipt first"):
        register(session, house, "N-4")


def test_the_same_number_twice_in_one_receipt_is_refused(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 2)

    with pytest.raises(Invalid, match="N-1 is named twice"):
        register(session, house, "N-1", "N-1")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("", "scan the number on each unit"),
        ("N-9", "not in the books"),
        ("N-1", "picked already"),
        ("N-2", "shipped by our books"),
        ("N-7", "lies at another site"),
        ("N-3", "damaged"),
    ],
)
def test_only_a_number_that_is_in_stock_here_and_good_is_picked(
    session: Session, house: House, bins: dict[str, int], three: list[int], number: str, why: str
) -> None:
    shipped(session, "N-2")
    lay(session, house, "TEA-1", "CMH1", 5, bin_id=bins["A-1"])
    one = released(session, ("TEA-1", 3))
    hand(session, one, "N-1")
    aside = SetAside(site_id=house.sites["CMH1"], code="N-3", quantity=1, condition="damaged", reason="Dented")
    set_units_aside(session, [aside], actor=SYSTEM)
    lay(session, house, "TEA-1", "RNO1", 1)
    register(session, house, "N-7", site="RNO1")

    with pytest.raises(DomainError, match=why):
        hand(session, one, number)


def test_a_numbered_unit_moves_with_its_bin(
    session: Session, house: House, bins: dict[str, int], three: list[int]
) -> None:
    step = Move(
        sku_id=house.skus["TEA-1"],
        site_id=house.sites["CMH1"],
        quantity=1,
        from_bin_id=bins["A-1"],
        to_bin_id=bins["A-2"],
        reason="move",
        reference=("adjustment", 0),
        serial_ids=(three[2],),
    )

    move(session, [step], actor=SYSTEM)

    assert states(session) == {"N-1": ("in_stock", "A-1"), "N-2": ("in_stock", "A-1"), "N-3": ("in_stock", "A-2")}
    with pytest.raises(PlaceEmpty, match="does not lie there"):
        move(session, [step], actor=SYSTEM)


def test_a_loss_that_names_no_number_takes_the_oldest(session: Session, house: House, three: list[int]) -> None:
    lost = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], reason="lost", on_hand=-2)

    adjust_stock(session, [lost], actor=SYSTEM)

    assert states(session) == {"N-1": ("lost", ""), "N-2": ("lost", ""), "N-3": ("in_stock", "A-1")}
    assert agrees(session) == []


def test_scrapping_a_numbered_unit_scraps_that_one(session: Session, house: House, three: list[int]) -> None:
    aside = SetAside(site_id=house.sites["CMH1"], code="N-2", quantity=1, condition="damaged", reason="Dented")
    [case_id] = set_units_aside(session, [aside], actor=SYSTEM)

    decide(session, [Decision(case_id=case_id, act="scrap", quantity=1)], actor=SYSTEM)

    assert states(session)["N-2"] == ("scrapped", "")
    assert history(session, "N-2") == ["received", "damage", "scrap"]
    assert agrees(session) == []


def test_a_history_cannot_be_rewritten(session: Session, three: list[int]) -> None:
    with pytest.raises(Exception, match="permission denied|append-only"):
        session.execute(text("UPDATE serial_moves SET what = 'found'"))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE serials SET bin_id = NULL WHERE code = 'N-1'", "numbers lie there"),
        ("UPDATE serials SET state = 'picked' WHERE code = 'N-1'", "totes are said to hold it"),
        ("UPDATE serials SET state = 'shipped', site_id = NULL WHERE code = 'N-1'", "order line says no line"),
        ("UPDATE serials SET condition = 'damaged' WHERE code = 'N-1'", "history ends with"),
    ],
)
def test_verify_names_a_number_that_is_not_what_its_history_says(
    session: Session, three: list[int], damage: str, said: str
) -> None:
    session.execute(text(damage))

    found = agrees(session)

    assert any("N-1" in one or "1 numbers" in one for one in found)
    assert any(said in one for one in found)
