"""Available to promise: the weeks, one question and its answer; the order page says what an order waits for."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import text

from app.inventory.incoming import expect
from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming, peg_all
from tests.web.conftest import htmx

URL = "/support/skus/TEA-1/availability"


@pytest.fixture
def house(session, bound, time_machine):
    time_machine.move_to(datetime(2026, 11, 25, 15, tzinfo=UTC), tick=False)
    return make_house(session, {("TEA-1", "CMH1"): 5})


@pytest.fixture
def sam(house, login):
    return login("support")


@pytest.fixture
def waiting(session, house):
    """An order for 8 of which 5 are here; 20 come on 3 December, 30 on 5 January, 4 are overdue."""
    [placed] = place_orders(session, [order_request(("TEA-1", 8))], actor=SYSTEM)
    come(session, house, 71, 20, "2026-12-03")
    come(session, house, 72, 30, "2027-01-05", site="RNO1")
    come(session, house, 73, 4, "2026-11-20")
    peg_all(session, house.skus["TEA-1"])
    session.commit()
    return placed


def come(session, house, source_id, quantity, day, *, site="CMH1"):
    expect(session, [coming(house, source_id, quantity, day, site=site)], actor=SYSTEM)


def words(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(page.text)))


def rows(page):
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page.text, re.DOTALL)
    return {
        re.sub(r"<[^>]+>", "", day).strip(): [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", rest, re.DOTALL)
        ]
        for day, rest in found
    }


def test_a_stranger_is_sent_to_sign_in(house, client):
    assert client.get(URL).status_code in (302, 303)


def test_26_weeks_and_what_follows_are_shown_with_both_figures(sam, waiting):
    table = rows(sam.get(URL))

    assert len(table) == 27
    assert table["Now"] == ["0", "", "", "0", "0", ""]
    assert table["Mon 30 Nov"] == ["17", "20", "3", "17", "17", "purchase line 71 at CMH1"]
    assert list(table.values())[6] == ["47", "30", "", "47", "30", "purchase line 72 at RNO1"]


def test_htmx_gets_the_part_alone(sam, waiting):
    page = sam.get(URL, headers=htmx())

    assert page.text.lstrip().startswith('<section class="wb-panel" id="atp"')
    assert "<html" not in page.text


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("quantity=17", "17 can be promised from Thu 3 Dec . That rests on purchase line 71 at CMH1."),
        ("quantity=40", "40 can be promised from Tue 5 Jan . That rests on purchase line 72 at RNO1."),
        ("quantity=48", "48 cannot be promised for any day until 25 Nov 2027 . At most 47 can"),
        ("quantity=20&site=CMH1", "20 cannot be promised for any day until 25 Nov 2027 . At most 17 can"),
        ("quantity=30&site=RNO1", "30 can be promised from Tue 5 Jan . That rests on purchase line 72."),
    ],
)
def test_when_could_i_have_so_many_is_answered_with_the_supply_it_rests_on(sam, waiting, query, answer):
    assert answer in words(sam.get(f"{URL}?{query}"))


def test_what_lies_here_is_answered_with_today(sam, house):
    assert "5 can be promised today." in words(sam.get(f"{URL}?quantity=5"))


def test_period_atp_is_told_where_it_says_another_day(sam, waiting):
    assert "would say never" in words(sam.get(f"{URL}?quantity=40"))


def test_what_is_overdue_is_said_and_promised_to_nobody(sam, waiting):
    assert "4 should have come by now: purchase line 73, expected Fri 20 Nov" in words(sam.get(URL))


def test_where_nothing_is_to_come_no_table_is_shown(sam, house):
    page = sam.get("/support/skus/TEA-2/availability")

    assert "Nothing is to come and nobody waits" in page.text
    assert rows(page) == {}


@pytest.mark.parametrize("query", ["quantity=0", "quantity=-1", "quantity=1e3", "quantity=x", "site=NOPE"])
def test_what_cannot_be_read_is_said_at_the_field(sam, waiting, query):
    page = sam.get(f"{URL}?{query}")

    assert page.status_code == 422
    assert 'class="wb-error"' in page.text


def test_an_unknown_sku_is_not_found(sam):
    assert sam.get("/support/skus/NOPE/availability").status_code == 404


def test_the_order_page_names_the_supply_and_every_promise(sam, session, house, waiting):
    bring(session, coming(house, 71, 20, "2026-12-08"))
    session.commit()

    said = words(sam.get(f"/support/orders/{waiting.number}"))

    assert "Promised Wed 9 Dec , now Mon 14 Dec" in said
    assert "3 × TEA-1 promised for Mon 14 Dec" in said
    assert "3 rest on purchase line 71, expected Tue 8 Dec at CMH1" in said
    assert "Later than before, customer told" in said
    assert "Arrives later than the customer was told" in said


def test_an_order_that_waits_for_nothing_has_no_such_part(sam, session, house):
    [placed] = place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)
    session.commit()

    assert 'id="promises"' not in sam.get(f"/support/orders/{placed.number}").text


def test_units_without_supply_say_why(sam, session, waiting):
    [placed] = place_orders(session, [order_request(("TEA-1", 90))], actor=SYSTEM)
    [other] = place_orders(session, [order_request(("TEA-2", 1))], actor=SYSTEM)
    session.commit()

    assert "rest on nothing: all that is to come is promised to others" in words(
        sam.get(f"/support/orders/{placed.number}")
    )
    assert "rest on nothing: none are on order" in words(sam.get(f"/support/orders/{other.number}"))


def test_the_customer_sees_for_which_day_it_is_expected(client, session, house, waiting):
    key = session.execute(text("SELECT tracking_key FROM orders")).scalar_one()
    assert "Wed 9 Dec Expected by then" in words(client.get(f"/track/{key}"))

    bring(session, coming(house, 71, 20, "2026-12-08"))
    session.commit()

    said = words(client.get(f"/track/{key}"))
    assert "Being prepared Wed 9 Dec Expected by then Ordered" in said
    assert "Waiting for stock Mon 14 Dec Expected by then; first promised for Wed 9 Dec" in said


def test_the_page_of_the_sku_has_it_too(sam, waiting):
    page = sam.get("/support/skus/TEA-1")

    assert page.text.count('id="atp"') == 1
    assert "purchase line 71 at CMH1" in words(page)
