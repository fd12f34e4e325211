"""Every kind of damage to stock is named by the check whose business it is."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.inventory import heads
from app.kernel import clock, uow
from app.kernel.actor import SYSTEM
from app.kernel.crypto import keyring
from app.kernel.db import open_engine
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.quarantine import SetAside, set_units_aside
from app.workflows.sign_chains import PURPOSE
from app.workflows.verify import verify
from app.workflows.watch_stock import check_levels
from tests.factories.carts import hold
from tests.factories.floor import pick_all, placed, released
from tests.factories.house import make_house
from tests.factories.kits import make_kit
from tests.factories.numbers import keep_by_number, register
from tests.factories.shelves import lay, make_bins, make_lot
from tests.faults.stock_faults import FAULTS, plant
from tests.servers import Servers

KEYS = keyring("k" * 32)


@pytest.fixture(scope="module")
def books(servers: Servers) -> Iterator[Engine]:
    """Stock in bins, lots and conditions, promised, picked and signed for, made by the public verbs; as the owner."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    database = servers.clone(name)
    engine = open_engine(database.url, pool_size=2)
    uow.bind(engine)
    with uow.unit_of_work() as session:
        _make(session)
    uow.unbind()
    engine.dispose()
    owner = open_engine(database.owner_url, pool_size=1)
    yield owner
    owner.dispose()
    servers.drop(name)


def _make(session: Session) -> None:
    house = make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "RNO1"): 20, ("TEA-5", "RNO1"): 1})
    here, there = (make_bins(session, house, site, "A-1", "A-2") for site in ("CMH1", "RNO1"))
    lot = make_lot(session, house, "TEA-2", "L-1")
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=here["A-1"])
    lay(session, house, "TEA-2", "RNO1", 8, bin_id=there["A-1"], lot_id=lot)
    keep_by_number(session, "TEA-3")
    lay(session, house, "TEA-3", "RNO1", 2)
    register(session, house, "N-1", "N-2", sku="TEA-3", site="RNO1")
    torn = SetAside(site_id=house.sites["RNO1"], code="N-1", quantity=1, condition="quarantine", reason="Torn")
    set_units_aside(session, [torn], actor=SYSTEM)
    damaged = Adjustment(
        sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], reason="damage", unavailable=2, is_exact=True
    )
    adjust_stock(session, [damaged], actor=SYSTEM)
    pick_all(session, released(session, ("TEA-1", 3)))
    placed(session, ("TEA-1", 2), ("TEA-2", 4))
    hold(session, "cart", ("TEA-2", 2))
    make_kit(session)
    placed(session, ("SET-1", 2))
    placed(session, ("TEA-2", 30))
    add_rules(session, [RuleFacts(kind="reorder", units=12, sku="TEA-1")], actor=SYSTEM)
    check_levels(session)
    heads.take(session, KEYS.derive(PURPOSE)[0], as_of=clock.now() + timedelta(seconds=1))


def test_healthy_stock_has_no_findings(books: Engine) -> None:
    with Session(books) as session:
        assert list(verify(session, KEYS)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_damage_is_named_by_the_check_whose_business_it_is(books: Engine, fault: str) -> None:
    with books.connect() as connection, Session(connection) as session:
        driver = connection.connection.driver_connection
        connection.begin()
        assert plant(driver, fault) > 0

        told = [each.sentence for each in verify(session, KEYS) if each.check == FAULTS[fault].check]

        assert any(FAULTS[fault].says in sentence for sentence in told), told
