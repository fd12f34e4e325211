"""Purchase orders as an administrator writes and changes them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.purchasing import terms
from app.purchasing.terms import Terms
from tests.days import TODAY
from tests.factories.buying import add_supplier, bought, buying, come, drafted, incoming, sent
from tests.web.conftest import htmx

pytestmark = pytest.mark.usefixtures("same_day")

SOON = (TODAY + timedelta(days=30)).isoformat()


@pytest.fixture
def number(session, house):
    made = sent(session, ("TEA-1", 10), ("TEA-2", 4))
    session.commit()
    return made


def form(*lines: tuple[str, str], **more: str) -> dict[str, str]:
    data = {"supplier": "LEAF", "site": "CMH1", **more}
    for row, (sku, quantity) in enumerate(lines):
        cost = "4.00" if sku else ""
        data |= {f"lines-{row}-sku": sku, f"lines-{row}-quantity": quantity, f"lines-{row}-unit_cost": cost}
    return data


def seen(session, number) -> str:
    return str(buying(session, number).version)


def orders(session) -> list[str]:
    return list(session.execute(text("SELECT number FROM purchase_orders ORDER BY id")).scalars())


def test_an_empty_list_says_what_comes_here(alice):
    assert "Nothing is on its way" in alice.get("/admin/purchase-orders/").text
    assert "No purchase order fits" in alice.get("/admin/purchase-orders/?q=zzz").text


def test_the_list_finds_by_number_supplier_and_sku(alice, number):
    for q in (number, "leaf", "tea-2"):
        assert number in alice.get(f"/admin/purchase-orders/?q={q}").text
    assert number not in alice.get("/admin/purchase-orders/?view=draft").text


def test_what_is_overdue_is_late(session, alice, number):
    session.execute(text("UPDATE purchase_order_lines SET expected_on = current_date - 3"))
    session.commit()

    assert "Sent, late" in alice.get("/admin/purchase-orders/?view=late").text
    assert "days late" in alice.get(f"/admin/purchase-orders/{number}").text


def test_a_draft_is_written_without_javascript(session, alice):
    answer = alice.post("/admin/purchase-orders/", data=form(("TEA-1", "10"), ("", ""), ("TEA-2", "4")))

    [number] = orders(session)
    assert (answer.status_code, answer.location) == (303, f"/admin/purchase-orders/{number}")
    assert (buying(session, number).state, bought(session, number).ordered) == ("draft", 10)


def test_a_form_that_is_sent_twice_writes_one_draft(session, alice):
    data = form(("TEA-1", "10"), once="the-same-form")

    for _ in range(2):
        assert alice.post("/admin/purchase-orders/", data=data).status_code == 303

    assert len(orders(session)) == 1


def test_every_mistake_is_named_with_its_line_and_marked(session, alice):
    page = alice.post("/admin/purchase-orders/", data=form(("TEA-1", "ten"), ("", ""), ("NOPE", "4")))
    again = alice.post("/admin/purchase-orders/", data=form(("", ""), ("NOPE", "4")))

    assert page.status_code == again.status_code == 422
    assert "Line 1: " in page.text
    assert "Line 2: there is no SKU" in again.text
    assert again.text.count("is-invalid") == 1
    assert orders(session) == []


def test_an_order_without_lines_is_refused(alice):
    assert "write at least one line" in alice.post("/admin/purchase-orders/", data=form()).text


def test_where_something_runs_low_it_leads_to_a_filled_form(session, alice, house):
    id = add_supplier(session, "CHEAP", name="Cheap Tea")
    terms.put(session, [Terms(supplier_id=id, sku_id=house.skus["TEA-3"], cost_minor=100)])
    session.commit()

    page = alice.get("/admin/purchase-orders/new?sku=TEA-3&site=RNO1&quantity=48")

    assert 'value="TEA-3"' in page.text
    assert 'value="48"' in page.text
    assert '<option selected value="CHEAP">' in page.text
    assert '<option selected value="RNO1">' in page.text


def test_a_draft_is_changed_until_it_is_sent(session, alice, house):
    number = drafted(session, ("TEA-1", 10))
    session.commit()
    filled = alice.get(f"/admin/purchase-orders/{number}/edit").text

    answer = alice.post(f"/admin/purchase-orders/{number}", data=form(("TEA-2", "7"), version="1"))
    alice.post(f"/admin/purchase-orders/{number}/sending")

    assert 'value="TEA-1"' in filled
    assert answer.status_code == 303
    assert bought(session, number, "TEA-2").ordered == 7
    assert buying(session, number).state == "sent"
    assert alice.get(f"/admin/purchase-orders/{number}/edit").status_code == 302


def test_the_page_shows_lines_receipts_and_what_is_to_come(session, alice, number):
    come(session, number, ("TEA-1", 4))
    session.commit()

    page = alice.get(f"/admin/purchase-orders/{number}")

    assert "Partly received" in page.text
    assert "Take back" in page.text
    assert "4 of 14" in page.text
    assert "<html" not in alice.get(f"/admin/purchase-orders/{number}", headers=htmx()).text


def test_a_line_comes_on_another_day(session, alice, number):
    answer = alice.post(f"/admin/purchase-orders/{number}/dates", data={"position": "1", "expected_on": SOON})

    assert answer.status_code == 303
    assert incoming(session)["TEA-1"][1].isoformat() == SOON


@pytest.mark.parametrize(("day", "said"), [("2020-01-01", "is over"), ("soon", "is not a date"), ("", "Fill in")])
def test_a_day_that_cannot_be_is_said_at_the_field(alice, number, day, said):
    page = alice.post(f"/admin/purchase-orders/{number}/dates", data={"position": "", "expected_on": day})

    assert page.status_code == 422
    assert said in page.text


def test_units_are_left_out(session, alice, number):
    url, asked = f"/admin/purchase-orders/{number}/cancellation", {"position": "1"}
    alice.post(url, data={**asked, "quantity": "3", "version": seen(session, number)})
    too_many = alice.post(url, data={**asked, "quantity": "8", "version": seen(session, number)})

    assert bought(session, number).cancelled == 3
    assert too_many.status_code == 422
    assert "7 are still to come" in too_many.text


def test_the_same_form_leaves_units_out_once(session, alice, number):
    data = {"position": "1", "quantity": "3", "version": seen(session, number)}
    url = f"/admin/purchase-orders/{number}/cancellation"

    answers = [alice.post(url, data=data).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert bought(session, number).cancelled == 3
    assert f'name="version" value="{seen(session, number)}"' in alice.get(f"/admin/purchase-orders/{number}").text


def test_an_order_is_closed_short_and_opened_again(session, alice, number):
    alice.post(f"/admin/purchase-orders/{number}/closing")
    closed = alice.get(f"/admin/purchase-orders/{number}").text
    alice.post(f"/admin/purchase-orders/{number}/reopening")

    assert "14 units never came" in closed
    assert buying(session, number).state == "sent"


def test_a_receipt_is_taken_back(session, alice, number):
    got = come(session, number, ("TEA-1", 4))
    session.commit()

    answer = alice.post(f"/admin/purchase-orders/{number}/receipts/{got.receipt_id}/undoing")

    assert answer.status_code == 303
    assert bought(session, number).received == 0
    assert alice.post(f"/admin/purchase-orders/{number}/receipts/{got.receipt_id}/undoing").status_code == 409


def test_a_receipt_of_another_order_is_not_found(session, alice, number):
    other = sent(session, ("TEA-1", 1))
    got = come(session, other, ("TEA-1", 1))
    session.commit()

    assert alice.post(f"/admin/purchase-orders/{number}/receipts/{got.receipt_id}/undoing").status_code == 404


def test_an_announced_shipment_shows_what_does_not_fit(session, alice, number):
    data = {"shipment": "DN-7", "expected_on": SOON}
    for row, (code, quantity) in enumerate([("TEA-1", "12"), ("TEA-2", "4"), ("SAND", "1")]):
        data |= {f"items-{row}-code": code, f"items-{row}-quantity": quantity}

    answer = alice.post(f"/admin/purchase-orders/{number}/advices", data=data)
    page = alice.get(f"/admin/purchase-orders/{number}").text
    again = alice.post(f"/admin/purchase-orders/{number}/advices", data=data)

    assert answer.status_code == 303
    assert "2 more announced than ordered" in page
    assert "is not on this order" in page.lower()
    assert "later than promised" in page
    assert incoming(session)["TEA-1"][1].isoformat() == SOON
    assert "was announced before" in again.text


@pytest.mark.parametrize("path", ["PO-1", "%07", "x" * 300])
def test_an_order_that_does_not_exist_is_not_found(alice, path):
    assert alice.get(f"/admin/purchase-orders/{path}").status_code == 404


def test_a_stranger_signs_in_first(client, number):
    assert client.get(f"/admin/purchase-orders/{number}").location.startswith("/account/login")
