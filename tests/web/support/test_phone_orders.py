"""Orders taken by phone: previewed, placed once, and refused with every mistake at once."""

import pytest

from tests.web.conftest import htmx

NEW = "/support/orders/new"
CALL = {
    "name": "Bo Larkspur",
    "city": "Columbus",
    "region": "OH",
    "postal_code": "43215",
    "country": "us",
    "channel": "phone",
    "payment_method": "",
    "lines-0-sku": "TEA-1",
    "lines-0-quantity": "2",
    "lines-1-sku": "TEA-2",
    "lines-1-quantity": "1",
    "lines-1-unit_price": "7.50",
}


def test_the_form_works_whole_and_in_part(desk):
    whole, part = desk.get(NEW), desk.get(NEW, headers=htmx())

    assert whole.status_code == part.status_code == 200
    assert "<html" not in part.text


def test_strangers_and_the_warehouse_take_no_orders(house, client, login, one):
    assert client.post(NEW, data=CALL).status_code == 302
    assert login("warehouse").post(NEW, data=CALL).status_code == 403
    assert one("SELECT count(*) FROM orders") == 0


def test_the_price_is_shown_before_anything_is_placed(desk, one):
    shown = desk.post(f"{NEW}/preview", data={**CALL, "shipping": "4.90"})

    assert shown.status_code == 200
    assert "32.40" in shown.text
    assert one("SELECT count(*) FROM orders") == 0


def test_the_preview_says_what_is_wrong(desk):
    shown = desk.post(f"{NEW}/preview", data={**CALL, "lines-0-sku": "NOPE", "country": "FR"})

    assert "there is no SKU “NOPE”" in shown.text
    assert "we do not deliver to FR" in shown.text


def test_the_order_is_placed_and_opened(desk, one):
    answer = desk.post(NEW, data=CALL)

    number = one("SELECT number FROM orders")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/support/orders/{number}")
    assert one("SELECT goods_minor FROM orders") == 2750


def test_with_htmx_the_browser_is_sent_to_the_order(desk, one):
    answer = desk.post(NEW, data=CALL, headers=htmx())

    assert answer.headers["HX-Redirect"] == f"/support/orders/{one('SELECT number FROM orders')}"


def test_a_form_that_is_sent_twice_is_one_order(desk, one):
    for _ in range(2):
        desk.post(NEW, data={**CALL, "once": "call-1"})

    assert one("SELECT count(*) FROM orders") == 1


def test_an_unknown_sku_goes_to_the_exceptions(desk, one):
    answer = desk.post(NEW, data={**CALL, "lines-0-sku": "NOPE"})

    assert answer.headers["Location"] == f"/support/exceptions/{one('SELECT id FROM intake_exceptions')}"


def test_a_channel_that_forbids_waiting_refuses_with_the_shortage(desk, one):
    refused = desk.post(NEW, data={**CALL, "channel": "store", "lines-0-quantity": "99"})

    assert refused.status_code == 422
    assert "TEA-1: 20 left, 99 asked" in refused.text
    assert one("SELECT count(*) FROM orders") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"city": ""},
        {"country": "USA"},
        {"channel": "moon"},
        {"lines-0-quantity": "0"},
        {"lines-0-quantity": "-1"},
        {"lines-0-quantity": "1e3"},
        {"lines-0-quantity": "1.5"},
        {"lines-0-quantity": "٣"},
        {"lines-0-quantity": ""},
        {"lines-0-quantity": "1000001"},
        {"lines-0-sku": ""},
        {"lines-0-sku": "a\x00"},
        {"lines-1-unit_price": "7.505"},
        {"lines-1-unit_price": "-1"},
        {"lines-1-unit_price": "NaN"},
        {"shipping": "1e9"},
        {"note": "a\x00"},
        {"email": "a\nb@example.com"},
        {"email": "bo at example.com"},
    ],
)
def test_what_breaks_a_rule_is_shown_again_and_nothing_is_placed(desk, one, changes):
    refused = desk.post(NEW, data={**CALL, **changes})

    assert refused.status_code == 422
    assert "Not saved yet" in refused.text
    assert one("SELECT count(*) FROM orders") == 0


def test_every_mistake_is_told_at_once(desk):
    refused = desk.post(NEW, data={**CALL, "lines-0-quantity": "x", "lines-1-unit_price": "y"})

    assert "line 1, quantity" in refused.text
    assert "line 2, price" in refused.text


def test_an_order_without_lines_is_refused(desk):
    bare = {name: value for name, value in CALL.items() if not name.startswith("lines-")}

    assert "write at least one line" in desk.post(NEW, data=bare).text
