"""The relay: due rows become jobs of many ids; what Redis loses is passed on again, what waits there is not."""

import json
import zlib
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from app.config import Config
from app.kernel import deliveries, feed, jobs, uow
from app.kernel.actor import SYSTEM
from app.kernel.deliveries import Delivery
from app.kernel.effects import Effect
from app.kernel.events import emit
from app.kernel.feed import Consumer
from tests.servers import own_valkey
from tests.workers.conftest import ThingHappened
from workers.leadership import leadership
from workers.relay import Memory, one_pass, run


@pytest.fixture(scope="module")
def valkey():
    with own_valkey() as (server, _):
        yield server


@pytest.fixture
def redis(valkey):
    connection = jobs.connect(valkey.url)
    connection.flushall()
    return connection


@pytest.fixture
def config(kept_database, valkey, tmp_path: Path):
    """Everything in Redis counts as possibly lost at once."""
    return Config(
        instance_dir=tmp_path,
        files_dir=tmp_path,
        database_url=kept_database.url,
        owner_database_url=kept_database.owner_url,
        redis_url=valkey.url,
        secret_key="x" * 40,
        poll_seconds=0.05,
        reenqueue_seconds=0,
    )


@pytest.fixture
def work(shared_things, wire):
    """Five mails and three slips to do."""
    effects = [
        Effect(name="mail", queue="notifications", in_database=lambda session, held: None, batch=3),
        Effect(name="slip", queue="documents", in_database=lambda session, held: None),
    ]
    wire(*effects)
    with uow.unit_of_work() as session:
        deliveries.add(
            session, [Delivery(handler="mail") for _ in range(5)] + [Delivery(handler="slip") for _ in range(3)]
        )


def queued(redis, queue):
    return jobs.waiting(redis, [queue])[queue]


def contents(redis, queue):
    return [json.loads(zlib.decompress(redis.hget(f"rq:job:{id}", "data"))) for id in queued(redis, queue)]


def test_due_deliveries_become_jobs_of_many_ids_by_queue_and_handler(work, redis, config):
    one_pass(redis, Memory(), config)

    assert [(job[0], job[2][0], len(job[2][1])) for job in contents(redis, "notifications")] == [
        ("workers.jobs.deliveries.run", "mail", 3),
        ("workers.jobs.deliveries.run", "mail", 2),
    ]
    assert [(job[2][0], len(job[2][1])) for job in contents(redis, "documents")] == [("slip", 3)]


def test_nothing_in_redis_is_a_pickle(work, redis, config):
    one_pass(redis, Memory(), config)

    for queue in ("notifications", "documents"):
        assert all(isinstance(job, list) for job in contents(redis, queue))


def test_what_waits_in_redis_is_not_passed_on_again(work, redis, config):
    memory = Memory()

    for _ in range(3):
        one_pass(redis, memory, config)

    assert (len(queued(redis, "notifications")), len(queued(redis, "documents"))) == (2, 1)


def test_what_a_flush_takes_away_is_passed_on_again(work, redis, config):
    memory = Memory()
    one_pass(redis, memory, config)

    redis.flushall()
    one_pass(redis, memory, config)

    assert (len(queued(redis, "notifications")), len(queued(redis, "documents"))) == (2, 1)


def test_a_job_that_vanished_a_moment_ago_is_given_time(work, redis, config):
    memory, patient = Memory(), replace(config, reenqueue_seconds=60)
    one_pass(redis, memory, patient)

    redis.flushall()
    one_pass(redis, memory, patient)

    assert queued(redis, "notifications") == []


def test_a_delivery_that_failed_since_is_passed_on_when_due_without_that_wait(work, redis, config):
    memory, patient = Memory(), replace(config, reenqueue_seconds=60)
    one_pass(redis, memory, patient)
    with uow.unit_of_work() as session:
        session.execute(text("UPDATE deliveries SET attempt = attempt + 1 WHERE handler = 'slip'"))

    one_pass(redis, memory, patient)

    assert len(queued(redis, "documents")) == 2


def test_a_queue_that_is_full_gets_no_more(work, redis, config):
    with uow.unit_of_work() as session:
        deliveries.add(session, [Delivery(handler="mail") for _ in range(300)])
    memory = Memory()

    for _ in range(3):
        one_pass(redis, memory, config)

    assert len(queued(redis, "notifications")) == 102  # 305 in jobs of three; a fourth pass would stop at the limit
    with uow.unit_of_work() as session:
        deliveries.add(session, [Delivery(handler="mail") for _ in range(50)])
    one_pass(redis, memory, config)
    assert len(queued(redis, "notifications")) == 102


def test_without_redis_events_still_get_their_positions(shared_things, wire, config):
    wire()
    with uow.unit_of_work() as session:
        emit(session, [ThingHappened(thing_id=1)], actor=SYSTEM)
    nowhere = jobs.connect("redis://127.0.0.1:1")

    one_pass(nowhere, Memory(), config)

    with uow.unit_of_work() as session:
        assert feed.last_position(session) > 0


def test_a_reader_that_lags_is_nudged_once(shared_things, wire, redis, config):
    reader = Consumer(name="r", queue="analytics", kinds=frozenset({ThingHappened}), read=lambda session, events: None)
    wire(readers=[reader])
    with uow.unit_of_work() as session:
        emit(session, [ThingHappened(thing_id=1)], actor=SYSTEM)
    memory = Memory()

    for _ in range(2):
        one_pass(redis, memory, config)

    assert [job[0] for job in contents(redis, "analytics")] == ["workers.jobs.feed.run"]


def test_one_relay_leads_and_the_next_takes_over(config, shared_things):
    second_leads, stop = Event(), Event()

    def wait_for_lead():
        with leadership(config.database_url, stop=stop, poll_seconds=0.01):
            second_leads.set()

    with leadership(config.database_url, stop=stop, poll_seconds=0.01):
        waiting = Thread(target=wait_for_lead)
        waiting.start()
        led_at_once = second_leads.wait(0.3)
    taken_over = second_leads.wait(10)
    waiting.join()

    assert (led_at_once, taken_over) == (False, True)


def test_a_new_delivery_is_passed_on_at_once_by_the_hint(work, redis, config):
    stop, slow = Event(), replace(config, poll_seconds=30, reenqueue_seconds=60)
    relay = Thread(target=run, args=(slow,), kwargs={"stop": stop})
    relay.start()
    wait_for(lambda: len(queued(redis, "documents")) == 1)

    with uow.unit_of_work() as session:
        deliveries.add(session, [Delivery(handler="slip")])
    wait_for(lambda: len(queued(redis, "documents")) == 2)

    stop.set()
    with uow.unit_of_work() as session:
        session.execute(text("SELECT pg_notify('deliveries', '')"))
    relay.join(10)
    assert not relay.is_alive()


def wait_for(ready, seconds=10):
    pause = Event()
    for _ in range(int(seconds / 0.02)):
        if ready():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come about in time")
