"""The demo's shelves and transfers: something in every state, and books that agree."""

from sqlalchemy import text

from app.workflows import verify_lots, verify_numbers, verify_stock, verify_transfers
from app.workflows.demo.make import make_demo
from app.workflows.set_up_company import set_up_company
from tests.factories.house import COMPANY


def test_the_demo_has_shelves_and_transfers_and_its_books_agree(session, bound):
    set_up_company(session, COMPANY)
    session.commit()

    make_demo(past=5, fresh=20, tell=lambda line: None)

    states = session.execute(text("SELECT state, count(*) FROM transfers GROUP BY 1")).all()
    assert {row.state for row in states} == {"draft", "sent", "partly_arrived", "arrived", "closed_with_loss"}
    kinds = session.execute(text("SELECT kind, sum(quantity) FROM bins JOIN bin_stock ON bin_id = bins.id GROUP BY 1"))
    assert {row.kind for row in kinds if row.sum} >= {"pick", "bulk"}
    numbered = session.execute(text("SELECT count(*) FROM serials WHERE state = 'in_transit'")).scalar_one()
    assert numbered > 0
    checks = (*verify_stock.CHECKS, *verify_transfers.CHECKS, *verify_numbers.CHECKS, *verify_lots.CHECKS)
    assert [sentence for check in checks for sentence in check.find(session)] == []
