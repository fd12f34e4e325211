"""Holding, noting, cancelling, correcting, paying: with and without JavaScript, once each, and never by strangers."""

import re

import pytest
from sqlalchemy import text

from tests.web.conftest import htmx


@pytest.fixture
def url(number):
    return f"/support/orders/{number}"


def line_id(session, number):
    return session.execute(
        text(
            "SELECT l.id FROM order_lines l JOIN orders o ON o.id = l.order_id"
            " WHERE o.number = :n ORDER BY l.position LIMIT 1"
        ),
        {"n": number},
    ).scalar_one()


def seen(desk, url):
    return re.search(r'name="seen" type="hidden" value="([^"]+)"', desk.get(f"{url}/address").text)[1]


ADDRESS = {
    "name": "Caspian Reed",
    "street": "15 Linden Street",
    "city": "Columbus",
    "region": "OH",
    "postal_code": "43215",
    "country": "US",
    "email": "caspian.reed@example.com",
}
PAYMENT = {"amount": "10.00", "currency": "USD", "method": "bank_transfer", "reference": "TX-1"}


def test_without_javascript_an_act_leads_back_to_the_order(desk, url):
    answer = desk.post(f"{url}/holds", data={"reason": "fraud_review"})

    assert (answer.status_code, answer.headers["Location"]) == (303, url)


def test_with_htmx_an_act_answers_with_the_order(desk, url):
    answer = desk.post(f"{url}/holds", data={"reason": "fraud_review"}, headers=htmx())

    assert answer.status_code == 200
    assert "On hold: Fraud review" in answer.text
    assert "<html" not in answer.text


def test_a_hold_is_released(desk, url, one):
    desk.post(f"{url}/holds", data={"reason": "other"})
    hold = one("SELECT id FROM holds")

    assert desk.post(f"{url}/holds/{hold}/release").status_code == 303
    assert one("SELECT count(*) FROM holds WHERE released_at IS NULL") == 0


def test_a_hold_is_released_on_its_own_order_only(desk, url, orders, one):
    desk.post(f"{url}/holds", data={"reason": "other"})
    hold = one("SELECT id FROM holds")

    assert desk.post(f"/support/orders/{orders[1]}/holds/{hold}/release").status_code == 404


def test_a_note_appears_on_the_timeline_and_says_who_wrote_it(desk, url):
    desk.post(f"{url}/notes", data={"body": "Asked to wait until Friday"})

    page = desk.get(url).text
    assert "Asked to wait until Friday" in page
    assert "by Sam Support" in page


@pytest.mark.parametrize("body", ["", "   ", "a\x00b", "x" * 4001])
def test_a_note_that_cannot_be_kept_is_shown_again_with_the_reason(desk, url, one, body):
    refused = desk.post(f"{url}/notes", data={"body": body})

    assert refused.status_code == 422
    assert "invalid-feedback" in refused.text
    assert one("SELECT count(*) FROM order_notes WHERE body <> 'Leave it 100% dry_at the door'") == 0


def test_a_form_that_is_sent_twice_acts_once(desk, url, one):
    data = {**PAYMENT, "once": "form-key-1"}

    first, second = (desk.post(f"{url}/payments", data=data) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert one("SELECT count(*) FROM payment_entries") == 1


def test_a_form_key_with_another_amount_is_refused(desk, url, one):
    desk.post(f"{url}/payments", data={**PAYMENT, "once": "form-key-1"})

    assert desk.post(f"{url}/payments", data={**PAYMENT, "amount": "9.00", "once": "form-key-1"}).status_code == 422
    assert one("SELECT count(*) FROM payment_entries") == 1


def test_each_printed_form_has_a_key_of_its_own(desk, url):
    keys = {
        re.search(r'name="once" type="hidden" value="([^"]+)"', desk.get(f"{url}/payments/new").text)[1]
        for _ in range(3)
    }

    assert len(keys) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "1.005"},
        {"amount": "1e3"},
        {"amount": "NaN"},
        {"amount": "١٠"},
        {"amount": "9" * 19},
        {"amount": ""},
        {"method": "magic"},
        {"method": ""},
        {"currency": "EUR"},
        {"reference": "4111111111111111"},
        {"reference": "Caspian Reed"},
        {"reference": "a\r\nb"},
    ],
)
def test_a_payment_that_breaks_a_rule_is_shown_again(desk, url, one, changes):
    refused = desk.post(f"{url}/payments", data={**PAYMENT, **changes})

    assert refused.status_code == 422
    assert "Not saved yet" in refused.text
    assert one("SELECT count(*) FROM payment_entries") == 0


def test_a_refund_is_recorded_up_to_what_was_paid(desk, url, one):
    desk.post(f"{url}/payments", data=PAYMENT)

    first = desk.post(f"{url}/refunds", data={**PAYMENT, "amount": "6.00"})
    second = desk.post(f"{url}/refunds", data={**PAYMENT, "amount": "6.00"})

    assert (first.status_code, second.status_code) == (303, 422)
    assert one("SELECT refunded_minor FROM orders WHERE refunded_minor > 0") == 600


def test_fields_that_are_not_asked_for_change_nothing(desk, url, one):
    desk.post(f"{url}/notes", data={"body": "hello", "status": "shipped", "total_minor": "0", "role": "admin"})

    assert one("SELECT count(*) FROM orders WHERE status = 'shipped' OR total_minor = 0") == 0


def test_units_are_cancelled_with_a_reason(desk, session, url, number, one):
    line = line_id(session, number)

    answer = desk.post(f"{url}/cancellation", data={f"line-{line}": "1", "reason": "customer"})

    assert answer.status_code == 303
    assert one("SELECT cancelled FROM order_lines WHERE id = :id", id=line) == 1


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [("1", ""), ("1", "because"), ("", "customer"), ("0", "customer"), ("1.5", "customer"), ("٣", "customer")],
)
def test_a_cancellation_that_breaks_a_rule_is_shown_again(desk, session, url, number, one, quantity, reason):
    line = line_id(session, number)

    refused = desk.post(f"{url}/cancellation", data={f"line-{line}": quantity, "reason": reason})

    assert refused.status_code == 422
    assert one("SELECT sum(cancelled) FROM order_lines") == 0


def test_more_units_than_are_free_are_not_cancelled(desk, session, url, number, one):
    refused = desk.post(f"{url}/cancellation", data={f"line-{line_id(session, number)}": "3", "reason": "customer"})

    assert refused.status_code == 422
    assert "of 3 units can still be cancelled" in refused.text
    assert 'value="3"' in refused.text
    assert one("SELECT sum(cancelled) FROM order_lines") == 0


def test_an_address_is_corrected(desk, url, one):
    answer = desk.post(f"{url}/address", data={**ADDRESS, "seen": seen(desk, url)})

    assert answer.status_code == 303
    assert one("SELECT count(*) FROM order_contacts WHERE street = '15 Linden Street'") == 1


def test_the_second_editor_sees_both_versions_and_saves_nothing(desk, url, one):
    stale = seen(desk, url)
    desk.post(f"{url}/address", data={**ADDRESS, "seen": stale})

    refused = desk.post(f"{url}/address", data={**ADDRESS, "street": "16 Linden Street", "seen": stale})

    assert refused.status_code == 409
    assert "15 Linden Street" in refused.text
    assert "16 Linden Street" in refused.text
    assert one("SELECT count(*) FROM order_contacts WHERE street = '16 Linden Street'") == 0


def test_the_second_editor_may_then_save(desk, url, one):
    stale = seen(desk, url)
    desk.post(f"{url}/address", data={**ADDRESS, "seen": stale})
    conflict = desk.post(f"{url}/address", data={**ADDRESS, "street": "16 Linden Street", "seen": stale}).text
    fresh = re.search(r'name="seen" type="hidden" value="([^"]+)"', conflict)[1]

    answer = desk.post(f"{url}/address", data={**ADDRESS, "street": "16 Linden Street", "seen": fresh})

    assert answer.status_code == 303
    assert one("SELECT count(*) FROM order_contacts WHERE street = '16 Linden Street'") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"country": "USA"},
        {"postal_code": "00000", "city": "Nowhere"},
        {"name": "a\x00"},
        {"email": "caspian at home"},
    ],
)
def test_an_address_that_leads_nowhere_is_shown_again(desk, url, changes):
    assert desk.post(f"{url}/address", data={**ADDRESS, "seen": seen(desk, url), **changes}).status_code == 422


PAGES = ("/cancellation/new", "/address", "/payments/new", "/refunds/new")
ACTS = ("/holds", "/notes", "/cancellation", "/address", "/payments", "/refunds")


@pytest.mark.parametrize("page", PAGES)
def test_each_act_has_a_page_that_works_whole_and_in_part(desk, url, page):
    whole, part = desk.get(url + page), desk.get(url + page, headers=htmx())

    assert whole.status_code == part.status_code == 200
    assert "<html" in whole.text
    assert "<html" not in part.text


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_sees_none_of_them(client, url, page):
    assert client.get(url + page).status_code == 302


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_does_none_of_them(client, url, act):
    assert client.post(url + act).status_code == 302


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_an_unknown_order_is_not_found(desk, house, act):
    data = {
        **ADDRESS,
        **PAYMENT,
        "body": "x",
        "reason": "customer" if act == "/cancellation" else "other",
        "line-1": "1",
    }

    assert desk.post(f"/support/orders/W-999999{act}", data=data).status_code == 404
