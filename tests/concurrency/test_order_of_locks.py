"""Levels are locked before lots: by who stops a lot, also where a level is made at that very moment, and by files."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from app.counting.tolerance import Rules
from app.inventory import levels, lots
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.workflows import import_counts, import_stock, post_counts, set_aside
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.recall_lots import freeze_lots
from app.workflows.settle_counts import submit
from tests.concurrency.test_recall import findings
from tests.factories.counts import ANN, done, planned, post_accepted, saw
from tests.factories.house import make_house
from tests.factories.imports import taken_in
from tests.factories.numbers import keep_by_number
from tests.factories.shelves import lay, lying, make_bins, make_lot

pytestmark = pytest.mark.race

MOMENT = 1


def test_a_level_that_is_made_while_its_lot_is_frozen_stands_in_nobodys_way(database_engine, monkeypatch):
    house, lot_id = uow.run(_house)
    key, has_level = (house.skus["TEA-1"], house.sites["RNO1"]), Event()
    lock_lots = lots.lock

    def find_more():
        with uow.unit_of_work() as session:
            levels.lock(session, [key])
            has_level.set()
            adjust_stock(session, [_found(key, lot_id)], actor=SYSTEM)

    with ThreadPoolExecutor() as others:
        arrivals = []

        def lock_and_be_late(session, lot_ids):
            """The first units come to another site before the lot is locked, more of them after."""
            if not arrivals:
                others.submit(uow.run, lambda own: adjust_stock(own, [_found(key, lot_id)], actor=SYSTEM)).result()
            lock_lots(session, lot_ids)
            if not arrivals:
                arrivals.append(others.submit(find_more))
                assert has_level.wait(10)

        monkeypatch.setattr(set_aside.lots, "lock", lock_and_be_late)
        with uow.unit_of_work() as session:
            freeze_lots(session, [lot_id], reason="Glass", actor=SYSTEM)
        arrivals[0].result(10)

    with uow.unit_of_work() as session:
        assert lying(session, "TEA-1", "RNO1") == {("", "L-1", "quarantine"): 6}
    assert findings() == []


@pytest.mark.parametrize(
    ("kind", "file"),
    [("stock", b"SKU;Site;Quantity;Lot\nTEA-1;CMH1;2;L-1\n"), ("counts", b"SKU;Site;Counted;Lot\nTEA-1;CMH1;3;L-1\n")],
)
def test_a_file_that_names_a_lot_while_it_is_frozen_gets_through(database_engine, monkeypatch, tmp_path, kind, file):
    _, lot_id = uow.run(_house)
    module, has_levels = {"stock": import_stock, "counts": import_counts}[kind], Event()
    lock_lots, open_lots = lots.lock, module.open_lots

    def lock_after_levels(session, lot_ids):
        has_levels.set()
        lock_lots(session, lot_ids)

    def freeze():
        with uow.unit_of_work() as session:
            freeze_lots(session, [lot_id], reason="Glass", actor=SYSTEM)

    with ThreadPoolExecutor() as others:
        freezing = []

        def open_and_be_met(session, asked):
            found = open_lots(session, asked)
            freezing.append(others.submit(freeze))
            has_levels.wait(MOMENT)
            return found

        monkeypatch.setattr(set_aside.lots, "lock", lock_after_levels)
        monkeypatch.setattr(module, "open_lots", open_and_be_met)
        with uow.unit_of_work() as session:
            taken_in(session, tmp_path, file, kind=kind)
        freezing[0].result(10)

    with uow.unit_of_work() as session:
        assert lying(session, "TEA-1", "CMH1") == {("", "L-1", "quarantine"): 3}
    assert findings() == []


def _house(session):
    house = make_house(session, {})
    session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-1'"))
    lot_id = make_lot(session, house, "TEA-1", "L-1")
    lay(session, house, "TEA-1", "CMH1", 1, lot_id=lot_id)
    return house, lot_id


def _found(key, lot_id):
    return Adjustment(sku_id=key[0], site_id=key[1], on_hand=3, reason="found", lot_id=lot_id)


def test_a_count_that_finds_one_item_and_misses_another_locks_both_at_once(database_engine, monkeypatch):
    house, count_id = uow.run(_counted)
    keys = [(house.skus[sku], house.sites["CMH1"]) for sku in ("TEA-1", "TEA-2")]
    has_first, register = Event(), post_counts.serials.register

    def lock_in_turn():
        with uow.unit_of_work() as session:
            levels.lock(session, keys[:1])
            has_first.set()
            levels.lock(session, keys[1:])

    with ThreadPoolExecutor() as others:
        rivals = []

        def be_met(session, units, *, actor):
            rivals.append(others.submit(lock_in_turn))
            has_first.wait(MOMENT)
            return register(session, units, actor=actor)

        monkeypatch.setattr(post_counts.serials, "register", be_met)
        with uow.unit_of_work() as session:
            post_accepted(session, count_id)
        rivals[0].result(10)

    assert findings() == []


def _counted(session):
    """The one TEA-1 was not seen, and a TEA-2 was found by its number."""
    house = make_house(session, {})
    keep_by_number(session, "TEA-2")
    bins = make_bins(session, house, "CMH1", "A-1")
    lay(session, house, "TEA-1", "CMH1", 1, bin_id=bins["A-1"])
    rules = Rules(tolerance_units=100, approval_minor=1_000_000)
    count_id = planned(session, house, [bins["A-1"]], rules=rules)
    saw(session, count_id, bins["A-1"], "TEA-1", 0)
    saw(session, count_id, bins["A-1"], "TEA-2", 1, is_more=True, serial="N-1")
    done(session, count_id, bins["A-1"])
    submit(session, [count_id], actor=ANN)
    return house, count_id
