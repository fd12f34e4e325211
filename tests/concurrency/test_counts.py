"""Shelves are counted while others pick from them, and decided on by several people at once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.counting.tolerance import Rules
from app.kernel import uow
from app.kernel.crypto import keyring
from app.workflows.settle_counts import submit
from app.workflows.verify import verify
from tests.concurrency import count_tasks
from tests.concurrency.crew import work_together
from tests.factories.counts import (
    BEN,
    counted,
    fill,
    in_bin,
    make_bins,
    place_of,
    planned,
    price,
    saw_again,
    state_of,
)
from tests.factories.floor import released
from tests.factories.house import make_house

pytestmark = pytest.mark.race

SKUS, PICKS, UNITS, MISSING = ("TEA-1", "TEA-2", "TEA-3", "TEA-4"), 6, 60, 7
EASY = Rules(tolerance_units=100, approval_minor=10**9)


def _call(task: str, *arguments: object) -> str:
    return str(getattr(count_tasks, task)(*arguments))


def at_once(jobs):
    """Twelve people of this process."""
    with ThreadPoolExecutor(12) as people:
        return list(people.map(lambda job: _call(*job), jobs))


def findings():
    with uow.unit_of_work() as session:
        return list(verify(session, keyring("k" * 32)))


def test_counts_and_picks_of_the_same_shelves_end_with_what_is_there(database, database_engine):
    house = uow.run(make_house)
    bins = uow.run(lambda session: make_bins(session, house, {f"A-{sku}": "A" for sku in SKUS}))
    with uow.unit_of_work() as session:
        fill(session, house, bins, {(f"A-{sku}", sku): UNITS for sku in SKUS})
        price(session)
    works = {sku: [uow.run(lambda session, s=sku: released(session, (s, 1))) for _ in range(PICKS)] for sku in SKUS}
    jobs: list[tuple[object, ...]] = [
        ("pick_one", work.id, sku, f"pick-{work.id}") for sku in SKUS for work in works[sku]
    ]
    with uow.unit_of_work() as session:
        for sku in SKUS:
            count_id = planned(session, house, [bins[f"A-{sku}"]], rules=EASY)
            jobs.append(("count_shelf", count_id, place_of(session, count_id, bins[f"A-{sku}"]), sku, MISSING))
    random.shuffle(jobs)

    answers = work_together(_call, database.url, jobs)

    assert set(answers) == {"done"}
    with uow.unit_of_work() as session:
        assert {in_bin(session, house, bins[f"A-{sku}"], sku) for sku in SKUS} == {UNITS - MISSING - PICKS}
    assert findings() == []


def waiting(database_engine):
    house = uow.run(make_house)
    bins = uow.run(lambda session: make_bins(session, house, {"A-1": "A"}))
    with uow.unit_of_work() as session:
        fill(session, house, bins, {("A-1", "TEA-1"): 10})
        price(session)
        count_id = counted(session, house, bins["A-1"], {"TEA-1": 8}, rules=Rules())
        saw_again(session, count_id, "TEA-1", 8)
        submit(session, [count_id], actor=BEN)
    return house, bins, count_id


def test_of_several_decisions_at_once_one_is_taken(database, database_engine):
    house, bins, count_id = waiting(database_engine)

    answers = at_once([("decide", count_id, verb) for verb in ("approve", "approve", "reject", "approve")] * 3)

    with uow.unit_of_work() as session:
        state, units = state_of(session, count_id), in_bin(session, house, bins["A-1"], "TEA-1")
    assert answers.count("done") == 1
    assert (state, units) in (("posted", 8), ("recount", 10))


def test_many_workers_post_an_accepted_count_once(database, database_engine):
    house = uow.run(make_house)
    bins = uow.run(lambda session: make_bins(session, house, {"A-1": "A"}))
    with uow.unit_of_work() as session:
        fill(session, house, bins, {("A-1", "TEA-1"): 10})
        price(session)
        count_id = counted(session, house, bins["A-1"], {"TEA-1": 8}, rules=EASY)

    at_once([("post", count_id)] * 12)

    with uow.unit_of_work() as session:
        posted = session.execute(text("SELECT sum(on_hand) FROM stock_movements WHERE reason = 'count'")).scalar_one()
        assert state_of(session, count_id) == "posted"
    assert posted == -2
