"""A program with a key, and what it sends."""

from collections.abc import Callable
from typing import Any

import pytest

from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.factories.house import make_house

SCOPES = (
    *("orders:read", "orders:write", "payments:write", "stock:read"),
    *("purchase_orders:read", "purchase_orders:write"),
)


@pytest.fixture
def house(session, bound):
    return make_house(session, {("TEA-1", "CMH1"): 20, ("TEA-2", "RNO1"): 20})


@pytest.fixture
def key(session, house) -> str:
    return api_keys.create(session, "shop", SCOPES, actor=SYSTEM).text


@pytest.fixture
def send(client, key) -> Callable[..., Any]:
    """``send("post", "/orders", body, key="k1")``: with the API key, and with an Idempotency-Key if one is named."""

    def call(method: str, path: str, body: Any = None, *, once: str | None = None, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {key}", **options.pop("headers", {})}
        if once:
            headers["Idempotency-Key"] = once
        content = {} if body is None else {"json": body}
        return client.open(f"/api/v1{path}", method=method.upper(), headers=headers, **content, **options)

    return call


def order_body(**changes: Any) -> dict[str, Any]:
    body = {
        "channel": "api",
        "external_number": "S-1",
        "currency": "USD",
        "contact": {
            "name": "Caspian Reed",
            "email": "caspian.reed@example.com",
            "street": "14 Linden Street",
            "city": "Columbus",
            "region": "OH",
            "postal_code": "43215",
            "country": "US",
        },
        "lines": [{"sku": "TEA-1", "quantity": 2}],
    }
    return {key: value for key, value in {**body, **changes}.items() if value is not None}
