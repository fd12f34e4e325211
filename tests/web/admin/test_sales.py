"""The sales page: the figures of the report, drawn, in tables, as CSV, and linked to the orders behind them."""

import base64
import csv
import json
import re
from hashlib import sha256
from html import unescape
from importlib.metadata import distribution
from io import StringIO

import pytest

from app.web.security import PLOTLY_STYLES
from tests.factories.house import make_house
from tests.factories.sales import Sold, sell
from tests.web.conftest import htmx

MARCH = "/admin/sales/?from=2026-03-01&to=2026-03-31"


@pytest.fixture
def sold(session, bound):
    make_house(session)
    sell(
        session,
        Sold(lines=[("TEA-1", 3, 123456, 0), ("TEA-2", 2, 999, 1)], customer="SM-1"),
        Sold(lines=[("TEA-1", 1, 700, 0)], region="East", channel="phone"),
        Sold(lines=[("TEA-1", 1, 5000, 0)], currency="EUR"),
    )
    session.commit()


@pytest.fixture
def admin(login, sold):
    return login("admin")


def figures(page: str) -> dict[str, dict]:
    found = re.findall(r'<script type="application/json" id="figure-(\w+)">(.*?)</script>', page, re.DOTALL)
    return {name: json.loads(figure) for name, figure in found}


def test_the_page_shows_the_figures_of_the_report(admin):
    page = admin.get(MARCH).text

    assert "1,246.56" in page
    assert "West brings 99.4 % of net sales" in page
    assert "Tea TEA-1 sells best: USD 1,241.56" in page


def test_chart_table_and_csv_agree(admin):
    page = admin.get(MARCH).text

    drawn = figures(page)["region"]["data"][0]
    table = re.search(r'id="sales-by-region".*?</table>', page, re.DOTALL)[0]
    lines = list(csv.DictReader(StringIO(admin.get("/admin/sales/region.csv?from=2026-03-01&to=2026-03-31").text)))
    assert dict(zip(drawn["y"], drawn["text"], strict=True)) == {"West": "USD 1,239.56", "East": "USD 7.00"}
    assert "1,239.56" in table
    assert "7.00" in table
    assert {(line["region"], line["net_sales"]) for line in lines} == {("West", "1239.56"), ("East", "7.00")}


def test_currencies_are_never_added_up(admin):
    dollars, euros = admin.get(MARCH).text, admin.get(f"{MARCH}&currency=EUR").text

    assert "1,246.56" in dollars
    assert "50.00" in euros
    assert "1,246.56" not in euros
    assert "1,296.56" not in dollars + euros


@pytest.mark.parametrize(
    ("filters", "shown"),
    [("channel=phone", "7.00"), ("region=West", "1,239.56"), ("sku=TEA-2", "5.00"), ("customer=SM-1", "1,239.56")],
)
def test_filters_stand_in_the_address(admin, filters, shown):
    page = admin.get(f"{MARCH}&{filters}").text

    assert f'<span class="wb-kpi__unit">USD</span>{shown}' in page


def test_each_figure_leads_to_the_orders_behind_it(admin):
    page = admin.get(f"{MARCH}&channel=web").text

    links = [unescape(link) for link in re.findall(r'href="(/support/orders/\?[^"]*)"', page)]
    assert "/support/orders/?view=all&from=2026-03-01&to=2026-03-31&channel=web&sku=TEA-1" in links
    assert "/support/orders/?view=all&from=2026-03-15&to=2026-03-15&channel=web" in links
    assert figures(page)["sku"]["data"][0]["customdata"][0] in links


def test_the_table_links_are_read_by_the_order_board(admin):
    assert admin.get("/support/orders/?view=all&from=2026-03-01&to=2026-03-31&channel=web&sku=TEA-1").status_code == 200


def test_the_period_before_is_compared(admin, session):
    page = admin.get("/admin/sales/?from=2026-04-01&to=2026-04-30&against=previous").text

    assert "Nothing was sold in this period" in page
    assert "Show all orders" in page


def test_only_pages_with_charts_allow_the_styles_of_plotly(admin):
    charts, other = admin.get(MARCH), admin.get("/admin/users/")

    assert PLOTLY_STYLES in charts.headers["Content-Security-Policy"]
    assert "sha256" not in other.headers["Content-Security-Policy"]


def test_the_allowed_styles_are_those_of_the_installed_plotly():
    script = distribution("plotly").locate_file("plotly/package_data/plotly.min.js").read_text(encoding="utf-8")
    texts = ["", *re.findall(r"\.textContent='([^'\\]*)'", script)]

    hashes = [base64.b64encode(sha256(text.encode()).digest()).decode() for text in texts]

    assert " ".join(f"'sha256-{each}'" for each in hashes) == PLOTLY_STYLES
    assert len(re.findall(r'createElement\("style"\)', script)) == len(texts)


def test_figures_come_as_data_that_cannot_end_their_element(admin):
    page = admin.get(MARCH).text

    written = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert len(written) == 5
    assert not any("<" in figure for figure in written)


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-02-30",
        "from=2026-03-01&to=2026-02-01",
        "against=moon",
        "from=20260301",
        "to=9999-01-01",
    ],
)
def test_a_filter_that_means_nothing_is_refused_in_words(admin, query):
    answer = admin.get(f"/admin/sales/?{query}")

    assert answer.status_code == 422
    assert "Traceback" not in answer.text


def test_an_unknown_report_is_refused(admin):
    assert admin.get("/admin/sales/weather.csv").status_code == 422


def test_csv_is_a_download_with_the_period_in_its_name(admin):
    answer = admin.get("/admin/sales/sku.csv?from=2026-03-01&to=2026-03-31")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sales-by-sku-2026-03-01-to-2026-03-31.csv"'


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"])
def test_hostile_names_are_shown_as_text(admin, session, name):
    session.connection().exec_driver_sql("UPDATE customers SET name = %s", (name,))
    session.commit()

    page = admin.get(MARCH).text

    assert name not in page or name == "{{7*7}}"
    assert name in unescape(page)


def test_the_csv_of_a_formula_is_defused(admin, session):
    session.connection().exec_driver_sql("UPDATE customers SET name = '=1+1'")
    session.commit()

    file = admin.get("/admin/sales/customer.csv?from=2026-03-01&to=2026-03-31").text

    assert "SM-1,'=1+1,USD," in file


def test_htmx_gets_the_whole_page_since_charts_need_it(admin):
    assert "<html" in admin.get(MARCH, headers=htmx()).text


def test_an_empty_company_says_what_will_be_here(login, session, bound):
    make_house(session)

    page = login("admin").get("/admin/sales/").text

    assert "Figures appear here with the first order" in page
    assert "Set up the company" in page
    assert "plotly" not in page


def test_strangers_are_sent_to_sign_in(client):
    assert client.get("/admin/sales/").location.startswith("/account/login")
    assert client.get("/admin/sales/region.csv").location.startswith("/account/login")


def test_support_may_not_see_sales(login):
    assert login("support").get("/admin/sales/").status_code == 403
