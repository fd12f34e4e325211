"""A desk with orders on it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.orders.values import Contact
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request

ANN = Contact(
    name="Ann Marlow",
    email="ann.marlow@example.com",
    street="9 Elm Street",
    city="Reno",
    region="NV",
    postal_code="89501",
    country="US",
)


@pytest.fixture
def house(session, bound):
    return make_house(session, {("TEA-1", "CMH1"): 20, ("TEA-2", "RNO1"): 20})


@pytest.fixture
def orders(session, house) -> list[str]:
    """The numbers of three orders: two lines to Columbus, one to Reno, one that waits for stock."""
    requests = [
        order_request(("TEA-1", 2), ("TEA-2", 1), external_number="EXT-1"),
        order_request(("TEA-2", 3), contact=ANN, note="Leave it 100% dry_at the door"),
        order_request(("TEA-3", 1), external_number="EXT-3"),
    ]
    placed = place_orders(session, requests, actor=SYSTEM)
    session.commit()
    return [str(one.number) for one in placed]


@pytest.fixture
def number(orders) -> str:
    return orders[0]


@pytest.fixture
def desk(house, login) -> FlaskClient:
    """Support, signed in."""
    return login("support")


@pytest.fixture
def one(session) -> Callable[..., object]:
    """The single value of a query."""
    return lambda sql, **values: session.execute(text(sql), values).scalar_one()
