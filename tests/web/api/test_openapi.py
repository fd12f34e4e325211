"""The document tells the truth: every route is in it, every reference leads somewhere, answers fit their schemas."""

import json
import re

import pytest

from app.web.api.all_operations import ALL_OPERATIONS
from tests.web.api.conftest import order_body


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def routes(app):
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api."))
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not rule.endpoint.startswith("api.documents.")
    }


def test_every_route_is_described_and_nothing_else(app):
    assert routes(app) == {(one.method, one.path) for one in ALL_OPERATIONS}


def test_every_reference_leads_somewhere(document):
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))

    assert named <= set(document["components"]["schemas"])
    assert document["openapi"].startswith("3.1")


def test_answers_have_the_fields_that_are_described(send, document):
    placed = send("post", "/orders", order_body()).json
    read = send("get", f"/orders/{placed['number']}").json
    listed = send("get", "/orders").json

    schemas = document["components"]["schemas"]
    for answer, name in [(placed, "PlacedAnswer"), (read, "OrderAnswer"), (listed, "OrderList")]:
        assert set(answer) == set(schemas[name]["properties"])


def test_who_must_come_again_is_told_when(document):
    for path in document["paths"].values():
        for operation in path.values():
            told = {
                status
                for status, answer in operation["responses"].items()
                if "Retry-After" in answer.get("headers", {})
            }
            assert told == {"409", "429", "503"} & set(operation["responses"])


def test_the_request_schema_forbids_unknown_fields(document):
    assert document["components"]["schemas"]["OrderBody"]["additionalProperties"] is False


def test_people_can_read_it_without_a_key(client):
    page = client.get("/api/v1/docs")

    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert "Place an order" in page.text
    assert "lines[].quantity" in page.text
