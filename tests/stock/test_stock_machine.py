"""Three hundred stories of fifty steps each: stock never lies, whatever happens in whatever order."""

import os
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from tests.factories.house import make_house
from tests.factories.kits import make_kit
from tests.factories.shelves import make_bins, make_lot
from tests.stock.machine import CODES, SITES
from tests.stock.more_machine import WholeMachine

EXAMPLES = int(os.environ.get("WAYBILL_STOCK_EXAMPLES", "300"))
STEPS = int(os.environ.get("WAYBILL_STOCK_STEPS", "50"))

pytestmark = pytest.mark.long


def test_stock_never_lies(database_engine) -> None:
    with Session(database_engine, autoflush=False) as session:
        house = make_house(session, skus=2)
        bins = {site: make_bins(session, house, site, "A-1", "A-2") for site in SITES}
        lots = {
            make_lot(session, house, sku, code, received_on=date(2026, 1, age)): (sku, age)
            for sku in CODES
            for code, age in (("L1", 2), ("L2", 1))
        }
        kit = make_kit(session)
        session.commit()

    class Machine(WholeMachine):
        pass

    Machine.kit = kit
    Machine.house, Machine.bins = house, bins
    Machine.sequence = {id: at for found in bins.values() for at, id in enumerate(found.values(), start=1)}
    Machine.age = {id: age for id, (_, age) in lots.items()}
    Machine.lot_sku = {id: house.skus[sku] for id, (sku, _) in lots.items()}

    steps = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with database_engine.connect() as Machine.connection:
        run_state_machine_as_test(Machine, settings=steps)
