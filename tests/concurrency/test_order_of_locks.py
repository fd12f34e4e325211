"""Orders are locked before levels, levels before lots and all at once: by files, counts, and who takes things back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from app.counting.events import CountAccepted
from app.counting.tolerance import Rules
from app.inventory import levels, lots
from app.inventory.errors import PlaceEmpty
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.orders import facts
from app.workflows import import_counts, import_stock, post_counts, set_aside, undo_import, undo_receipts
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.recall_lots import freeze_lots
from app.workflows.settle_counts import submit
from tests.concurrency.test_recall import findings
from tests.factories.buying import come, sent
from tests.factories.counts import ANN, BEN, done, planned, post_accepted, saw, state_of
from tests.factories.floor import placed
from tests.factories.house import make_house
from tests.factories.imports import taken_in
from tests.factories.numbers import history, keep_by_number, register
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


def _lock_in_turn(keys, has_first):
    with uow.unit_of_work() as session:
        levels.lock(session, keys[:1])
        has_first.set()
        levels.lock(session, keys[1:])


def _found(key, lot_id):
    return Adjustment(sku_id=key[0], site_id=key[1], on_hand=3, reason="found", lot_id=lot_id)


def test_a_count_that_finds_one_item_and_misses_another_locks_both_at_once(database_engine, monkeypatch):
    house, count_id = uow.run(_counted)
    keys = [(house.skus[sku], house.sites["CMH1"]) for sku in ("TEA-1", "TEA-2")]
    has_first, register = Event(), post_counts.serials.register

    with ThreadPoolExecutor() as others:
        rivals = []

        def be_met(session, units, *, actor):
            rivals.append(others.submit(_lock_in_turn, keys, has_first))
            has_first.wait(MOMENT)
            return register(session, units, actor=actor)

        monkeypatch.setattr(post_counts.serials, "register", be_met)
        with uow.unit_of_work() as session:
            post_accepted(session, count_id)
        rivals[0].result(10)

    assert findings() == []


def test_what_two_people_counted_is_locked_at_once(database_engine, monkeypatch):
    house, count_ids = uow.run(_counted_by_two)
    keys = [(house.skus[sku], house.sites["CMH1"]) for sku in ("TEA-1", "TEA-2")]
    has_first, lock_losing = Event(), post_counts.lock_losing

    with ThreadPoolExecutor() as others:
        rivals = []

        def be_met(session, losing):
            held = lock_losing(session, losing)
            if not rivals:
                rivals.append(others.submit(_lock_in_turn, keys, has_first))
                has_first.wait(MOMENT)
            return held

        monkeypatch.setattr(post_counts, "lock_losing", be_met)
        with uow.unit_of_work() as session:
            post_counts.on_count_accepted(session, [CountAccepted(count_id=id) for id in count_ids])
        rivals[0].result(10)

    with uow.unit_of_work() as session:
        assert [state_of(session, id) for id in count_ids] == ["posted", "posted"]
    assert findings() == []


def _counted_by_two(session):
    """Who comes first by name missed a TEA-2, the other a TEA-1."""
    house = make_house(session, {})
    bins = make_bins(session, house, "CMH1", "A-1", "A-2")
    rules, count_ids = Rules(tolerance_units=100, approval_minor=1_000_000), []
    for who, bin_, sku in ((ANN, "A-2", "TEA-2"), (BEN, "A-1", "TEA-1")):
        lay(session, house, sku, "CMH1", 5, bin_id=bins[bin_])
        count_id = planned(session, house, [bins[bin_]], rules=rules)
        saw(session, count_id, bins[bin_], sku, 4, by=who)
        done(session, count_id, bins[bin_], by=who)
        submit(session, [count_id], actor=who)
        count_ids.append(count_id)
    return house, count_ids


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("stock", b"SKU;Site;Bin;Quantity\nTEA-1;CMH1;A-1;2\n"),
        ("counts", b"SKU;Site;Bin;Counted\nTEA-1;CMH1;A-1;7\nTEA-1;CMH1;A-2;3\n"),
    ],
)
def test_an_import_that_is_undone_locks_orders_before_their_stock(database_engine, monkeypatch, tmp_path, kind, file):
    """Part by part, so that the first part of a count that found and missed as many is a loss."""
    monkeypatch.setattr(undo_import, "AT_ONCE", 1)
    house, import_id, order_id = uow.run(lambda session: _taken_in(session, tmp_path, kind, file))
    key = house.skus["TEA-1"], house.sites["CMH1"]
    has_order, refuse_touched = Event(), undo_import._refuse_touched

    def lock_in_turn():
        with uow.unit_of_work() as session:
            facts.lock(session, [order_id])
            has_order.set()
            levels.lock(session, [key])

    with ThreadPoolExecutor() as others:
        rivals = []

        def be_met(session, row):
            refuse_touched(session, row)
            rivals.append(others.submit(lock_in_turn))
            has_order.wait(MOMENT)

        monkeypatch.setattr(undo_import, "_refuse_touched", be_met)
        with uow.unit_of_work() as session:
            undo_import.undo_import(session, import_id, actor=SYSTEM)
        rivals[0].result(10)

    with uow.unit_of_work() as session:
        assert lying(session, "TEA-1", "CMH1") == {("A-1", "", "good"): 5, ("A-2", "", "good"): 5}
        assert session.execute(text("SELECT sum(allocated) FROM stock_levels")).scalar_one() == 2
    assert findings() == []


def _taken_in(session, folder, kind, file):
    """A file about goods of which an order was promised two."""
    house = make_house(session, {})
    session.execute(text("UPDATE sites SET is_active = code = 'CMH1'"))
    for bin_id in make_bins(session, house, "CMH1", "A-1", "A-2").values():
        lay(session, house, "TEA-1", "CMH1", 5, bin_id=bin_id)
    order_id = placed(session, ("TEA-1", 2))
    row = taken_in(session, folder, file, kind=kind)
    undo_import.ask_for_undo(session, row.id)
    return house, row.id, order_id


def test_nobody_takes_the_number_of_a_receipt_that_is_being_taken_back(database_engine, monkeypatch):
    house, receipt_id, number_id = uow.run(_received)
    came_last, was_told = undo_receipts.came_with.came_last, Event()
    key = {"sku_id": house.skus["TEA-1"], "site_id": house.sites["CMH1"]}
    lost = Adjustment(**key, reason="lost", on_hand=-1, serial_ids=(number_id,))

    def lose_it():
        try:
            uow.run(lambda session: adjust_stock(session, [lost], actor=SYSTEM))
        finally:
            was_told.set()

    with ThreadPoolExecutor() as others:
        rivals = []

        def be_met(*args, **named):
            found = came_last(*args, **named)
            rivals.append(others.submit(lose_it))
            was_told.wait(MOMENT)
            return found

        monkeypatch.setattr(undo_receipts.came_with, "came_last", be_met)
        with uow.unit_of_work() as session:
            undo_receipts.undo_receipts(session, [receipt_id], actor=SYSTEM)
        with pytest.raises(PlaceEmpty):
            rivals[0].result(10)

    with uow.unit_of_work() as session:
        assert history(session, "N-2") == ["received", "receipt_undone"]
    assert findings() == []


def _received(session):
    """Two receipts without numbers, whose units were given theirs later: the last is that of the last."""
    house = make_house(session, {})
    keep_by_number(session)
    order = sent(session, ("TEA-1", 5))
    for number in ("N-1", "N-2"):
        got = come(session, order, ("TEA-1", 1))
        register(session, house, number)
    return house, got.receipt_id, session.execute(text("SELECT max(id) FROM serials")).scalar_one()


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
