"""Regular tasks: each moment once, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.kernel import uow
from app.kernel.effects import Effect
from workers.schedule import Task
from workers.scheduler import tick

HOURLY = Task("tidy", timedelta(hours=1), offset=timedelta(minutes=7))
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def tidy(wire):
    wire(Effect(name="tidy", queue="upkeep", in_database=lambda session, held: None))


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (NOON, datetime(2026, 3, 1, 11, 7, tzinfo=UTC)),
        (NOON + timedelta(minutes=7), datetime(2026, 3, 1, 12, 7, tzinfo=UTC)),
        (NOON + timedelta(minutes=59), datetime(2026, 3, 1, 12, 7, tzinfo=UTC)),
    ],
)
def test_the_last_moment_of_a_task_lies_on_its_grid(now, moment):
    assert HOURLY.latest(now) == moment


def test_a_moment_is_turned_into_one_delivery(session, tidy):
    claimed = [tick(session, [HOURLY], now=NOON + timedelta(minutes=minute)) for minute in (0, 1, 7, 8)]

    assert claimed == [["tidy"], [], ["tidy"], []]
    assert session.execute(text("SELECT count(*) FROM deliveries WHERE handler = 'tidy'")).scalar_one() == 2


def test_moments_that_were_slept_through_are_not_made_up_for(session, tidy):
    tick(session, [HOURLY], now=NOON)

    assert tick(session, [HOURLY], now=NOON + timedelta(days=3)) == ["tidy"]
    assert session.execute(text("SELECT count(*) FROM deliveries")).scalar_one() == 2


@pytest.mark.race
def test_of_two_schedulers_one_gets_the_moment(database_engine, tidy):
    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(lambda _: uow.run(lambda session: tick(session, [HOURLY], now=NOON)), range(4)))

    assert sorted(claimed) == [[], [], [], ["tidy"]]
    with uow.unit_of_work() as session:
        assert session.execute(text("SELECT count(*) FROM deliveries")).scalar_one() == 1
