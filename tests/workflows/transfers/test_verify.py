"""``verify`` names each fault in the books of transfers and bins, and is silent on honest ones."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows import verify_transfers
from app.workflows.carry_units import Carry, carry
from app.workflows.receive_transfers import cancel_transfers
from tests.factories.house import make_house
from tests.factories.shelves import make_bins
from tests.factories.transfers import arrive, drafted, lose, sent


@pytest.fixture
def books(session):
    """One transfer in every state, and something carried."""
    house = make_house(session, {("TEA-1", "CMH1"): 60, ("TEA-2", "CMH1"): 60})
    make_bins(session, house, "CMH1", "A-01", "A-02")
    drafted(session, ("TEA-1", 1))
    sent(session, ("TEA-1", 2), ("TEA-2", 1))
    for units, surplus in ((1, False), (4, False), (5, True)):
        arrive(session, sent(session, ("TEA-1", 4)), "TEA-1", units, is_surplus=surplus)
    lossy = sent(session, ("TEA-2", 4))
    lose(session, lossy, "TEA-2", 4)
    cancel_transfers(session, [sent(session, ("TEA-2", 3)), drafted(session)], actor=SYSTEM)
    site = house.sites["CMH1"]
    carry(session, [Carry(site_id=site, sku="TEA-1", quantity=2, to_bin="A-01")], actor=SYSTEM)
    carry(session, [Carry(site_id=site, sku="TEA-1", quantity=1, from_bin="A-01", to_bin="A-02")], actor=SYSTEM)
    return house


def found(session):
    return {check.name: list(check.find(session)) for check in verify_transfers.CHECKS}


def test_honest_books_are_passed_over(session, books):
    assert {name: said for name, said in found(session).items() if said} == {}


ON_ITS_WAY = "(SELECT min(id) FROM transfer_lines WHERE in_transit > 0)"
FAULTS = {
    "a counter that is not the sum of its entries": (
        f"UPDATE transfer_lines SET sent = sent + 1, in_transit = in_transit + 1 WHERE id = {ON_ITS_WAY}",
        {"transfer counters": "says asked 2, sent 3", "transfers against stock movements": "says sent 3"},
    ),
    "units that arrived in the books alone": (
        f"UPDATE transfer_lines SET arrived = 1, in_transit = in_transit - 1 WHERE id = {ON_ITS_WAY}",
        {"transfers against stock movements": "arrived 1", "supply in transit": "1 units are in transit"},
    ),
    "supply that nobody sent": (
        "INSERT INTO incoming (sku_id, site_id, source, source_id, quantity, expected_on)"
        " SELECT s.id, t.id, 'transfer', 999999, 5, current_date FROM skus s, sites t LIMIT 1",
        {"supply in transit": "but 5 are expected"},
    ),
    "supply on another day": (
        "UPDATE incoming SET expected_on = expected_on + 1 WHERE id = (SELECT min(id) FROM incoming)",
        {"supply in transit": "in transit for"},
    ),
    "supply that was dropped": (
        "DELETE FROM incoming WHERE id = (SELECT min(id) FROM incoming)",
        {"supply in transit": "but 0 are expected"},
    ),
    "a state that its units do not have": (
        "UPDATE transfers SET state = 'arrived', closed_at = now() WHERE state = 'sent'",
        {"transfer states": "says arrived; by its units it is sent"},
    ),
    "an open transfer that was closed at some time": (
        "UPDATE transfers SET closed_at = now() WHERE state = 'draft'",
        {"transfer states": "or its times do not fit"},
    ),
    "the wrong destination": (
        "UPDATE transfers SET to_site_id = (SELECT max(id) FROM sites) WHERE state = 'partly_arrived'",
        {"transfers against stock movements": "1 movements of other goods or sites"},
    ),
    "goods in a closed bin": (
        "UPDATE bins SET is_active = false WHERE code = 'A-01'",
        {"bins that hold what they may not": "bin A-01 at CMH1: 1 of TEA-1 lie there, but the bin is closed"},
    ),
    "a carrying that moved nothing": (
        "INSERT INTO bin_moves (site_id, kind, sku_id, condition, quantity, to_bin_id, actor, occurred_at)"
        " SELECT site_id, 'put_away', sku_id, 'good', 7, to_bin_id, 'system', now() FROM bin_moves LIMIT 1",
        {"what was carried between bins": "7 units are written, but the stock ledger has 0 in and 0 out"},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(session, books, fault):
    statement, expected = FAULTS[fault]

    session.execute(text(statement))

    said = found(session)
    for check, words in expected.items():
        assert any(words in sentence for sentence in said[check]), said
