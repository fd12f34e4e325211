"""The board with more orders than it looks at for one page: nothing is left out, nothing shown twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.orders.status import fulfilment_status, order_status
from app.queries import order_board as board
from app.queries import search
from app.queries.board_filters import STATUSES_OF, Filters
from app.queries.order_board import order_board
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.unit.orders.test_status import any_facts

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNT = 60


@pytest.fixture(params=["among many", "one by one"])
def orders(request, session, monkeypatch):
    """Small limits: pages of 4, of which at most 10 orders are looked at, and 5 hits are few, 6 many or very many."""
    monkeypatch.setattr(board, "PAGE", 4)
    monkeypatch.setattr(board, "LOOK", 10)
    monkeypatch.setattr(search, "MOST", 5)
    for limit in ("VERY_MANY_SKUS", "VERY_MANY_WORDS"):
        monkeypatch.setattr(search, limit, 0 if request.param == "one by one" else 1_000)
    make_house(session, {("TEA-1", "CMH1"): 30, ("TEA-2", "RNO1"): 30})
    requests = [
        order_request(
            (f"TEA-{1 + n % 2}", 1 + n % 5),
            channel="phone" if n % 7 == 0 else "web",
            sales_region="West" if n % 13 == 0 else "East",
            placed_at=NOON + timedelta(minutes=37 * n % 60, hours=n // 3),
            note="ring the bell" if n % 4 == 0 else "",
        )
        for n in range(COUNT)
    ]
    return [one.number for one in place_orders(session, requests, actor=SYSTEM)]


def expected(session, where: str) -> list[str]:
    return list(session.scalars(text(f"SELECT number FROM orders o WHERE {where} ORDER BY placed_at DESC, id DESC")))


NOTED = "EXISTS (SELECT FROM order_notes n WHERE n.order_id = o.id)"
WITH_TEA_1 = "EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.sku_code = 'TEA-1')"
PHONE = "channel_id = (SELECT id FROM channels WHERE code = 'phone')"


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        (Filters(view="all"), "true"),
        (Filters(channel=("phone",)), PHONE),
        (Filters(view="all", region="West"), "sales_region = 'West'"),
        (Filters(view="all", q="bell"), NOTED),
        (Filters(view="all", q="be"), NOTED),
        (Filters(view="all", q="caspian"), "true"),
        (Filters(view="all", q="tea-1"), WITH_TEA_1),
        (Filters(view="all", sku="TEA-1", channel=("phone",)), f"{WITH_TEA_1} AND {PHONE}"),
        (Filters(view="all", q="bell", region="West"), f"{NOTED} AND sales_region = 'West'"),
        (Filters(view="all", q="nobody at all"), "false"),
        (Filters(view="all", fulfilment=("returned",)), "false"),
        (Filters(site=("RNO1",)), "EXISTS (SELECT FROM fulfilment_orders f JOIN sites s ON s.id = f.site_id"
         " WHERE f.order_id = o.id AND s.code = 'RNO1')"),
    ],
)  # fmt: skip
def test_looking_on_shows_every_order_that_fits_once_and_back_again(session, orders, filters, where):
    there, after = [], ""
    ends = []
    while True:
        page = order_board(session, filters, after=after)
        there += [row.number for row in page.rows]
        ends.append(page)
        if page.following is None:
            break
        after = page.following
    back, before = [], ends[-1].preceding
    while before:
        page = order_board(session, filters, after=before)
        back = [row.number for row in page.rows] + back
        before = page.preceding

    assert there == expected(session, where)
    assert back == there[: len(back)]
    assert len(back) >= len(there) - len(ends[-1].rows)


def test_a_page_says_how_far_it_looked(session, orders):
    page = order_board(session, Filters(view="all", region="Nowhere"))

    assert (page.rows, page.looked_at) == ([], 10)
    assert page.following is not None


def test_other_sorts_are_among_the_newest(session, orders, monkeypatch):
    monkeypatch.setattr(board, "NEWEST", 20)
    newest = expected(session, "true")[:20]

    page = order_board(session, Filters(view="all"), sort="-total")

    assert page.newest == 20
    assert {row.number for row in page.rows} <= set(newest)
    assert [row.total_minor for row in page.rows] == [5_000] * 4


@pytest.mark.parametrize("orders", ["among many"], indirect=True)
def test_a_short_list_is_counted_and_a_long_one_estimated(session, orders):
    assert str(order_board(session, Filters(view="all", q="W-100")).total) == "0"
    assert order_board(session, Filters(view="all")).total.number == COUNT
    assert order_board(session, Filters(view="all", q="caspian")).total.is_exact is False
    assert order_board(session, Filters(view="all", q="caspian", region="East")).total is None


@given(any_facts)
def test_how_far_the_goods_are_bounds_the_orders_own_status(facts):
    """The board finds orders by goods through the index of the statuses that these can have."""
    assert order_status(facts) in STATUSES_OF[fulfilment_status(facts)]
