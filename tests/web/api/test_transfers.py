"""Transfers by program: one effect per key, every refusal with its remedy, pages by position."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.factories.floor import level, placed
from tests.factories.shelves import lay


def day(days):
    return (clock.now().date() + timedelta(days=days)).isoformat()


@pytest.fixture
def key(session, house):
    return api_keys.create(session, "wms", ("transfers:read", "transfers:write"), actor=SYSTEM).text


def body(**changes):
    lines = [{"sku": "TEA-1", "quantity": 4}]
    return {"from_site": "CMH1", "to_site": "RNO1", "expected_on": day(3), "lines": lines, **changes}


@pytest.fixture
def draft(send):
    return send("post", "/transfers", body(), once="d-1").json["number"]


@pytest.fixture
def away(send, draft):
    send("post", f"/transfers/{draft}/departure", {}, once="s-1")
    return draft


def test_a_draft_is_answered_with_its_lines(send):
    answer = send("post", "/transfers", body(), once="d-1")

    assert (answer.status_code, answer.json["state"], answer.json["sent_at"]) == (201, "draft", None)
    assert answer.json["lines"][0]["asked"] == 4


def test_the_same_key_writes_one_transfer(send):
    first, again = (send("post", "/transfers", body(), once="d-1") for _ in range(2))

    assert first.json["number"] == again.json["number"]
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_transfer_is_sent_and_arrives_in_parts(session, send, draft):
    gone = send("post", f"/transfers/{draft}/departure", {"expected_on": day(5)}, once="s-1").json
    part = {"arrived": [{"sku": "TEA-1", "quantity": 2}], "lost": [{"sku": "TEA-1", "quantity": 1, "reason": "stolen"}]}
    partly = send("post", f"/transfers/{draft}/arrivals", part, once="a-1").json
    last = send("post", f"/transfers/{draft}/arrivals", {"arrived": [{"sku": "TEA-1", "quantity": 1}]}, once="a-2").json

    assert (gone["state"], gone["expected_on"], partly["state"], last["state"]) == (
        "sent",
        day(5),
        "partly_arrived",
        "closed_with_loss",
    )
    line = last["lines"][0]
    assert line["sent"] == line["arrived"] + line["lost"] + line["returned"] + line["in_transit"] == 4
    assert (level(session, "TEA-1", "CMH1").on_hand, level(session, "TEA-1", "RNO1").on_hand) == (16, 3)


def test_an_arrival_sent_twice_counts_once(session, send, away):
    part = {"arrived": [{"sku": "TEA-1", "quantity": 1}]}

    for _ in range(2):
        send("post", f"/transfers/{away}/arrivals", part, once="a-1")

    assert level(session, "TEA-1", "RNO1").on_hand == 1


def test_a_surplus_is_refused_until_it_is_said_to_be_there(session, send, away):
    more = {"sku": "TEA-1", "quantity": 5}

    refused = send("post", f"/transfers/{away}/arrivals", {"arrived": [more]}, once="a-1")
    taken = send("post", f"/transfers/{away}/arrivals", {"arrived": [{**more, "found": True}]}, once="a-1")

    assert (refused.status_code, taken.status_code) == (422, 200)
    assert (taken.json["lines"][0]["arrived"], taken.json["lines"][0]["found"]) == (4, 1)


def test_promised_goods_do_not_leave_and_the_draft_stays(session, send, draft):
    placed(session, ("TEA-1", 18))
    session.commit()

    answer = send("post", f"/transfers/{draft}/departure", {}, once="s-1")

    assert answer.status_code == 422
    assert "only 2 are promised to nobody" in answer.json["detail"]
    assert send("get", f"/transfers/{draft}").json["state"] == "draft"


def test_what_is_on_its_way_comes_back_when_it_is_cancelled(session, send, away):
    answer = send("post", f"/transfers/{away}/cancellation", {}, once="c-1")

    assert (answer.json["state"], answer.json["lines"][0]["returned"]) == ("cancelled", 4)
    assert level(session, "TEA-1", "CMH1").on_hand == 20
    assert send("post", f"/transfers/{away}/cancellation", {}, once="c-2").status_code == 409


def test_the_list_goes_page_by_page_and_by_state(send, away):
    others = [send("post", "/transfers", body(), once=f"n-{number}").json["number"] for number in range(3)]

    first = send("get", "/transfers?limit=2").json
    rest = send("get", first["next"].partition("/api/v1")[2]).json
    drafts = send("get", "/transfers?state=draft&from_site=CMH1&to_site=RNO1").json

    assert [one["number"] for one in (*first["transfers"], *rest["transfers"])] == [away, *others]
    assert rest["next"] is None
    assert [one["number"] for one in drafts["transfers"]] == others


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_site": "NONE"}, "from_site"),
        ({"to_site": "CMH1"}, "to_site"),
        ({"expected_on": "2020-01-01"}, "expected_on"),
        ({"expected_on": "soon"}, "expected_on"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "NONE", "quantity": 1}]}, "sku"),
        ({"lines": [{"sku": "TEA-1", "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "TEA-1", "quantity": 1, "serial": "x"}]}, "lines.0.serial"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(send, changes, field):
    answer = send("post", "/transfers", body(**changes), once="d-1")

    assert answer.status_code in (400, 422)
    assert field in [reason["field"] for reason in answer.json["errors"]]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("get", "/transfers/T-0", None, 404),
        ("post", "/transfers/T-0/departure", {}, 404),
        ("post", "/transfers/T-0/arrivals", {"arrived": []}, 404),
        ("get", "/transfers?limit=0", None, 400),
        ("get", "/transfers?state=gone", None, 400),
        ("get", "/transfers?after=nonsense", None, 400),
    ],
)
def test_what_is_not_there_or_cannot_be_read_is_said_so(send, method, path, sent, status):
    assert send(method, path, sent, once="k-1" if sent is not None else None).status_code == status


def test_an_arrival_of_nothing_is_refused(send, away):
    assert send("post", f"/transfers/{away}/arrivals", {}, once="a-1").status_code == 422


def test_without_a_key_for_the_repetition_nothing_is_written(send):
    assert send("post", "/transfers", body()).status_code == 400


def test_a_key_of_orders_may_not_see_transfers(session, send, client, house):
    other = api_keys.create(session, "shop", ("orders:read",), actor=SYSTEM).text

    answer = client.get("/api/v1/transfers", headers={"Authorization": f"Bearer {other}"})

    assert answer.status_code == 403


def test_numbered_units_are_named_when_they_leave_and_when_they_arrive(session, send, house):
    by_number(session, house, "N-1", "N-2", "N-3")
    lines = [{"sku": "TEA-5", "quantity": 2, "serials": ["N-1", "N-2"]}]
    number = send("post", "/transfers", body(lines=lines), once="d-1").json["number"]

    more = {"named": [{"sku": "TEA-5", "serials": ["N-3"]}]}
    gone = send("post", f"/transfers/{number}/departure", more, once="s-1").json
    part = {
        "arrived": [{"sku": "TEA-5", "quantity": 1, "serials": ["N-2"]}],
        "lost": [{"sku": "TEA-5", "quantity": 1, "serials": ["N-3"], "reason": "carrier"}],
    }
    partly = send("post", f"/transfers/{number}/arrivals", part, once="a-1").json

    assert [one["state"] for one in gone["lines"][0]["numbers"]] == ["in_transit"] * 3
    states = {one["serial"]: one["state"] for one in partly["lines"][0]["numbers"]}
    assert states == {"N-1": "in_transit", "N-2": "arrived", "N-3": "lost"}


def test_a_number_that_was_not_sent_is_refused_at_its_field(session, send, house):
    by_number(session, house, "N-1", "N-2")
    lines = [{"sku": "TEA-5", "quantity": 1, "serials": ["N-1"]}]
    number = send("post", "/transfers", body(lines=lines), once="d-1").json["number"]
    send("post", f"/transfers/{number}/departure", {}, once="s-1")

    part = {"arrived": [{"sku": "TEA-5", "quantity": 1, "serials": ["N-2"]}]}
    answer = send("post", f"/transfers/{number}/arrivals", part, once="a-1")

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "serials")
    assert "Have it sent from there" in answer.text


def by_number(session, house, *numbers):
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-5'"))
    lay(session, house, "TEA-5", "CMH1", len(numbers))
    units = [Numbered(sku_id=house.skus["TEA-5"], site_id=house.sites["CMH1"], code=each) for each in numbers]
    serials.register(session, units, actor=SYSTEM)
    session.commit()
