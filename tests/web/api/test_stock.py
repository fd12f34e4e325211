"""Stock, SKUs and sites by program."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.factories.house import put_stock
from tests.web.api.conftest import order_body


def test_every_number_of_a_level_is_told(send, session, house):
    send("post", "/orders", order_body())
    session.execute(text("UPDATE stock_levels SET safety_stock = 3"))

    [level] = send("get", "/stock?sku=TEA-1").json["stock"]

    assert {**level, "changed_at": ""} == {
        "sku": "TEA-1",
        "site": "CMH1",
        "on_hand": 20,
        "allocated": 2,
        "reserved": 0,
        "unavailable": 0,
        "safety_stock": 3,
        "available": 15,
        "incoming": 0,
        "movements": 2,
        "changed_at": "",
    }


def test_only_one_site_is_listed_where_one_is_asked(send):
    assert [level["sku"] for level in send("get", "/stock?site=RNO1").json["stock"]] == ["TEA-2"]


def test_what_moved_since_a_moment_is_listed(send, session, house):
    moment = datetime.now(UTC) + timedelta(hours=1)
    with time_machine.travel(moment + timedelta(minutes=1), tick=False):
        put_stock(session, house, {("TEA-2", "RNO1"): 1})

    found = send("get", f"/stock?changed_since={moment.isoformat().replace('+', '%2B')}").json["stock"]

    assert [level["sku"] for level in found] == ["TEA-2"]


def test_pages_follow_one_another(send):
    first = send("get", "/stock?limit=1").json
    second = send("get", first["next"].partition("/api/v1")[2]).json

    assert [first["stock"][0]["sku"], second["stock"][0]["sku"]] == ["TEA-1", "TEA-2"]
    assert second["next"] is None


def test_skus_and_sites_are_listed_and_read(send):
    assert [sku["code"] for sku in send("get", "/skus?limit=2").json["skus"]] == ["TEA-1", "TEA-2"]
    assert send("get", "/skus/TEA-1").json["available"] == 20
    assert "RNO1" in [site["code"] for site in send("get", "/sites").json["sites"]]
    assert send("get", "/sites/RNO1").json["cut_off"] == "16:00"


@pytest.mark.parametrize("path", ["/skus/NOPE", "/sites/NOPE"])
def test_what_is_not_there_is_not_found(send, path):
    assert send("get", path).status_code == 404


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "after=x", "changed_since=yesterday", "changed_since=2026-01-01T00:00:00", "q=1"]
)
def test_an_address_that_cannot_be_read_is_refused(send, query):
    assert send("get", f"/stock?{query}").status_code == 400


def test_a_key_without_the_scope_may_not(client, session, house):
    key = api_keys.create(session, "orders", ("orders:read",), actor=SYSTEM).text

    answer = client.get("/api/v1/stock", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 403
