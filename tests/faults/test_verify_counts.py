"""``verify`` names what was damaged in counts, and says nothing about healthy ones."""

import pytest
from sqlalchemy import text

from app.counting.tolerance import Rules
from app.workflows import verify_counts
from app.workflows.settle_counts import submit
from tests.factories.counts import BEN, counted, fill, make_bins, planned, post_accepted, price, saw, saw_again
from tests.factories.house import make_house


@pytest.fixture
def counts(session):
    """One posted, of which two units were missing; one that waits; one that is being counted."""
    house = make_house(session)
    bins = make_bins(session, house, {"A-1": "A", "A-2": "A", "A-3": "A"})
    fill(session, house, bins, {(name, "TEA-1"): 10 for name in bins})
    price(session)
    posted = counted(session, house, bins["A-1"], {"TEA-1": 8}, rules=Rules(approval_minor=10_000))
    saw_again(session, posted, "TEA-1", 8)
    submit(session, [posted], actor=BEN)
    post_accepted(session, posted)
    counted(session, house, bins["A-2"], {"TEA-1": 8}, rules=Rules())
    saw(session, planned(session, house, [bins["A-3"]]), bins["A-3"], "TEA-1", 3)
    return posted


def findings(session) -> dict[str, list[str]]:
    found = {check.name: list(check.find(session)) for check in verify_counts.CHECKS}
    return {name: sentences for name, sentences in found.items() if sentences}


def test_healthy_counts_have_no_findings(session, counts):
    assert findings(session) == {}


FAULTS = {
    "variance": (
        "UPDATE count_lines SET variance = -3 WHERE count_id = :id",
        "posted counts",
        "TEA-1 in bin A-1: -3 units should have been posted, its movements sum to -2",
    ),
    "state": ("UPDATE counts SET state = 'cancelled' WHERE id = :id", "posted counts", "0 units should have been"),
    "moved": (
        "UPDATE count_lines SET book = book - 1, moved = moved - 1 WHERE count_id = :id",
        "movements during counts",
        "-1 units are noted as moved",
    ),
    "seen": ("UPDATE count_lines SET recounted = 7 WHERE count_id = :id", "variances of counts", "7 were seen"),
    "open": ("UPDATE counts SET closed_at = NULL WHERE id = :id", "states of counts", "is posted"),
    "limit": ("UPDATE counts SET approval_minor = 999 WHERE id = :id", "approvals of counts", "above its limit of 999"),
    "place": (
        "UPDATE count_lines SET bin_id = (SELECT max(id) FROM bins) WHERE count_id = :id",
        "places of posted counts",
        "was posted at another place (bin A-1, good)",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_kind_of_damage_is_named(session, counts, fault):
    statement, check, phrase = FAULTS[fault]
    session.execute(text(statement), {"id": counts})

    assert any(phrase in sentence for sentence in findings(session).get(check, []))


def test_nobody_can_be_written_down_as_their_own_second_pair_of_eyes(session, counts):
    with pytest.raises(Exception, match="ck_count_lines_another_person"):
        session.execute(text("UPDATE count_lines SET recounter = counter WHERE count_id = :id"), {"id": counts})
