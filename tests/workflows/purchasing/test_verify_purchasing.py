"""What is kept twice about buying is compared: each fault that is planted is named, and a clean house is silent."""

import re

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.change_purchase_orders import LeaveOut, cancel_units, close_short
from app.workflows.spread_receipts import Item
from app.workflows.undo_receipts import undo_receipts
from app.workflows.verify_purchasing import CHECKS, wrong_states
from tests.factories.buying import come, drafted, sent

FAULTS = {
    "says 5 received and 1 rejected": "UPDATE purchase_order_lines SET received = received + 1 WHERE received = 4",
    "receipt line .* moved 0": "INSERT INTO receipt_lines (receipt_id, purchase_order_line_id, quantity, condition,"
    " unit_cost_minor) SELECT receipt_id, purchase_order_line_id, 2, 'good', 0 FROM receipt_lines"
    " ORDER BY id LIMIT 1",
    "which is of other goods or is none": "UPDATE purchase_order_lines SET sku_id = (SELECT max(id) FROM skus)"
    " WHERE received = 4",
    "the stock expects 0 on no day": "DELETE FROM incoming WHERE source = 'purchase'",
    "0 are still to come on no day, the stock expects": "UPDATE incoming SET source_id = source_id + 1000",
    "the stock expects . on": "UPDATE incoming SET expected_on = expected_on + 1",
    "says received; its units make it partly_received": "UPDATE purchase_orders SET state = 'received'"
    " WHERE state = 'partly_received'",
    "says sent; its units make it draft": "UPDATE purchase_orders SET state = 'sent' WHERE state = 'draft'",
    "it went out by mail": "WITH f AS (INSERT INTO files (key, media_type, name, size, sha256)"
    " VALUES ('x', 'x', 'x', 1, '') RETURNING id), m AS (INSERT INTO messages (cause, kind, recipient, sender, subject,"
    " text_body, html_body, message_key, requested_by) VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'system')"
    " RETURNING id) INSERT INTO purchase_mailings (purchase_order_id, message_id, file_id, digest, actor)"
    " SELECT o.id, m.id, f.id, '', 'system' FROM purchase_orders o, m, f WHERE o.state = 'draft'",
    "is not its opposite": "INSERT INTO receipts (purchase_order_id, client_scan_id, undoes_id, actor, received_at)"
    " SELECT purchase_order_id, 'forged', id, 'system', now() FROM receipts ORDER BY id LIMIT 1",
}


@pytest.fixture
def lived(session, house):
    """One order in every state, and a receipt that was taken back."""
    drafted(session, ("TEA-1", 10))
    partly = sent(session, ("TEA-1", 9), ("TEA-2", 7))
    come(session, partly, ("TEA-1", 3), Item(code="TEA-1", quantity=1, condition="damaged"))
    undo_receipts(session, [come(session, partly, ("TEA-2", 2)).receipt_id], actor=SYSTEM)
    come(session, sent(session, ("TEA-1", 2)), ("TEA-1", 2))
    short, given_up = sent(session, ("TEA-1", 8)), sent(session, ("TEA-1", 8))
    come(session, short, ("TEA-1", 5))
    close_short(session, [short], actor=SYSTEM)
    cancel_units(session, [LeaveOut(number=given_up)], actor=SYSTEM)
    cancel_units(session, [LeaveOut(number=drafted(session, ("TEA-1", 1)))], actor=SYSTEM)
    return session


def findings(session) -> list[str]:
    return [sentence for check in CHECKS for sentence in check.find(session)] + list(wrong_states(session))


def test_nothing_is_said_of_a_house_in_order(lived):
    assert findings(lived) == []


@pytest.mark.parametrize("said", FAULTS)
def test_each_planted_fault_is_named(lived, said):
    lived.execute(text(FAULTS[said]))

    found = findings(lived)

    assert any(re.search(said, sentence) for sentence in found), found
