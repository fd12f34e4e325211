"""Two people who buy the same at the same moment: one order, one mail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from app.kernel import deliveries, uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import StaleState
from app.kernel.files import StoredFile, add
from app.purchasing import terms
from app.purchasing.terms import Terms
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.mail_purchase_orders import Printed, mail_purchase_orders
from app.workflows.order_low_stock import order_low_stock
from app.workflows.purchase_papers import load_papers
from app.workflows.watch_stock import check_levels
from tests.factories.buying import add_supplier, drafted
from tests.factories.house import make_house

pytestmark = pytest.mark.race


@pytest.fixture
def alert_ids(database_engine):
    deliveries.wire({"notifications.send": "notifications", "orders.fill_backorders": "x", "channels.offer_all": "x"})
    yield uow.run(_low)
    deliveries.wire({})


def _low(session) -> list[int]:
    house = make_house(session, {("TEA-1", "CMH1"): 10, ("TEA-2", "CMH1"): 10})
    leaf = add_supplier(session, email="orders@leaf.example")
    skus = [house.skus[code] for code in ("TEA-1", "TEA-2")]
    terms.put(session, [Terms(supplier_id=leaf, sku_id=sku, cost_minor=400) for sku in skus])
    add_rules(session, [RuleFacts(kind="reorder", units=30)], actor=SYSTEM)
    check_levels(session)
    return list(session.scalars(text("SELECT id FROM stock_alerts ORDER BY id")))


def both(work):
    gate = Barrier(2)

    def start(place):
        gate.wait()
        return uow.run(lambda session: work(session, place))

    with ThreadPoolExecutor(2) as people:
        return list(people.map(start, range(2)))


def test_alerts_that_two_order_at_once_are_ordered_once(alert_ids):
    made = both(lambda session, place: order_low_stock(session, alert_ids[:: 1 - 2 * place], actor=SYSTEM))

    assert sorted(len(one) for one in made) == [0, 1]
    assert uow.run(lambda session: session.scalar(text("SELECT count(*) FROM purchase_order_lines"))) == 2


def test_an_order_that_two_mail_at_once_goes_out_once(alert_ids):
    number = uow.run(lambda session: drafted(session, ("TEA-1", 5)))
    [paper] = uow.run(lambda session: load_papers(session, [number]))

    def mail(session, place):
        file = StoredFile(key=f"{place}", media_type="x", name="x", size=1, sha256=b"")
        try:
            mail_purchase_orders(
                session,
                [Printed(paper=paper, file_id=add(session, file), seen=0)],
                sender="shop@example.com",
                actor=SYSTEM,
            )
        except StaleState:
            return "told"
        return "sent"

    assert sorted(both(mail)) == ["sent", "told"]
    assert uow.run(lambda session: session.scalar(text("SELECT count(*) FROM messages"))) == 1
