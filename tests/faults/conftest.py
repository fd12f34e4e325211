"""A stack per test, and customers' orders to be told about."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.config import Config
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.orders.values import Contact
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.faults.stack import Stack, running_stack
from tests.servers import Database
from tests.wired import all_wired


@pytest.fixture
def stack(database: Database, database_engine: Any, tmp_path: Path) -> Iterator[Stack]:
    config = Config(
        instance_dir=tmp_path,
        files_dir=tmp_path / "files",
        database_url=database.url,
        owner_database_url=database.owner_url,
        redis_url="",
        secret_key="k" * 48,
    )
    with all_wired(config):
        with uow.unit_of_work() as session:
            make_house(session, {("TEA-1", "CMH1"): 10_000})
        with running_stack(database, tmp_path) as running:
            yield running


@pytest.fixture
def order_from(stack: Stack) -> Callable[..., None]:
    """Places one order per mail address, each to be confirmed by one mail."""

    def place(*addresses: str) -> None:
        contacts = [
            Contact(
                name="Caspian Reed",
                email=address,
                street="14 Linden Street",
                city="Columbus",
                region="OH",
                postal_code="43215",
                country="US",
            )
            for address in addresses
        ]
        requests = [order_request(("TEA-1", 1), contact=contact) for contact in contacts]
        uow.run(lambda session: place_orders(session, requests, actor=SYSTEM))

    return place
