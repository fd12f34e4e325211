"""A unit that has a case of its own is decided about with that one, whatever becomes of those beside it."""

import pytest
from sqlalchemy import text

from app.inventory.cases import Decision
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid
from app.workflows import verify_lots, verify_numbers, verify_stock
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.quarantine import SetAside, decide, open_missing_cases, set_units_aside
from app.workflows.recall_lots import freeze_lots, unfreeze_lots
from tests.factories.numbers import brought, keep_by_number, register
from tests.factories.shelves import lay, make_bins

CHECKS = (*verify_lots.CHECKS, *verify_numbers.CHECKS, *verify_stock.CHECKS)


@pytest.fixture
def cases(session, house, shelf, lot):
    """N-1 was set aside as torn, then its lot was frozen and let go: the other two are a case without a number."""
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=shelf, lot_id=lot)
    keep_by_number(session)
    register(session, house, "N-1", "N-2", "N-3", bin_id=shelf, lot_id=lot)
    torn = SetAside(site_id=house.sites["CMH1"], code="N-1", quantity=1, condition="quarantine", reason="Torn")
    [own] = set_units_aside(session, [torn], actor=SYSTEM)
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)
    unfreeze_lots(session, [lot], actor=SYSTEM)
    return own, session.execute(text("SELECT id FROM quarantine_cases WHERE serial_id IS NULL")).scalar_one()


def decided(session, *wanted):
    decisions = [Decision(case_id=id, act=act, quantity=units) for id, act, units in wanted]
    decide(session, decisions, actor=SYSTEM)


def lies(session):
    """Number by number: its condition, or what became of it."""
    rows = session.execute(text("SELECT code, CASE state WHEN 'in_stock' THEN condition ELSE state END FROM serials"))
    return dict(rows.all())


def left(session):
    return dict(session.execute(text("SELECT id, quantity_left FROM quarantine_cases")).all())


def lost(session, house, shelf, lot, *ids):
    """One of the units that are set aside."""
    gone = Adjustment(
        sku_id=house.skus["TEA-1"],
        site_id=house.sites["CMH1"],
        reason="lost",
        on_hand=-1,
        bin_id=shelf,
        lot_id=lot,
        condition="quarantine",
        is_exact=True,
        serial_ids=ids,
    )
    adjust_stock(session, [gone], actor=SYSTEM)


def more(session, house, lot, number):
    """A unit that is none of theirs, in A-3."""
    other = make_bins(session, house, "CMH1", "A-3")["A-3"]
    lay(session, house, "TEA-1", "CMH1", 1, bin_id=other, lot_id=lot, condition="quarantine")
    register(session, house, number, bin_id=other, lot_id=lot, condition="quarantine")


def disagreements(session):
    return [said for check in CHECKS for said in check.find(session)]


@pytest.mark.parametrize(("act", "after"), [("release", "good"), ("scrap", "scrapped"), ("vendor", "sent_back")])
def test_those_beside_it_are_decided_about_without_it(session, cases, act, after):
    own, rest = cases

    decided(session, (rest, act, 2))

    assert lies(session) == {"N-1": "quarantine", "N-2": after, "N-3": after}
    assert disagreements(session) == []
    decided(session, (own, "scrap", 1))
    assert lies(session)["N-1"] == "scrapped"


def test_both_cases_are_decided_about_at_once(session, cases):
    own, rest = cases

    decided(session, (own, "scrap", 1), (rest, "release", 2))

    assert lies(session) == {"N-1": "scrapped", "N-2": "good", "N-3": "good"}
    assert disagreements(session) == []


@pytest.mark.parametrize("act", ["release", "scrap"])
def test_a_part_of_those_that_have_a_number_is_named(session, cases, act):
    _, rest = cases

    why = "TEA-1 is known by serial number: for 1 unit, write one number on each line"
    with pytest.raises(Invalid, match=why) as refusal, session.begin_nested():
        decided(session, (rest, act, 1))

    assert refusal.value.failures[0][0] == "serials"
    decide(session, [Decision(case_id=rest, act=act, quantity=1, serials=("N-3",))], actor=SYSTEM)
    assert (lies(session)["N-1"], lies(session)["N-2"]) == ("quarantine", "quarantine")
    assert disagreements(session) == []


def test_its_number_is_not_asked_for_again(session, cases):
    own, _ = cases

    with pytest.raises(Invalid, match="the number of this unit is known: leave the numbers out") as refusal:
        decide(session, [Decision(case_id=own, act="scrap", quantity=1, serials=("N-1",))], actor=SYSTEM)

    assert refusal.value.failures[0][0] == "serials"


def test_one_number_is_not_decided_about_twice(session, cases):
    twice = [Decision(case_id=cases[1], act=act, quantity=1, serials=("N-2",)) for act in ("scrap", "release")]

    with pytest.raises(Invalid, match="N-2 is named twice"):
        decide(session, twice, actor=SYSTEM)


def test_units_of_the_case_in_another_bin_are_taken_before_it(session, house, cases, lot):
    _, rest = cases
    other = make_bins(session, house, "CMH1", "A-2")["A-2"]
    lay(session, house, "TEA-1", "CMH1", 1, bin_id=other, lot_id=lot, condition="quarantine")
    register(session, house, "N-4", bin_id=other, lot_id=lot, condition="quarantine")
    session.execute(text("UPDATE quarantine_cases SET quantity = 3, quantity_left = 3 WHERE id = :id"), {"id": rest})

    decided(session, (rest, "release", 3))

    assert lies(session) == {"N-1": "quarantine", "N-2": "good", "N-3": "good", "N-4": "good"}
    assert disagreements(session) == []


@pytest.mark.parametrize("act", ["release", "scrap"])
def test_a_part_of_those_that_lie_in_two_bins_is_named(session, house, shelf, lot, cases, act):
    _, rest = cases
    brought(session, house, shelf, lot, "N-3")

    with pytest.raises(Invalid, match="TEA-1 is known by serial number: for 1 unit, write one number on each line"):
        decided(session, (rest, act, 1))


def test_a_part_without_a_number_goes_unasked_wherever_the_others_lie(session, house, shelf, lot, cases):
    _, rest = cases
    brought(session, house, shelf, lot, "N-3")
    brought(session, house, shelf, lot, "N-2")
    lay(session, house, "TEA-1", "CMH1", 1, bin_id=shelf, lot_id=lot, condition="quarantine")

    decided(session, (rest, "scrap", 1))

    assert lies(session) == dict.fromkeys(("N-1", "N-2", "N-3"), "quarantine")
    assert disagreements(session) == []


@pytest.mark.parametrize(("act", "after"), [("release", "good"), ("scrap", "scrapped")])
def test_all_of_a_case_in_its_bin_is_not_mixed_up_with_another_case(session, house, cases, lot, act, after):
    _, rest = cases
    more(session, house, lot, "N-4")

    decided(session, (rest, act, 2))

    assert lies(session) == {"N-1": "quarantine", "N-2": after, "N-3": after, "N-4": "quarantine"}


def test_all_of_a_case_that_left_its_bin_is_named_where_other_units_lie_too(session, house, shelf, lot, cases):
    _, rest = cases
    brought(session, house, shelf, lot, "N-3")
    more(session, house, lot, "N-4")

    with pytest.raises(Invalid, match="for 2 units, write one number on each line"):
        decided(session, (rest, "scrap", 2))


def test_what_is_lost_beside_it_is_not_its_number(session, house, shelf, lot, cases):
    own, rest = cases

    lost(session, house, shelf, lot)

    assert lies(session) == {"N-1": "quarantine", "N-2": "lost", "N-3": "quarantine"}
    assert left(session) == {own: 1, rest: 1}
    assert disagreements(session) == []


@pytest.mark.parametrize("loose", [0, 1])
def test_its_case_ends_where_its_number_is_lost(session, house, shelf, lot, cases, loose):
    """Also where units lie beside it that nobody opened a case for."""
    own, rest = cases
    if loose:
        lay(session, house, "TEA-1", "CMH1", loose, bin_id=shelf, lot_id=lot, condition="quarantine")

    lost(session, house, shelf, lot, session.execute(text("SELECT id FROM serials WHERE code = 'N-1'")).scalar_one())

    assert left(session) == {own: 0, rest: 2}
    assert disagreements(session) == []


def test_a_case_that_outlived_its_number_ends_when_missing_cases_are_opened(
    session, house, shelf, lot, cases, monkeypatch
):
    """Once the latest case lost the unit, whichever number it had."""
    own, rest = cases
    monkeypatch.setattr("app.inventory.cases.shrink", lambda *_, **more: session.execute(text(OLD_SHRINK)))
    lost(session, house, shelf, lot, session.execute(text("SELECT id FROM serials WHERE code = 'N-1'")).scalar_one())
    monkeypatch.undo()
    assert (left(session), len(disagreements(session))) == ({own: 1, rest: 1}, 1)

    opened = [open_missing_cases(session, actor=SYSTEM), open_missing_cases(session, actor=SYSTEM)]

    assert opened == [1, 0]
    new = max(left(session))
    assert left(session) == {own: 0, rest: 1, new: 1}
    assert disagreements(session) == []
    numbers = {rest: "N-2", new: "N-3"}
    by_number = [Decision(case_id=id, act="scrap", quantity=1, serials=(code,)) for id, code in numbers.items()]
    decide(session, by_number, actor=SYSTEM)
    assert lies(session) == {"N-1": "lost", "N-2": "scrapped", "N-3": "scrapped"}


@pytest.mark.parametrize(
    "moved", ["condition = 'good'", "site_id = (SELECT id FROM sites WHERE code = 'RNO1')", "state = 'picked'"]
)
def test_a_case_whose_number_lies_elsewhere_ends_too(session, cases, moved):
    own, rest = cases
    session.execute(text("UPDATE bin_stock SET quantity = 2 WHERE condition = 'quarantine'"))
    session.execute(text(f"UPDATE serials SET {moved} WHERE code = 'N-1'"))

    opened = open_missing_cases(session, actor=SYSTEM)

    assert (opened, left(session)) == (0, {own: 0, rest: 2})


def test_its_case_stands_where_the_number_of_another_is_lost(session, house, shelf, lot, cases):
    own, rest = cases
    session.execute(text("UPDATE quarantine_cases SET id = :later WHERE id = :own"), {"own": own, "later": rest + 9})

    lost(session, house, shelf, lot, session.execute(text("SELECT id FROM serials WHERE code = 'N-2'")).scalar_one())

    assert left(session) == {rest: 1, rest + 9: 1}
    assert disagreements(session) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE quarantine_cases SET condition = 'damaged' WHERE id = :own", "should lie at CMH1, damaged, but is"),
        ("UPDATE quarantine_cases SET site_id = (SELECT id FROM sites WHERE code = 'RNO1') WHERE id = :own", "at RNO1"),
        ("UPDATE serials SET condition = 'good' WHERE code = 'N-1'", "but is in_stock at CMH1, good"),
        ("UPDATE serials SET state = 'lost', site_id = NULL, bin_id = NULL WHERE code = 'N-1'", "but is lost at no"),
    ],
)
def test_verify_names_a_case_whose_number_lies_elsewhere(session, cases, damage, said):
    session.execute(text(damage), {"own": cases[0]} if ":own" in damage else {})

    found = [one for check in verify_lots.CHECKS if check.name == "numbers of cases" for one in check.find(session)]

    assert len(found) == 1
    assert "number N-1 of TEA-1 should lie" in found[0]
    assert said in found[0]


OLD_SHRINK = """
WITH less AS (UPDATE quarantine_cases SET quantity_left = 1 WHERE serial_id IS NULL RETURNING id)
INSERT INTO quarantine_acts (case_id, act, quantity, actor) SELECT id, 'gone', 1, 'system' FROM less
"""
