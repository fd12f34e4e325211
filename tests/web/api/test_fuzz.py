"""No input makes the API stumble: whatever JSON comes, the answer is a placement or a problem, never a 5xx."""

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.api.conftest import order_body

ODD_TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "\x00", "'", "%", "_", "\\", "NaN", "1e400", "٣", "-1", "\u202e", "9" * 400, "2026-02-30T00:00:00Z"]
    ),
)
ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.integers(-(2**70), 2**70), st.floats(), ODD_TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ODD_TEXT, inner, max_size=3)),
    max_leaves=5,
)
FULL = order_body(
    placed_at="2026-01-02T03:04:05Z",
    customer_code="C-1",
    shipping={"amount": "1.00", "currency": "USD"},
    payment_method="cod",
    note="note",
    lines=[
        {"sku": "TEA-1", "quantity": 1, "total": {"amount": "1.00", "currency": "USD"}},
        {"sku": "TEA-2", "quantity": 1, "unit_price": {"amount": "1.00", "currency": "USD"}},
    ],
)


def paths(value, here=()):
    """Where something could be exchanged."""
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from paths(part, (*here, key))


def exchanged(body, path, value):
    if not path:
        return value
    changed = deepcopy(body)
    part = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return changed


BODIES = st.builds(exchanged, st.just(FULL), st.sampled_from(list(paths(FULL))), ODD)
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def answered(answer):
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json"


@FUZZ
@given(body=BODIES)
def test_orders_with_one_odd_value(send, body):
    answered(send("post", "/orders", data=json.dumps(body), content_type="application/json"))


@FUZZ
@given(body=st.one_of(ODD, st.binary(max_size=200), st.text(max_size=200)))
def test_bodies_that_are_anything(send, body):
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    answered(
        send(
            "post",
            "/orders",
            data=content.encode("utf-8", "replace") if isinstance(content, str) else content,
            content_type="application/json",
        )
    )


@FUZZ
@given(
    number=ODD_TEXT,
    after=ODD_TEXT,
    key=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=20),
)
def test_addresses_that_are_anything(send, number, after, key):
    answered(send("get", "/orders", query_string={"after": after, "external_number": number}))
    answered(send("get", f"/orders/{number.replace('/', '')}"))
    answered(send("post", f"/orders/{number.replace('/', '')}/refunds", {}, headers={"Idempotency-Key": key}))


@pytest.mark.parametrize("action", ["cancellation", "payments", "refunds"])
@FUZZ
@given(body=ODD)
def test_actions_with_odd_bodies(send, action, body):
    answered(send("post", f"/orders/W-1/{action}", data=json.dumps(body), content_type="application/json", once="k"))
