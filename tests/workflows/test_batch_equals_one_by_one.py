"""A batch leaves the same books as its orders one by one in the same order; only ids and times may differ."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.kernel.actor import SYSTEM, Actor
from app.orders.values import Contact, OrderRequest, Placement, Replay, RequestedLine
from app.staff import api_keys
from app.web.api import intake
from tests.factories.bookkeeping import books, order_places
from tests.factories.house import make_house, order_request

STOCK = {
    ("TEA-1", "CMH1"): 3,
    ("TEA-1", "RNO1"): 4,
    ("TEA-2", "CMH1"): 5,
    ("TEA-4", "RNO1"): 2,
    ("TEA-4", "DFW1"): 2,
    ("TEA-4", "EWR1"): 1,
}
PLACES = (
    {"city": "Columbus", "region": "OH", "postal_code": "43215", "country": "US"},
    {"city": "Reno", "region": "NV", "postal_code": "89502", "country": "US"},
    {"city": "Nowhere", "region": "", "postal_code": "0", "country": "ZZ"},
)

# Batches are small as they are; shrinking one that fails would take longer than reading it.
SMALL = settings(
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

lines = st.builds(
    RequestedLine,
    sku=st.sampled_from(["TEA-1", "TEA-1", "TEA-2", "TEA-3", "TEA-4", "TEA-4", "NO-1"]),
    quantity=st.sampled_from([1, 2, 3, 4, 6, 1000, 0]),
    total_minor=st.sampled_from([None, 1001]),
)
contacts = st.builds(
    lambda name, email, place: Contact(name=name, email=email, **place),
    st.sampled_from(["Ann", "Bob"]),
    st.sampled_from([None, "ann@example.com", "bob@example.com"]),
    st.sampled_from(PLACES),
)
orders = st.builds(
    lambda lines, **changes: order_request(lines=tuple(lines), **changes),
    st.lists(lines, min_size=1, max_size=3),
    channel=st.sampled_from(["web", "web", "store", "prepaid", "moon"]),
    contact=contacts,
    note=st.sampled_from(["", "ring twice"]),
    external_number=st.sampled_from([None, None, "X-1", "X-2"]),
)
keys = st.sampled_from([None, None, "k1", "k2"])


@st.composite
def batches(draw: st.DrawFn) -> list[OrderRequest]:
    """Few different orders and few keys, so that the same comes again and another body comes with the same key."""
    different = draw(st.lists(orders, min_size=1, max_size=4))
    sent = draw(st.lists(st.tuples(st.sampled_from(different), keys), min_size=1, max_size=6))
    return [replace(order, replay=_replay(order, key)) for order, key in sent]


def _replay(order: OrderRequest, key: str | None) -> Replay | None:
    return Replay(scope="shop", key=key, request_hash=sha256(repr(order).encode()).digest()) if key else None


@pytest.fixture
def actor(session, bound) -> Actor:
    make_house(session, STOCK)
    key = api_keys.create(session, "shop", ["orders:write"], actor=SYSTEM)
    session.commit()
    return Actor(kind="api_key", id=key.id)


@given(batch=batches())
@settings(SMALL, max_examples=60)
def test_a_batch_equals_its_orders_placed_one_by_one(connection, actor, batch):
    requests = [replace(request, actor=replace(actor, request_id=f"r-{n}")) for n, request in enumerate(batch)]

    together = placed(connection, lambda: intake.commit(requests, intake.COMPANY_MS))
    alone = placed(connection, lambda: [intake.commit([one], intake.COMPANY_MS)[0] for one in requests])

    assert [name for name in alone if together[name] != alone[name]] == []


def placed(connection, act):
    """What comes of it; afterwards nothing has happened."""
    before = connection.begin_nested()
    answers = act()
    places = order_places(connection)
    written = {"answers": [_told(answer, places) for answer in answers], **books(connection)}
    before.rollback()
    return written


def _told(answer: Placement | Exception, places: dict[int, int]) -> object:
    if isinstance(answer, Exception):
        return repr(answer)
    place = places[answer.order_id] if answer.order_id else None
    return place, answer.status, answer.duplicate, bool(answer.exception_id), answer.failures
