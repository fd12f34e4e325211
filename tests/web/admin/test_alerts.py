"""Alerts: listed, counted, explained, put off."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.purchasing import terms
from app.purchasing.terms import Terms
from app.workflows.company_day import today
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.watch_stock import check_levels
from tests.factories.buying import add_supplier
from tests.factories.house import make_house
from tests.web.conftest import htmx

SETTINGS = {
    "lead_days": "10",
    "lead_spread_days": "2",
    "review_days": "5",
    "service": "97.5",
    "order_cost": "12.50",
    "holding": "25",
    "version": "1",
}


@pytest.fixture
def admin(login, session, bound):
    make_house(session, {("TEA-1", "RNO1"): 10, ("TEA-2", "RNO1"): 10})
    add_rules(session, [RuleFacts(kind="reorder", sku="TEA-1", units=30)], actor=SYSTEM)
    check_levels(session)
    session.commit()
    return login("admin")


@pytest.fixture
def alert_id(admin, session) -> int:
    return session.scalar(text("SELECT id FROM stock_alerts"))


def test_what_runs_low_is_listed_and_counted(admin):
    page = admin.get("/admin/alerts/").text

    assert "TEA-1" in page
    assert "TEA-2" not in page
    assert admin.get("/admin/alerts/count").text == "1"


def test_the_number_to_order_is_explained(admin, alert_id):
    page = admin.get(f"/admin/alerts/{alert_id}").text

    assert "30 by rule" in page
    assert "30 − 10 free − 0 on the way = 20: 20" in page
    assert "purchase" not in page or "/admin/purchase-orders/new" in page


def test_a_snoozed_alert_is_not_counted_and_says_why(admin, alert_id, session):
    until = (today(session) + timedelta(days=5)).isoformat()

    answer = admin.post(f"/admin/alerts/{alert_id}/snooze", data={"until": until, "reason": "ordered by phone"})

    assert answer.status_code == 303
    assert admin.get("/admin/alerts/count").text == ""
    assert "ordered by phone" in admin.get("/admin/alerts/?state=snoozed").text
    assert "Snoozed until" in admin.get(f"/admin/alerts/{alert_id}").text


@pytest.mark.parametrize(("until", "reason"), [("", "x"), ("2020-01-01", "x"), ("2099-01-01", "x"), ("tomorrow", "x")])
def test_a_snooze_that_makes_no_sense_is_refused_at_its_field(admin, alert_id, until, reason):
    answer = admin.post(f"/admin/alerts/{alert_id}/snooze", data={"until": until, "reason": reason})

    assert answer.status_code == 422
    assert "Not saved yet" in answer.text


def test_own_terms_of_a_sku_count_with_the_next_look(admin, session):
    data = {"cost": "4.50", "lead_days": "21", "lead_spread_days": "", "pack_units": "12"}

    answer = admin.post("/admin/alerts/skus/TEA-1", data=data)
    check_levels(session)

    assert answer.status_code == 303
    assert session.scalar(text("SELECT suggested FROM stock_alerts")) == 24
    assert session.scalar(text("SELECT cost_minor FROM skus WHERE code = 'TEA-1'")) == 450
    assert 'value="4.50"' in admin.get("/admin/alerts/skus/TEA-1").text


def test_the_plan_of_each_site_is_shown_before_anything_runs_low(admin, session):
    add_rules(session, [RuleFacts(kind="reorder", sku="TEA-2", units=5)], actor=SYSTEM)
    session.commit()

    page = admin.get("/admin/alerts/skus/TEA-2").text

    assert re.search(r"RNO1</span>: enough", page)
    assert "10 free, 0 on the way in time, reorder point 5" in page
    assert "nothing to work out" in admin.get("/admin/alerts/skus/TEA-3").text


@pytest.mark.parametrize(
    "data",
    [
        {"pack_units": "0"},
        {"pack_units": "1", "lead_days": "9999"},
        {"pack_units": "x"},
        {"pack_units": "1", "cost": "-1"},
        {"pack_units": "1", "cost": "1.234"},
    ],
)
def test_terms_that_make_no_sense_are_refused(admin, data):
    assert admin.post("/admin/alerts/skus/TEA-1", data=data).status_code == 422


def test_what_counts_for_all_is_changed(admin, session):
    answer = admin.post("/admin/alerts/settings", data=SETTINGS)

    row = session.execute(
        text("SELECT lead_days, service_bp, order_cost_minor, holding_bp FROM reorder_settings")
    ).one()
    assert answer.status_code == 303
    assert tuple(row) == (10, 9750, 1250, 2500)
    assert 'value="97.5"' in admin.get("/admin/alerts/settings").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service", "40"),
        ("service", "100"),
        ("service", "1e2"),
        ("holding", "0"),
        ("order_cost", "-1"),
        ("order_cost", "12.345"),
        ("lead_days", "9999"),
        ("lead_days", "-1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(admin, field, value):
    assert admin.post("/admin/alerts/settings", data={**SETTINGS, field: value}).status_code == 422


def test_of_two_people_the_second_is_told(admin):
    admin.post("/admin/alerts/settings", data=SETTINGS)

    assert admin.post("/admin/alerts/settings", data=SETTINGS).status_code == 409


def test_strangers_and_support_are_turned_away(client, login):
    assert client.get("/admin/alerts/").location.startswith("/account/login")
    assert login("support").get("/admin/alerts/").status_code == 403


def sold_by_leaf(session) -> None:
    supplier, sku = add_supplier(session), session.scalar(text("SELECT id FROM skus WHERE code = 'TEA-1'"))
    terms.put(session, [Terms(supplier_id=supplier, sku_id=sku, cost_minor=400)])
    session.commit()


def test_ticked_alerts_become_drafts_and_the_answer_names_them(admin, alert_id, session):
    sold_by_leaf(session)

    answer = admin.post("/admin/alerts/orders/", data={"selected": [alert_id]})
    page = admin.get(answer.location)

    assert answer.status_code == 303
    assert "Leaf &amp; Sons" in page.text
    assert "Left out" not in page.text
    assert "<html" not in admin.get(answer.location, headers=htmx()).text
    assert "A draft has it already" in admin.get("/admin/alerts/").text


@pytest.fixture
def made(admin, alert_id, session):
    """The page of the one draft that was made, after its supplier's terms were changed by a statement."""
    sold_by_leaf(session)
    place = admin.post("/admin/alerts/orders/", data={"selected": [alert_id]}).location

    def page(change: str) -> str:
        session.execute(text(change))
        session.commit()
        return admin.get(place).text

    return page


def test_a_draft_below_what_the_supplier_takes_says_of_what(made):
    page = made("UPDATE supplier_skus SET least_units = 5000")

    assert "they take 5,000 at least" in page
    assert "missing" not in page
    assert "at least" not in made("UPDATE supplier_skus SET least_units = 1")


def test_a_least_worth_in_another_currency_says_nothing_of_a_draft(made):
    assert "missing: they take" in made("UPDATE suppliers SET minimum_minor = 10000000")
    assert "missing" not in made("UPDATE suppliers SET currency = 'EUR'")


def test_a_form_that_is_sent_twice_makes_one_draft_and_says_so_twice(admin, alert_id, session):
    sold_by_leaf(session)
    data = {"selected": [alert_id], "once": "the-same-form"}

    places = [admin.post("/admin/alerts/orders/", data=data).location for _ in range(2)]

    assert places[0] == places[1]
    assert "made=PO-" in places[0]
    assert session.scalar(text("SELECT count(*) FROM purchase_orders")) == 1


def test_what_was_left_out_says_why_and_what_helps(admin, alert_id):
    page = admin.get(admin.post("/admin/alerts/orders/", data={"selected": [alert_id]}).location).text

    assert "Nothing was made" in page
    assert "no active supplier is known to sell it" in page
    assert "Say who sells it" in page


@pytest.mark.parametrize("selected", [[], ["x"], ["0"], ["9999999999999999999999"]])
def test_a_choice_that_makes_no_sense_makes_nothing(admin, selected, session):
    assert admin.post("/admin/alerts/orders/", data={"selected": selected}).status_code in {303, 404}
    assert session.scalar(text("SELECT count(*) FROM purchase_orders")) == 0
