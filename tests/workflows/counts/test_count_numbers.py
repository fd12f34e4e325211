"""Goods that are known by number are counted by it: who is missing, who was not expected, and where they were."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.carry_units import Carry, carry
from app.workflows.count_places import Closing, restart_places
from app.workflows.settle_counts import Decision, approve, submit
from tests.factories import counts
from tests.factories.counts import (
    ANN,
    BEN,
    CHEF,
    done,
    fill,
    in_bin,
    line_of,
    place_of,
    planned,
    post_accepted,
    state_of,
)
from tests.factories.floor import level, released
from tests.factories.numbers import history, keep_by_number, register, states
from tests.factories.transfers import sent_by_number
from tests.workflows.counts.by_number import LAX, disagreements, handed_in, posted, saw, where, without
from tests.workflows.test_numbered_units import hand


@pytest.fixture
def units(session, house, bins):
    """N-1 to N-3 and a unit without a number in A-1, N-4 in A-2: TEA-4."""
    keep_by_number(session, "TEA-4")
    fill(session, house, bins, {("A-1", "TEA-4"): 4, ("A-2", "TEA-4"): 1})
    register(session, house, "N-1", "N-2", "N-3", sku="TEA-4", bin_id=bins["A-1"])
    register(session, house, "N-4", sku="TEA-4", bin_id=bins["A-2"])


def test_what_is_there_as_the_books_say_changes_nothing(session, house, bins, units):
    posted(session, house, bins, {"A-1": (("N-3", "N-1", "N-2"), 1)})

    assert where(session) == {"N-1": "A-1", "N-2": "A-1", "N-3": "A-1", "N-4": "A-2"}
    assert history(session, "N-1") == ["received"]
    assert disagreements(session) == []


def test_a_number_that_nobody_saw_is_lost_by_name(session, house, bins, units):
    posted(session, house, bins, {"A-1": (("N-1", "N-3"), 1)})

    assert where(session)["N-2"] == "lost"
    assert (in_bin(session, house, bins["A-1"], "TEA-4"), history(session, "N-2")) == (3, ["received", "count"])
    assert disagreements(session) == []


def test_another_unit_in_the_place_of_one_that_is_gone_is_a_difference_of_two(session, house, bins, units):
    count_id = handed_in(
        session, house, bins, {"A-1": (("N-1", "N-2", "N-9"), 1)}, rules=counts.Rules(tolerance_units=1)
    )
    assert (state_of(session, count_id), line_of(session, count_id, "TEA-4").variance) == ("recount", 0)

    posted(session, house, bins, {"A-1": (("N-1", "N-2", "N-9"), 1)})

    assert (where(session)["N-3"], where(session)["N-9"]) == ("lost", "A-1")
    assert in_bin(session, house, bins["A-1"], "TEA-4") == 4
    assert disagreements(session) == []


def test_the_value_of_both_is_held_against_the_limit(session, house, bins, units):
    rules = counts.Rules(tolerance_units=100, approval_minor=900)
    count_id = handed_in(session, house, bins, {"A-1": (("N-1", "N-2", "N-9"), 1)}, rules=rules)

    assert (state_of(session, count_id), where(session)["N-3"]) == ("awaiting_approval", "A-1")
    approve(session, [Decision(count_id=count_id, reason="Looked twice")], actor=CHEF)
    assert where(session)["N-3"] == "lost"


def test_a_unit_without_a_number_gets_the_one_that_was_read_on_it(session, house, bins, units):
    posted(session, house, bins, {"A-1": (("N-1", "N-2", "N-3", "N-8"), 0)})

    assert where(session)["N-8"] == "A-1"
    assert (in_bin(session, house, bins["A-1"], "TEA-4"), level(session, "TEA-4", "CMH1").on_hand) == (4, 5)
    assert disagreements(session) == []


def test_a_lost_number_is_found(session, house, bins, units):
    posted(session, house, bins, {"A-1": (("N-1", "N-3"), 1)})

    posted(session, house, bins, {"A-1": (("N-1", "N-2", "N-3"), 1)})

    assert history(session, "N-2") == ["received", "count", "found"]
    assert disagreements(session) == []


def test_a_number_that_lies_elsewhere_by_the_books_is_here_and_no_longer_there(session, house, bins, units):
    posted(session, house, bins, {"A-1": (("N-1", "N-2", "N-3", "N-4"), 1)})

    assert where(session)["N-4"] == "A-1"
    assert (in_bin(session, house, bins["A-1"], "TEA-4"), in_bin(session, house, bins["A-2"], "TEA-4")) == (5, 0)
    assert history(session, "N-4") == ["received", "count"]
    assert disagreements(session) == []


def test_a_unit_that_is_gone_unnamed_is_not_thought_to_be_one_that_turned_up(session, house, bins, units):
    posted(session, house, bins, {"A-1": ((), 2), "A-2": (("N-4", "N-8"), None)})

    assert where(session)["N-8"] == "A-2"
    assert "A-2" not in {where(session)[number] for number in ("N-1", "N-2", "N-3")}
    assert (in_bin(session, house, bins["A-1"], "TEA-4"), in_bin(session, house, bins["A-2"], "TEA-4")) == (2, 2)
    assert disagreements(session) == []


def test_a_unit_that_is_gone_unnamed_is_not_thought_to_be_one_that_was_carried_here(session, house, bins, units):
    fill(session, house, {"": None}, {("", "TEA-4"): 1}, site="RNO1")
    register(session, house, "N-7", sku="TEA-4", site="RNO1")

    posted(session, house, bins, {"A-1": ((), 2), "A-2": (("N-4", "N-7"), None)})

    assert where(session)["N-7"] == "A-2"
    assert "A-2" not in {where(session)[number] for number in ("N-1", "N-2", "N-3")}
    assert disagreements(session) == []


def test_a_number_that_lies_at_another_site_by_the_books_leaves_it(session, house, bins, units):
    fill(session, house, {"": None}, {("", "TEA-4"): 1}, site="RNO1")
    register(session, house, "N-7", sku="TEA-4", site="RNO1")

    posted(session, house, bins, {"A-2": (("N-4", "N-7"), None)})

    assert states(session)["N-7"] == ("in_stock", "CMH1")
    assert level(session, "TEA-4", "RNO1").on_hand == 0
    assert disagreements(session) == []


@pytest.mark.parametrize("other", [((), None), ((), 0), (("N-6",), None)])
def test_a_number_that_moved_between_two_counted_bins_is_taken_off_once(session, house, bins, units, other):
    posted(session, house, bins, {"A-1": (("N-1", "N-2", "N-3", "N-4"), 1), "A-2": other})

    assert where(session)["N-4"] == "A-1"
    left = len(other[0])
    assert in_bin(session, house, bins["A-2"], "TEA-4") == left
    assert disagreements(session) == []


def test_where_units_alone_were_counted_what_was_seen_stands(session, house, bins, units):
    """N-4 was seen in A-1; in A-2 somebody counted one unit without a number."""
    posted(session, house, bins, {"A-1": (("N-1", "N-2", "N-3", "N-4"), 1), "A-2": ((), 1)})

    assert (where(session)["N-4"], in_bin(session, house, bins["A-2"], "TEA-4")) == ("A-1", 1)
    assert disagreements(session) == []


def test_counted_by_units_alone_the_numbers_stay_and_the_first_are_lost(session, house, bins, units):
    posted(session, house, bins, {"A-1": ((), 4)})
    assert set(where(session).values()) == {"A-1", "A-2"}

    posted(session, house, bins, {"A-1": ((), 2)})
    assert where(session) == {"N-1": "lost", "N-2": "A-1", "N-3": "A-1", "N-4": "A-2"}
    assert disagreements(session) == []


def test_a_number_picked_after_it_was_seen_changes_nothing(session, house, bins, units):
    count_id = planned(session, house, [bins["A-1"]], rules=LAX)
    saw(session, count_id, bins["A-1"], "N-1", "N-2", "N-3")
    without(session, count_id, bins["A-1"], 1)
    pick(session, "N-2")
    done(session, count_id, bins["A-1"])

    submit(session, [count_id], actor=ANN)
    post_accepted(session, count_id)

    assert (state_of(session, count_id), where(session)["N-2"]) == ("posted", "picked")
    assert disagreements(session) == []


def test_a_number_picked_after_it_was_said_to_be_gone_sends_the_count_back(session, house, bins, units):
    count_id = handed_in(session, house, bins, {"A-1": (("N-1", "N-3"), 1)})
    pick(session, "N-2")

    post_accepted(session, count_id)

    assert (state_of(session, count_id), where(session)["N-2"]) == ("recount", "picked")


def test_a_number_brought_there_after_it_was_found_sends_the_count_back(session, house, bins, units):
    count_id = handed_in(session, house, bins, {"A-1": (("N-1", "N-2", "N-3", "N-4"), 1)})
    moved = Carry(site_id=house.sites["CMH1"], sku="TEA-4", quantity=1, from_bin="A-2", to_bin="A-1")
    carry(session, [moved], actor=SYSTEM)

    post_accepted(session, count_id)

    assert state_of(session, count_id) == "recount"
    assert disagreements(session) == []


def test_what_moves_while_it_is_counted_begins_again_even_one_for_one(session, house, bins, units):
    count_id = planned(session, house, [bins["A-1"]])
    saw(session, count_id, bins["A-1"], "N-1", "N-3")
    pick(session, "N-2")
    fill(session, house, bins, {("A-1", "TEA-4"): 1})

    [entered] = counts.saw(session, count_id, bins["A-1"], "TEA-4", 1, is_more=True, serial="N-1")

    assert (entered.began_again, entered.units) == (True, 1)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("N-1", "N-1 is counted already: scan the next unit"),
        ("N-4", "N-4 was counted at another place of this count"),
        ("N-2", "N-2 is picked by our books: put it back"),
        ("N-5", "N-5 is on its way between two sites: receive it on its transfer"),
        ("", "TEA-4 is known by number: scan the number on each unit"),
    ],
)
def test_a_number_that_cannot_be_counted_there_is_refused(session, house, bins, units, number, why):
    fill(session, house, {"": None}, {("", "TEA-4"): 1})
    register(session, house, "N-5", sku="TEA-4")
    sent_by_number(session, "N-5", sku="TEA-4")
    pick(session, "N-2")
    count_id = planned(session, house, [bins["A-1"], bins["A-2"]])
    saw(session, count_id, bins["A-2"], "N-4")
    saw(session, count_id, bins["A-1"], "N-1")

    with pytest.raises(DomainError, match=why) as refusal:
        saw(session, count_id, bins["A-1"], number)

    assert refusal.value.field == "code"


def test_a_number_that_was_misread_is_taken_back_and_a_place_begun_anew_forgets_all(session, house, bins, units):
    count_id = planned(session, house, [bins["A-1"]])
    saw(session, count_id, bins["A-1"], "N-1", "N-8")
    saw(session, count_id, bins["A-1"], "N-8", is_back=True)
    assert line_of(session, count_id, "TEA-4").counted == 1

    restart_places(session, [Closing(count_id=count_id, place_id=place_of(session, count_id, bins["A-1"]))])
    assert session.execute(text("SELECT count(*) FROM count_serials")).scalar_one() == 0


def test_the_second_person_counts_numbers_too_and_decides(session, house, bins, units):
    count_id = handed_in(session, house, bins, {"A-1": (("N-1",), 1)}, rules=counts.STRICT)
    for number in ("N-1", "N-2"):
        counts.saw_again(session, count_id, "TEA-4", 1, by=BEN, is_more=True, serial=number)
    counts.saw_again(session, count_id, "TEA-4", 1, by=BEN)
    for sku, others in (("TEA-1", 10), ("TEA-2", 4)):
        counts.saw_again(session, count_id, sku, others, by=BEN)

    submit(session, [count_id], actor=BEN)
    post_accepted(session, count_id)

    assert state_of(session, count_id) == "posted"
    assert (where(session)["N-2"], where(session)["N-3"]) == ("A-1", "lost")
    assert disagreements(session) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM count_serials WHERE code = 'N-9'", "N-9 of TEA-4: its history has a step of this count"),
        ("UPDATE count_serials SET is_expected = false WHERE code = 'N-1'", "N-1 of TEA-4: the count has a difference"),
    ],
)
def test_verify_names_a_number_whose_count_is_not_what_was_posted(session, house, bins, units, damage, said):
    posted(session, house, bins, {"A-1": (("N-1", "N-3", "N-9"), 1)})
    assert disagreements(session) == []

    session.execute(text(damage))

    assert [one for one in disagreements(session) if said in one]


def pick(session, number):
    one = released(session, ("TEA-4", 1))
    hand(session, one, number, sku="TEA-4")
