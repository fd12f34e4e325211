"""Programs that place orders at the same moment, and the placing under the test's hand."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.staff import api_keys
from app.web.api import intake
from tests.factories.house import make_house
from tests.faults.stack import wait_for
from tests.web.api.conftest import SCOPES, order_body

PATIENCE = 20


@pytest.fixture
def key(database_engine):
    with uow.unit_of_work() as session:
        make_house(session, {("TEA-1", "CMH1"): 20})
        return api_keys.create(session, "shop", SCOPES, actor=SYSTEM)


@pytest.fixture
def door(monkeypatch):
    """The placing, which stands from the first batch on until ``door.open``; ``door.batches`` counts the orders."""
    return Door(monkeypatch)


class Door:
    def __init__(self, monkeypatch):
        self.begun, self.open, self.batches = threading.Event(), threading.Event(), []
        self.before_placing = self.before_commit = lambda session, requests: None
        self.place = intake.place_orders
        monkeypatch.setattr(intake, "place_orders", self)

    def __call__(self, session, requests, *, actor):
        self.batches.append(len(requests))
        self.begun.set()
        assert self.open.wait(PATIENCE)
        self.before_placing(session, requests)
        placed = self.place(session, requests, actor=actor)
        self.before_commit(session, requests)
        return placed


@pytest.fixture
def post(flask_app, key):
    """``post(body, "k1")``: by a client of its own."""

    def call(body, once=None, api_key=None):
        headers = {"Authorization": f"Bearer {(api_key or key).text}", **({"Idempotency-Key": once} if once else {})}
        return flask_app.test_client().post("/api/v1/orders", json=body, headers=headers)

    return call


@pytest.fixture
def post_together(flask_app, post, door):
    """Answers to requests that reach the gate in this order while another batch is under way."""

    def call(*requests):
        lanes = flask_app.extensions["waybill.intake"]
        with ThreadPoolExecutor(len(requests) + 1) as callers:
            first = callers.submit(post, order_body(external_number="first"))
            assert door.begun.wait(PATIENCE)
            answers = []
            for number, request in enumerate(requests, start=1):
                answers.append(callers.submit(post, *request))
                wait_for(lambda n=number: lanes.company.waiting == n, seconds=PATIENCE, what=f"caller {number}")
            door.open.set()
            assert first.result(PATIENCE).status_code == 201
            return [answer.result(PATIENCE) for answer in answers]

    return call


def numbered(*numbers, **changes):
    return [(order_body(external_number=number, **changes),) for number in numbers]


def orders(engine) -> list[str]:
    """External numbers of all but the first, in the order of their placing."""
    statement = text("SELECT coalesce(external_number, '') FROM orders WHERE external_number <> 'first' ORDER BY id")
    with engine.connect() as connection:
        return list(connection.execute(statement).scalars())


def senders(engine, key) -> list[str]:
    """Request ids in the events of all orders but the first, in the order of their placing."""
    statement = text(
        "SELECT request_id FROM events e JOIN orders o ON o.id = e.subject_id AND e.type = 'OrderPlaced'"
        " WHERE o.external_number <> 'first' AND e.actor = :actor ORDER BY o.id"
    )
    with engine.connect() as connection:
        return list(connection.execute(statement, {"actor": f"api_key:{key.id}"}).scalars())


def statuses(answers) -> list[int]:
    return [answer.status_code for answer in answers]


def placed_by_key(engine) -> list[str]:
    with engine.connect() as connection:
        return list(
            connection.execute(
                text("SELECT key FROM idempotency_keys WHERE scope LIKE 'api_key:%' AND answer ? 'number'")
            ).scalars()
        )
