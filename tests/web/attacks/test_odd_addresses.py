"""Addresses that no page of ours made: garbage for a place or an order of rows, endless ones, SQL in a search."""

from urllib.parse import quote

import pytest

from tests.factories.house import make_skus
from tests.web.conftest import htmx

PLACES = {
    "after": (
        *("/support/orders/", "/support/exceptions/", "/support/imports/", "/support/customers/", "/support/skus/"),
        *(
            "/warehouse/queue/",
            "/warehouse/packing/",
            "/warehouse/shipments/",
            "/admin/products/",
            "/admin/dead-letters/",
        ),
        *("/support/transfers/", "/warehouse/transfers/", "/admin/sites/CMH1/bins/"),
    ),
    "before": ("/admin/messages/", "/support/skus/TEA-1"),
}
GARBAGE = ("garbage", "-1", "1e3", "٣", "9" * 30, "AAAA", "a\0b", "'; DROP TABLE orders;--", "WzEsMl0", "__class__")
SORTS = ("id;drop", "__class__", "-", "placed desc", "'", "total,placed", "\0")
SQL = ("' OR 1=1--", "%", "_", "\\", "%%", "');DROP TABLE skus;--")


@pytest.mark.parametrize("parameter", PLACES)
def test_a_garbled_place_in_any_list_is_refused(house, login, parameter):
    alice = login("alice")

    answers = {
        (page, odd): alice.get(f"{page}?{parameter}={quote(odd)}").status_code
        for page in PLACES[parameter]
        for odd in GARBAGE
    }

    assert answers == dict.fromkeys(answers, 400)


@pytest.mark.parametrize("sort", SORTS)
def test_an_order_of_rows_that_does_not_exist_is_refused(house, login, sort):
    assert login("alice").get(f"/support/orders/?sort={quote(sort)}").status_code == 400


@pytest.mark.parametrize("path", ["/support/orders/", "/track/", "/account/login", "/api/v1/orders", "/nowhere"])
@pytest.mark.parametrize("query", ["q=" + "x" * 16_000, "status=paid&" * 10_000], ids=["16 kB", "10,000 filters"])
def test_an_endless_address_is_refused(house, login, path, query):
    assert login("alice").get(f"{path}?{query}").status_code == 414


def test_an_endless_path_is_refused_before_it_is_looked_for(client):
    assert client.get("/support/orders/" + "W" * 16_000).status_code == 414


def test_an_endless_address_by_htmx_is_told_in_the_messages(login):
    answer = login("alice").get("/support/orders/?q=" + "x" * 16_000, headers=htmx())

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (414, "#messages")


def test_many_values_of_one_filter_are_refused(house, login):
    query = "&".join(f"channel=c{number}" for number in range(200))

    assert login("alice").get(f"/support/orders/?{query}").status_code == 400


@pytest.mark.parametrize("sought", SQL)
@pytest.mark.parametrize("page", ["/admin/products/?q=", "/support/skus/?q="])
def test_a_search_for_goods_takes_every_sign_literally(house, login, session, page, sought):
    alice = login("alice")
    before = alice.get(page + quote(sought)).text
    make_skus(session, [f"ODD-{sought}".replace(" ", "")])
    session.commit()

    after = alice.get(page + quote(sought.replace(" ", ""))).text

    assert "TEA-1" not in before
    assert "ODD-" in after
    assert "TEA-1" not in after
