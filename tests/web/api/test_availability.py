"""When could a program have so many: the answer, its supply, and what is refused."""

from datetime import UTC, datetime

import pytest

from app.inventory.incoming import expect
from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.factories.supply import coming

URL = "/skus/TEA-1/availability"


@pytest.fixture
def key(session, house, time_machine):
    time_machine.move_to(datetime(2026, 11, 25, 15, tzinfo=UTC), tick=False)
    expect(session, [coming(house, 71, 30, "2026-12-03")], actor=SYSTEM)
    return api_keys.create(session, "shop", ("stock:read",), actor=SYSTEM).text


def test_it_answers_with_the_day_and_the_supply(send):
    answer = send("get", f"{URL}?quantity=40").json

    assert (answer["here"], answer["available_on"], answer["until"]) == (20, "2026-12-03", "2027-11-25")
    assert answer["rests_on"] == [
        {"name": "purchase line 71", "site": "CMH1", "quantity": 30, "pegged": 0, "expected_on": "2026-12-03"}
    ]
    assert [week["cumulative_atp"] for week in answer["weeks"]][:3] == [20, 50, 50]


def test_what_lies_here_rests_on_no_supply(send):
    answer = send("get", f"{URL}?quantity=20").json

    assert (answer["available_on"], answer["rests_on"]) == ("2026-11-25", [])


def test_more_than_will_ever_come_has_no_day(send):
    assert send("get", f"{URL}?quantity=51").json["available_on"] is None


def test_without_a_quantity_nothing_is_answered_but_the_weeks(send):
    answer = send("get", f"{URL}?site=CMH1").json

    assert (answer["quantity"], answer["available_on"], len(answer["weeks"])) == (None, None, 27)


def test_the_answer_has_the_fields_that_are_described(send, client):
    schemas = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    answer = send("get", f"{URL}?quantity=40").json

    assert set(answer) == set(schemas["AvailabilityAnswer"]["properties"])
    assert set(answer["weeks"][0]) == set(schemas["WeekAnswer"]["properties"])


@pytest.mark.parametrize(
    ("query", "status"),
    [("quantity=0", 400), ("quantity=x", 400), ("size=4", 400), ("site=%00", 400), ("site=NOPE", 422)],
)
def test_what_cannot_be_read_is_refused(send, query, status):
    assert send("get", f"{URL}?{query}").status_code == status


def test_an_unknown_sku_is_not_found(send):
    assert send("get", "/skus/NOPE/availability").status_code == 404


def test_a_key_without_the_scope_is_refused(send, session):
    other = api_keys.create(session, "orders only", ("orders:read",), actor=SYSTEM).text

    assert send("get", URL, headers={"Authorization": f"Bearer {other}"}).status_code == 403
