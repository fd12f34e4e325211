"""Suppliers as an administrator keeps them."""

import pytest

from app.purchasing import suppliers, terms
from app.purchasing.terms import Terms
from tests.factories.buying import add_supplier, come, sent
from tests.factories.house import make_house
from tests.web.conftest import htmx

NEW = {
    "code": "leaf",
    "name": "Leaf & Sons",
    "currency": "USD",
    "minimum": "250.00",
    "lead_days": "9",
    "over_percent": "5",
    "under_percent": "0",
    "is_active": "y",
}


@pytest.fixture
def house(session, bound):
    made = make_house(session)
    session.commit()
    return made


@pytest.fixture
def leaf(session, house):
    id = add_supplier(session)
    session.commit()
    return id


def test_an_empty_list_says_what_to_do(alice):
    page = alice.get("/admin/suppliers/")

    assert "No suppliers yet" in page.text


def test_a_supplier_is_added(session, alice):
    answer = alice.post("/admin/suppliers/", data=NEW)

    assert (answer.status_code, answer.location) == (303, "/admin/suppliers/LEAF")
    added = suppliers.get(session, "LEAF")
    assert (added.minimum_minor, added.lead_days, added.over_percent) == (25_000, 9, 5)
    assert "Leaf &amp; Sons" in alice.get("/admin/suppliers/").text


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("code", "l!", "is no supplier code"),
        ("minimum", "12.345", "decimals"),
        ("over_percent", "101", "Write 0 to 100"),
        ("lead_days", "1e3", "whole number"),
        ("email", "nobody", "is not an e-mail address"),
    ],
)
def test_a_mistake_stands_at_its_field(alice, field, given, said):
    page = alice.post("/admin/suppliers/", data={**NEW, field: given})

    assert page.status_code == 422
    assert said in page.text


def test_a_code_is_used_once(alice, leaf):
    assert "there is a supplier LEAF already" in alice.post("/admin/suppliers/", data=NEW).text


def test_the_page_shows_how_word_was_kept(session, alice, leaf):
    come(session, sent(session, ("TEA-1", 10)), ("TEA-1", 10))
    session.commit()

    page = alice.get("/admin/suppliers/LEAF")

    assert "1 of 1 lines" in page.text
    assert "Mean of 1 line" in page.text
    assert "PO-" in page.text


def test_htmx_gets_the_part_alone(alice, leaf):
    part = alice.get("/admin/suppliers/LEAF", headers=htmx())

    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div class="wb-stack" id="supplier"')


def test_a_change_is_saved_and_the_second_of_two_is_refused(session, alice, leaf):
    changed = {**NEW, "name": "Leaf Ltd", "version": "1"}

    answer = alice.post("/admin/suppliers/LEAF", data=changed)

    assert answer.status_code == 303
    assert suppliers.get(session, "LEAF").name == "Leaf Ltd"
    assert alice.post("/admin/suppliers/LEAF", data=changed).status_code == 409


def test_the_form_to_change_is_filled(alice, leaf):
    page = alice.get("/admin/suppliers/LEAF/edit")

    assert 'value="Leaf &amp; Sons"' in page.text
    assert 'value="10"' in page.text


def test_the_fewest_units_of_an_order_are_kept_and_shown_again(session, alice, house, leaf):
    data = {"sku": "TEA-1", "pack_size": "6", "least_units": "24"}
    key = (leaf, house.skus["TEA-1"])

    saved = alice.post("/admin/suppliers/LEAF/skus", data=data)
    wrong = alice.post("/admin/suppliers/LEAF/skus", data={**data, "least_units": "0"})

    assert (saved.status_code, wrong.status_code) == (303, 422)
    assert 'id="least_units-error"' in wrong.text
    assert terms.of_skus(session, [key])[key].least_units == 24
    assert 'value="24"' in alice.get("/admin/suppliers/LEAF?sku=TEA-1").text


def test_a_sku_is_agreed_changed_and_removed(session, alice, house, leaf):
    agreed = {"sku": "TEA-1", "supplier_code": "GRN", "cost": "3.95", "pack_size": "6", "days": ""}

    alice.post("/admin/suppliers/LEAF/skus", data=agreed)
    alice.post("/admin/suppliers/LEAF/skus", data={**agreed, "cost": "4.10", "days": "3"})
    kept = terms.of_skus(session, [(leaf, house.skus["TEA-1"])])[leaf, house.skus["TEA-1"]]
    filled = alice.get("/admin/suppliers/LEAF?sku=TEA-1").text
    alice.post("/admin/suppliers/LEAF/skus/TEA-1/removal")

    assert (kept.code, kept.cost_minor, kept.pack_size, kept.lead_days) == ("GRN", 410, 6, 3)
    assert 'value="4.10"' in filled
    assert terms.of_skus(session, [(leaf, house.skus["TEA-1"])]) == {}


def test_a_code_that_means_another_sku_is_refused(session, alice, house, leaf):
    terms.put(session, [Terms(supplier_id=leaf, sku_id=house.skus["TEA-2"], code="GRN")])
    session.commit()

    page = alice.post("/admin/suppliers/LEAF/skus", data={"sku": "TEA-1", "supplier_code": "GRN", "pack_size": "1"})

    assert page.status_code == 422
    assert "calls another SKU so" in page.text


def test_a_sku_that_does_not_exist_is_not_found(alice, leaf):
    page = alice.post("/admin/suppliers/LEAF/skus", data={"sku": "NOPE", "pack_size": "1"})

    assert page.status_code == 422
    assert "there is no SKU" in page.text


def test_a_stranger_signs_in_first(client, leaf):
    assert client.get("/admin/suppliers/LEAF").location.startswith("/account/login")
