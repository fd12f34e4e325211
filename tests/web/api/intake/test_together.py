"""Orders that arrive together are placed together, and each caller is told about its own alone."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event, text

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.faults.stack import wait_for
from tests.web.api.conftest import SCOPES, order_body
from tests.web.api.intake.conftest import PATIENCE, numbered, orders, placed_by_key, senders, statuses


def test_what_arrives_together_is_one_batch_in_the_order_of_arrival(post_together, door, key, database_engine):
    answers = post_together(*numbered("B", "C", "A"))

    assert statuses(answers) == [201, 201, 201]
    assert door.batches == [1, 3]
    assert orders(database_engine) == ["B", "C", "A"]
    assert [answer.json["external_number"] for answer in answers] == ["B", "C", "A"]
    assert senders(database_engine, key) == [answer.headers["X-Request-Id"] for answer in answers]


def test_one_order_fails_in_every_way_and_its_neighbours_stand(post_together, database_engine):
    requests = [
        *numbered("A"),
        *numbered("B", channel="moon"),
        *numbered("C", channel="store", lines=[{"sku": "TEA-3", "quantity": 1}]),
        *numbered("D", lines=[{"sku": "NOPE", "quantity": 1}]),
        *numbered("E"),
    ]

    answers = post_together(*requests)

    assert statuses(answers) == [201, 422, 422, 202, 201]
    assert answers[1].json["errors"][0]["field"] == "channel"
    assert answers[2].json["errors"][0]["code"] == "out_of_stock"
    assert orders(database_engine) == ["A", "E"]


def test_the_same_key_twice_in_a_batch_is_one_order_and_two_equal_answers(post_together, database_engine):
    body, other = order_body(external_number=None), order_body(external_number=None, note="other")

    answers = post_together((body, "k1"), (body, "k1"), (other, "k1"), (other, "k2"))

    assert statuses(answers) == [201, 201, 422, 201]
    assert answers[0].json == answers[1].json
    assert "Idempotent-Replayed" not in answers[0].headers
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert answers[2].json["errors"][0]["code"] == "key_reused"
    assert len(placed_by_key(database_engine)) == 2


def test_a_repetition_waits_for_a_transaction_of_its_own_because_claims_come_before_all_locks(
    post_together, database_engine
):
    body = order_body(external_number=None)

    answers = post_together((body, "k1"), (body, "k1"), (body, "k2"))

    with database_engine.connect() as connection:
        written = connection.execute(
            text("SELECT key, xmin::text AS xmin FROM idempotency_keys WHERE key IN ('k1', 'k2')")
        )
        by_key = {row.key: row.xmin for row in written}
    assert statuses(answers) == [201, 201, 201]
    assert by_key["k1"] != by_key["k2"]


def test_a_full_queue_is_told_at_once_to_come_again(flask_app, post, door, key, monkeypatch):
    lanes = flask_app.extensions["waybill.intake"]
    monkeypatch.setattr(lanes.company, "_most", 2)

    with ThreadPoolExecutor(2) as callers:
        first = callers.submit(post, order_body(external_number="first"))
        assert door.begun.wait(PATIENCE)
        second = callers.submit(post, order_body(external_number="A"))
        wait_for(lambda: lanes.company.waiting == 1, seconds=PATIENCE, what="one caller waiting")
        refused = post(order_body(external_number="B"))
        door.open.set()

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.mimetype == "application/problem+json"
    assert statuses([first.result(PATIENCE), second.result(PATIENCE)]) == [201, 201]


def test_a_key_that_was_seen_a_moment_ago_costs_an_order_no_question_of_its_own(post, database_engine):
    asked = []
    post(order_body(external_number="A"))
    event.listen(database_engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    answer = post(order_body(external_number="B"))

    assert answer.status_code == 201
    assert [statement for statement in asked if "api_keys" in statement] == []


def test_a_revoked_key_places_nothing_from_the_next_batch_on(post, key, database_engine):
    before = post(order_body(external_number="A"))
    with uow.unit_of_work() as session:
        api_keys.revoke(session, [key.id], actor=SYSTEM)
    after = post(order_body(external_number="B"))

    assert (before.status_code, after.status_code) == (201, 401)
    assert after.headers["WWW-Authenticate"] == "Bearer"
    assert orders(database_engine) == ["A"]


def test_a_key_that_is_revoked_while_its_order_waits_is_refused_among_others_that_count(
    post_together, key, database_engine, door
):
    with uow.unit_of_work() as session:
        other = api_keys.create(session, "other", SCOPES, actor=SYSTEM)

    def revoke_first():
        with uow.unit_of_work() as session:
            api_keys.revoke(session, [other.id], actor=SYSTEM)

    door.open.set = _after(revoke_first, door.open.set)
    answers = post_together((order_body(external_number="A"),), (order_body(external_number="B"), None, other))

    assert statuses(answers) == [201, 401]
    assert orders(database_engine) == ["A"]


def _after(first, then):
    def both():
        first()
        then()

    return both
