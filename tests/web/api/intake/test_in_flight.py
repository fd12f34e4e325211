"""The same key while the first request is still under way: wait a little, then say come again."""

import pytest

from app.kernel import uow
from app.orders import keys
from app.web.api import intake, placing
from tests.web.api.conftest import order_body


@pytest.fixture
def post(key, flask_app):
    client = flask_app.test_client()

    def call():
        headers = {"Authorization": f"Bearer {key.text}", "Idempotency-Key": "k1"}
        return client.post("/api/v1/orders", json=order_body(external_number=None), headers=headers)

    return call


def test_a_key_in_flight_is_answered_with_come_again_and_then_placed(post, key, database_engine, monkeypatch):
    monkeypatch.setattr(intake, "COMPANY_MS", 50)
    monkeypatch.setattr(intake, "ASIDE_MS", 150)
    scope = f"api_key:{key.id}:{placing.ROUTE}"

    with database_engine.connect() as connection, uow.Session(connection) as first:
        keys.claim(first, {(scope, "k1"): b"other"})
        meanwhile = post()
        first.rollback()
    afterwards = post()

    assert (meanwhile.status_code, meanwhile.headers["Retry-After"]) == (409, "1")
    assert afterwards.status_code == 201
