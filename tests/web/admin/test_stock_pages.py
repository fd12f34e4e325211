"""Levels, ledger, chains and the stock report: filters, pages and what they link to."""

import csv
import re
from html import unescape
from io import StringIO

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.count_stock import count_stock
from app.workflows.place_orders import place_orders
from tests.factories.buying import add_supplier, come, sent
from tests.factories.house import make_house, make_skus, order_request, put_stock, read_house
from tests.web.conftest import htmx


@pytest.fixture
def admin(login, session, bound):
    make_house(session, {("TEA-1", "RNO1"): 10, ("TEA-1", "EWR1"): 5, ("TEA-2", "RNO1"): 3})
    place_orders(session, [order_request(("TEA-1", 4))], actor=SYSTEM)
    session.commit()
    return login("admin")


def levels(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<th scope="row"><a class="wb-code"[^>]*>([^<]+)</a></th>.*?wb-code">([A-Z0-9-]+)</span>', page)
    return [(sku, site) for sku, site in found]


def test_levels_show_every_sku_at_every_site(admin):
    assert levels(admin.get("/admin/levels/").text) == [("TEA-1", "EWR1"), ("TEA-1", "RNO1"), ("TEA-2", "RNO1")]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=tea-2", 1),
        ("q=%25", 0),
        ("site=RNO1", 2),
        ("site=NONE", 0),
        ("state=unavailable", 1),
        ("condition=damaged", 1),
        ("condition=quarantine", 0),
        ("state=out", 0),
        ("state=low", 0),
        ("category=nothing", 0),
        ("state=incoming", 0),
    ],
)
def test_levels_can_be_narrowed(admin, session, query, count):
    house = read_house(session)
    damage = Adjustment(sku_id=house.skus["TEA-2"], site_id=house.sites["RNO1"], reason="damage", unavailable=1)
    adjust_stock(session, [damage], actor=SYSTEM)
    session.commit()

    assert len(levels(admin.get(f"/admin/levels/?{query}").text)) == count


def test_pages_of_levels_follow_each_other_both_ways(admin, session):
    make_skus(session, [f"ZZZ-{n:03}" for n in range(60)])
    house = read_house(session)
    put_stock(session, house, {(f"ZZZ-{n:03}", "RNO1"): 1 for n in range(60)})
    session.commit()
    first = admin.get("/admin/levels/?q=ZZZ").text
    second = admin.get(unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])).text
    back = admin.get(unescape(re.search(r'href="([^"]+)" rel="prev"', second)[1])).text

    assert [sku for sku, _ in levels(first) + levels(second)] == [f"ZZZ-{n:03}" for n in range(60)]
    assert levels(back) == levels(first)


@pytest.mark.parametrize("path", ["/admin/levels/", "/admin/ledger/", "/admin/stock-rules/", "/admin/alerts/"])
def test_htmx_gets_the_list_alone(admin, path):
    assert "<html" not in admin.get(path, headers=htmx()).text


@pytest.mark.parametrize(
    "path",
    [
        *("/admin/levels/?state=x", "/admin/levels/?condition=x", "/admin/levels/?after=x"),
        *("/admin/ledger/?from=x", "/admin/ledger/?before=x", "/admin/ledger/?reference=nothing"),
        *("/admin/stock-report/?from=x", "/admin/stock-report/?from=2026-01-02&to=2026-01-01"),
        *("/admin/stock-report/?from=1990-01-01", "/admin/alerts/?state=x", "/admin/stock-rules/?kind=x"),
    ],
)
def test_what_cannot_be_read_is_refused(admin, path):
    assert admin.get(path).status_code in {400, 422}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("sku=TEA-1", 3),
        ("sku=TEA-1&site=EWR1", None),
        ("site=RNO1&reason=opening", 2),
        ("reason=allocate", 1),
        ("reason=nothing", 0),
        ("bin=A-1", 0),
        ("lot=L-1", 0),
        ("actor=system", 4),
        ("actor=user:1", 0),
        ("sku=NOPE", 0),
        ("from=2020-01-01&to=2020-12-31", 0),
        ("from=2020-01-01", 4),
        ("to=2099-01-01", 4),
        ("reference=import:7", 0),
        ("from=2020-01-01&sku=TEA-2", 1),
    ],
)
def test_the_ledger_can_be_narrowed(admin, query, count):
    page = admin.get(f"/admin/ledger/?{query}").text

    if count is not None:
        assert page.count("<tr><td><time") == count


def test_the_ledger_finds_what_happened_for_an_order(admin, session):
    number = session.scalar(text("SELECT number FROM orders"))

    page = admin.get(f"/admin/ledger/?reference={number}").text

    assert page.count("<tr><td><time") == 1
    assert f"/support/orders/{number}" in page


def test_older_movements_are_one_page_on(admin, session):
    house = read_house(session)
    for _ in range(55):
        put_stock(session, house, {("TEA-2", "RNO1"): 1})
    session.commit()
    for query in ("sku=TEA-2", ""):
        first = admin.get(f"/admin/ledger/?{query}").text
        older = admin.get(unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])).text

        assert first.count("<tr><td><time") == 50
        assert older.count("<tr><td><time") == (6 if query else 9)


def test_the_chains_of_a_sku_are_recomputed_on_the_spot(admin):
    page = admin.get("/admin/ledger/chains/TEA-1").text

    assert "Every chain holds" in page
    assert "3 movements" in page


def test_a_level_that_was_written_over_is_named(admin, session):
    level = session.execute(text("SELECT id, chain FROM stock_levels WHERE on_hand = 5")).one()
    overwrite = text("UPDATE stock_levels SET chain = :chain WHERE id = :id")
    session.execute(overwrite, {"id": level.id, "chain": b"0"})
    session.commit()

    page = admin.get("/admin/ledger/chains/TEA-1").text

    session.execute(overwrite, level._asdict())
    session.commit()
    assert "does not hold the hash of its last movement" in page


def test_the_ledger_says_when_it_was_signed_and_verified(admin, session):
    session.execute(
        text("INSERT INTO verify_runs (began_at, ended_at, findings) VALUES (now(), now() - interval '2 hours', 0)")
    )
    session.commit()

    page = admin.get("/admin/ledger/").text

    assert "2 hours ago" in page
    assert "nothing was found" in page


def test_the_report_is_empty_before_anything_is_counted(admin):
    assert "No stock in this period" in admin.get("/admin/stock-report/").text


def test_the_report_shows_each_chart_with_its_table(admin, session):
    count_stock(session)
    session.commit()

    page = admin.get("/admin/stock-report/").text

    assert "Stock grew by 18 to 18 units" in page
    assert page.count("data-chart=") >= 3
    assert page.count("Show as table") >= 3


def test_the_report_can_be_taken_away_as_csv(admin, session):
    count_stock(session)
    session.commit()

    rows = list(csv.DictReader(StringIO(admin.get("/admin/stock-report/sku.csv?sku=TEA-1").text)))
    days = list(csv.DictReader(StringIO(admin.get("/admin/stock-report/day.csv").text)))

    assert [(row["sku"], row["on_hand"], row["free"], row["demanded"]) for row in rows] == [("TEA-1", "15", "11", "4")]
    assert (len(days), days[-1]["on_hand"]) == (30, "18")
    assert admin.get("/admin/stock-report/moon.csv").status_code == 404


def test_a_movement_leads_to_the_paper_that_caused_it(admin, session):
    add_supplier(session)
    number = sent(session, ("TEA-1", 6))
    come(session, number, ("TEA-1", 6))
    session.commit()

    assert f'href="/admin/purchase-orders/{number}"' in admin.get("/admin/ledger/?sku=TEA-1").text
