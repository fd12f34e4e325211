"""What goes wrong with one order, one key or one connection, and that nobody else pays for it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from app.kernel import uow
from app.orders import keys
from app.web.api import intake, placing
from tests.web.api.conftest import order_body
from tests.web.api.intake.conftest import PATIENCE, numbered, orders, placed_by_key, statuses


def test_an_order_that_the_database_refuses_fails_alone(post_together, door, database, database_engine):
    refuse_in_database(database, "POISON")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flask.Flask.testing", False)
        answers = post_together(*numbered("A", "B", "POISON", "C", "D"))

    assert statuses(answers) == [201, 201, 500, 201, 201]
    assert orders(database_engine) == ["A", "B", "C", "D"]


def refuse_in_database(database, external_number: str) -> None:
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(
            text(f"ALTER TABLE orders ADD CONSTRAINT poisoned CHECK (external_number <> '{external_number}')")
        )
    owner.dispose()


def test_an_order_that_breaks_our_own_code_fails_alone(post_together, door, database_engine, flask_app):
    def stumble(_session, requests):
        if any(request.note == "stumble" for request in requests):
            raise KeyError("stumble")

    door.before_commit = stumble
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flask.Flask.testing", False)
        answers = post_together(*numbered("A", "B"), *numbered("X", note="stumble"), *numbered("C"))

    assert statuses(answers) == [201, 201, 500, 201]
    assert orders(database_engine) == ["A", "B", "C"]


def test_a_key_in_flight_elsewhere_keeps_its_own_caller_alone(post_together, post, key, database_engine, monkeypatch):
    monkeypatch.setattr(intake, "COMPANY_MS", 100)
    monkeypatch.setattr(intake, "ASIDE_MS", 200)
    body, scope = order_body(external_number=None), f"api_key:{key.id}:{placing.ROUTE}"

    with database_engine.connect() as connection, uow.Session(connection) as elsewhere:
        keys.claim(elsewhere, {(scope, "k1"): b"other"})
        answers = post_together(*numbered("A", "B"), (body, "k1"), *numbered("C"))
        elsewhere.rollback()
    afterwards = post(body, "k1")

    assert statuses(answers) == [201, 201, 409, 201]
    assert answers[2].headers["Retry-After"] == "1"
    assert orders(database_engine)[:3] == ["A", "B", "C"]
    assert afterwards.status_code == 201


def test_who_waits_aside_is_placed_when_the_key_is_free_again(post, flask_app, key, database_engine, monkeypatch):
    monkeypatch.setattr(intake, "COMPANY_MS", 50)
    body, scope = order_body(external_number=None), f"api_key:{key.id}:{placing.ROUTE}"
    aside = threading.Event()
    commit = intake.commit
    monkeypatch.setattr(
        intake, "commit", lambda requests, ms: (ms == intake.ASIDE_MS and aside.set()) or commit(requests, ms)
    )

    with database_engine.connect() as connection, uow.Session(connection) as elsewhere, ThreadPoolExecutor(1) as caller:
        keys.claim(elsewhere, {(scope, "k1"): b"other"})
        waiting = caller.submit(post, body, "k1")
        assert aside.wait(PATIENCE)
        strangers = post(order_body(external_number="A"))
        elsewhere.rollback()

    assert strangers.status_code == 201
    assert waiting.result(PATIENCE).status_code == 201


@pytest.mark.parametrize("moment", ["before_placing", "before_commit"])
def test_when_the_connection_breaks_everybody_may_ask_again_and_each_order_is_there_once(
    post_together, post, door, database, database_engine, moment
):
    operator = create_engine(database.superuser_url, isolation_level="AUTOCOMMIT")
    bodies = [(order_body(external_number=None, note=note), f"key-{note}") for note in ("a", "b", "c")]

    def cut(session, requests):
        if len(requests) == 3:
            pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with operator.connect() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    setattr(door, moment, cut)
    broken = post_together(*bodies)
    setattr(door, moment, lambda session, requests: None)
    again = [post(*request) for request in bodies]
    operator.dispose()

    assert statuses(broken) == [503, 503, 503]
    assert [answer.headers["Retry-After"] for answer in broken] == ["5"] * 3
    assert statuses(again) == [201, 201, 201]
    assert len(placed_by_key(database_engine)) == 3
