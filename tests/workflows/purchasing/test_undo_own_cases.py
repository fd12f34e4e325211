"""A receipt that is taken back leaves a unit that was set aside by its number where it lies."""

from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.spread_receipts import Item
from app.workflows.undo_receipts import undo_receipts
from tests.factories.buying import come, sent
from tests.factories.numbers import keep_by_number, register, states
from tests.factories.shelves import lying

OWN_CASE = """
INSERT INTO quarantine_cases (sku_id, site_id, serial_id, condition, quantity, quantity_left, reason, opened_by)
SELECT sku_id, site_id, id, condition, 1, 1, 'Torn', 'system' FROM serials
"""


def test_a_receipt_that_is_taken_back_takes_the_number_of_another_unit(session, house):
    keep_by_number(session)
    order = sent(session, ("TEA-1", 5))
    come(session, order, Item(code="TEA-1", quantity=1, condition="damaged"))
    last = come(session, order, Item(code="TEA-1", quantity=1, condition="damaged"))
    register(session, house, "N-1", "N-2", condition="damaged")
    session.execute(text(f"{OWN_CASE} WHERE code = 'N-2'"))

    undo_receipts(session, [last.receipt_id], actor=SYSTEM)

    assert {code: state for code, (state, _) in states(session).items()} == {"N-1": "lost", "N-2": "in_stock"}
    assert lying(session, "TEA-1", "CMH1") == {("", "", "damaged"): 1, ("", "", "good"): 2}
