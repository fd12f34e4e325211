"""What channels allow, and where we deliver at which tax."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.shipping.zones import load, match
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request, put_stock, read_house
from tests.web.conftest import htmx

CHANNEL = {
    "code": "amazon",
    "name": "Amazon",
    "price_list": "",
    "payment_condition": "paid",
    "backorders_allowed": "y",
    "is_active": "y",
}
ZONE = {
    "code": "ohio",
    "name": "Ohio",
    "tax": "5.75",
    "transit_days": "2",
    "rules": "US/OH\nUS/OH/432",
    "is_active": "y",
}


@pytest.fixture
def admin(login, session, bound):
    make_house(session)
    session.commit()
    return login("admin")


@pytest.mark.parametrize("path", ["/admin/channels/", "/admin/zones/"])
def test_htmx_gets_the_table_alone(admin, path):
    assert "<html" in admin.get(path).text
    assert "<html" not in admin.get(path, headers=htmx()).text


def test_a_new_channel_is_kept(admin, session):
    answer = admin.post("/admin/channels/", data=CHANNEL)

    row = session.execute(
        text("SELECT name, price_list_id, payment_condition, is_active FROM channels WHERE code = 'amazon'")
    ).one()
    assert answer.status_code == 303
    assert tuple(row) == ("Amazon", None, "paid", True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "web"), ("code", "Has Space"), ("name", ""), ("payment_condition", "never"), ("price_list", "gold")],
)
def test_a_channel_that_makes_no_sense_is_refused(admin, session, field, value):
    answer = admin.post("/admin/channels/", data={**CHANNEL, field: value})

    assert answer.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM channels WHERE name = 'Amazon' OR code = 'amazon'")) == 0


def test_a_closed_channel_takes_no_orders(admin, session):
    admin.post("/admin/channels/web", data={"name": "Web shop", "price_list": "standard", "payment_condition": "none"})

    [refused] = place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)

    assert [failure.code for failure in refused.failures] == ["unknown_channel"]


def test_the_page_of_a_channel_shows_what_is_set(admin):
    page = admin.get("/admin/channels/web").text

    assert 'value="Web shop"' in page
    assert "checked" in page


def test_a_zone_taxes_the_orders_that_go_there(admin, session):
    answer = admin.post("/admin/zones/", data=ZONE)

    [placement] = place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)
    assert answer.status_code == 303
    assert session.scalar(text("SELECT tax_minor FROM orders WHERE id = :id"), {"id": placement.order_id}) == 58


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tax", "100.01"),
        ("tax", "-1"),
        ("tax", "1e1"),
        ("tax", "5.755"),
        ("tax", "٥"),
        ("rules", "Ohio"),
        ("rules", "us"),
        ("rules", "US/OH/432/9"),
        ("rules", " "),
        ("code", "domestic"),
        ("code", "O H"),
        ("name", ""),
    ],
)
def test_a_zone_that_makes_no_sense_is_refused(admin, session, field, value):
    answer = admin.post("/admin/zones/", data={**ZONE, field: value})

    assert answer.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM zones")) == 1


def test_changed_destinations_replace_the_old_ones(admin, session):
    admin.post("/admin/zones/domestic", data={**ZONE, "rules": "US\nCA/ON\nUS//432", "tax": "8.25"})

    rules = load(session)
    assert {(rule.country, rule.region, rule.postal_prefix) for rule in rules} == {
        ("US", "", ""),
        ("CA", "ON", ""),
        ("US", "", "432"),
    }
    assert match(rules, country="CA", region="on", postal_code="M5V").tax_bp == 825


def test_the_page_of_a_zone_shows_what_was_typed(admin):
    admin.post("/admin/zones/domestic", data={**ZONE, "rules": "US//432\nUS/OH\nUS"})

    page = admin.get("/admin/zones/domestic").text

    assert "US\nUS//432\nUS/OH" in page
    assert 'value="5.75"' in page


def test_the_days_on_the_way_of_a_zone_move_the_day_that_is_promised(admin, session):
    put_stock(session, read_house(session), {("TEA-1", "CMH1"): 2})
    admin.post("/admin/zones/domestic", data={**ZONE, "rules": "US", "transit_days": "0"})
    [today] = place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)
    admin.post("/admin/zones/domestic", data={**ZONE, "rules": "US", "transit_days": "5"})
    [later] = place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)

    assert later.promised_at - today.promised_at >= timedelta(days=6)


def test_more_days_on_the_way_than_two_months_are_refused(admin):
    assert admin.post("/admin/zones/domestic", data={**ZONE, "transit_days": "61"}).status_code == 422


@pytest.mark.parametrize(("path", "data"), [("/admin/channels/", CHANNEL), ("/admin/zones/", ZONE)])
def test_strangers_and_support_are_turned_away(client, login, path, data):
    assert client.post(path, data=data).location.startswith("/account/login")
    assert login("support").post(path, data=data).status_code == 403
