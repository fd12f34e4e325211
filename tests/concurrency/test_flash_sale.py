"""Hundreds of customers, two web servers, one hundred units."""

import json
import random
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.concurrency.test_no_oversell import wrong_levels
from tests.factories.house import make_house
from tests.instance import running_instance

pytestmark = pytest.mark.race

BUYERS, UNITS = 500, 100


def test_five_hundred_requests_for_a_hundred_units_sell_exactly_a_hundred(
    database, database_engine, valkey_url, tmp_path
):
    seed = random.randrange(1_000_000)
    print(f"SEED={seed}")
    with Session(database_engine, autoflush=False) as session:
        make_house(session, {("TEA-1", "CMH1"): 60, ("TEA-1", "RNO1"): 40, ("TEA-2", "RNO1"): 1_000})
        key = an_api_key(session)
        session.commit()

    rng = random.Random(seed)
    bodies = [body(number, rng) for number in range(BUYERS)]
    with (
        running_instance(database, valkey_url, tmp_path, programs=("web",), POOL_SIZE="16") as instance,
        ThreadPoolExecutor(BUYERS) as buyers,
    ):
        answers = list(buyers.map(lambda one: post(instance.url, key, one), bodies))

    assert sorted(set(answers)) == [201, 422]
    assert answers.count(201) == UNITS
    with database_engine.connect() as connection:
        assert (
            connection.execute(text("SELECT sum(allocated) FROM order_lines l WHERE sku_code = 'TEA-1'")).scalar()
            == UNITS
        )
    assert wrong_levels(database_engine) == []


def an_api_key(session: Session) -> str:
    """A key that may place orders."""
    return api_keys.create(session, "race", ["orders:write"], actor=SYSTEM).text


def body(number: int, rng: random.Random) -> dict[str, object]:
    """One hot unit and one of plenty, in either order."""
    lines = [{"sku": "TEA-1", "quantity": 1}, {"sku": "TEA-2", "quantity": 1}]
    rng.shuffle(lines)
    return {
        "channel": "store",
        "external_number": f"RACE-{number}",
        "currency": "USD",
        "contact": {"name": "A Buyer", "city": "Columbus", "region": "OH", "postal_code": "43215", "country": "US"},
        "lines": lines,
    }


def post(url: str, key: str, order: dict[str, object]) -> int:
    request = urllib.request.Request(
        f"{url}/api/v1/orders",
        data=json.dumps(order).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        return refused.code
