"""Whatever is killed, cut off or flushed while orders come in over HTTP: what was acknowledged stands, once."""

import os
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text

from app.config import Config
from app.kernel import jobs, uow
from app.kernel.actor import SYSTEM
from app.kernel.crypto import keyring
from app.staff import api_keys
from app.workflows.verify import see_one_moment, verify
from tests.factories.house import make_house
from tests.faults.buyers import Buyers, lines_of, many_buyers, name_of
from tests.faults.stack import is_gone, wait_for
from tests.instance import Instance, running_instance, start
from tests.servers import own_valkey

pytestmark = pytest.mark.fault

SEED = int(os.environ.get("WAYBILL_FAULT_SEED", "0")) or random.randrange(1, 1_000_000)
TARGETS = ("process", "process", "process", "process", "parent")
CUTS = 8


@pytest.fixture
def key(database_engine) -> str:
    with uow.unit_of_work() as session:
        make_house(session, {("TEA-1", "CMH1"): 100_000, ("TEA-2", "RNO1"): 100_000})
        return api_keys.create(session, "buyers", ["orders:write"], actor=SYSTEM).text


@pytest.fixture
def web(database, key, valkey_url, tmp_path) -> Callable[..., Instance]:
    """``with web() as instance``: so many web processes under their parent."""
    return lambda redis_url=valkey_url, processes=1: running_instance(
        database, redis_url, tmp_path, programs=("web",), WEB_PROCESSES=str(processes), WEB_THREADS="8"
    )


def found_orders() -> dict[str, list[tuple[str, list[tuple[str, int]]]]]:
    """Number and lines of each order by the buyer's name."""
    statement = text(
        "SELECT c.name, o.number, array_agg(l.sku_code ORDER BY l.position) AS skus,"
        " array_agg(l.ordered ORDER BY l.position) AS units"
        " FROM orders o JOIN order_contacts c ON c.order_id = o.id JOIN order_lines l ON l.order_id = o.id"
        " GROUP BY c.name, o.number"
    )
    found: dict[str, list[tuple[str, list[tuple[str, int]]]]] = {}
    with uow.unit_of_work() as session:
        for row in session.execute(statement):
            found.setdefault(row.name, []).append((row.number, list(zip(row.skus, row.units, strict=True))))
    return found


def expected_orders(buyers: Buyers) -> dict[str, list[tuple[str, list[tuple[str, int]]]]]:
    return {name_of(buyer): [(number, lines_of(buyer))] for buyer, number in buyers.taken.items()}


def findings() -> list[str]:
    with uow.unit_of_work() as session:
        see_one_moment(session)
        return [finding.sentence for finding in verify(session, keyring("k" * 48))]


def web_processes(instance: Instance) -> list[psutil.Process]:
    """Those that serve; the resource tracker of Python's multiprocessing is none."""
    try:
        children = psutil.Process(instance.processes["web"].pid).children()
        return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]
    except psutil.NoSuchProcess:
        return []


def hit(instance: Instance, target: str, chance: random.Random) -> None:
    """SIGKILL, while it serves."""
    wait_for(lambda: bool(web_processes(instance)), seconds=20, what="a web process to kill")
    serving = web_processes(instance)
    if target == "process":
        chance.choice(serving).kill()
    else:
        instance.processes["web"].kill()
        wait_for(lambda: all(map(is_gone, serving)), seconds=20, what="web processes ending with their parent")


@contextmanager
def supervised(instance: Instance, folder: Path) -> Iterator[None]:
    """What the supervisor does: a server that is gone is started again. (It ends itself after two kills in a row.)"""
    config, done = Config.from_environment(instance.environment), threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            if instance.processes["web"].poll() is not None:
                instance.processes["web"] = start(config, instance.environment, "web", folder)

    with ThreadPoolExecutor(1) as supervisor:
        watching = supervisor.submit(watch)
        try:
            yield
        finally:
            done.set()
        watching.result()


def test_no_order_is_lost_or_doubled_by_kills_of_the_web(web, key, tmp_path):
    print(f"SEED={SEED}")
    chance = random.Random(SEED)
    targets = chance.sample(TARGETS, len(TARGETS))

    with web(processes=2) as instance, supervised(instance, tmp_path), many_buyers(instance.url, key) as buyers:
        for target in targets:
            buyers.wait_for_more(chance.randrange(4, 12))
            time.sleep(chance.random() * 0.05)
            hit(instance, target, chance)
        buyers.wait_for_more(1)
        buyers.stopped.set()
        lost, before = buyers.lost, buyers.taken
        for buyer in [*lost, *buyers.refused]:
            buyers.post_until_taken(buyer)
        repeated = {buyer: buyers.post(buyer).number for buyer in list(before)[:10]}

    assert lost, "no kill hit a request"
    assert found_orders() == expected_orders(buyers)
    assert repeated == {buyer: before[buyer] for buyer in repeated}
    assert findings() == []


def test_a_database_that_cuts_connections_is_503_and_the_web_recovers_by_itself(web, key, database):
    operator = create_engine(database.superuser_url, isolation_level="AUTOCOMMIT")
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND usename = 'app'")

    with web() as instance, many_buyers(instance.url, key) as buyers:
        for _ in range(CUTS):
            buyers.wait_for_more(5)
            with operator.connect() as connection:
                connection.execute(cut, {"name": database.name})
        buyers.wait_for_more(1)
        buyers.stopped.set()
        refused = dict(buyers.refused)
        for buyer in refused:
            buyers.post_until_taken(buyer)
    operator.dispose()

    assert refused, "no cut hit a request"
    assert {told.status for told in refused.values()} == {503}
    assert all(int(told.retry_after) > 0 for told in refused.values())
    assert buyers.lost == []
    assert found_orders() == expected_orders(buyers)


def test_a_web_that_is_asked_to_end_answers_what_it_has_begun(web, key):
    with web() as instance, many_buyers(instance.url, key) as buyers:
        buyers.wait_for_more(10)
        instance.processes["web"].terminate()
        ended = instance.processes["web"].wait(timeout=20)

    assert ended == 0
    assert found_orders() == expected_orders(buyers)


def test_orders_are_taken_while_redis_is_away_and_when_it_has_forgotten_everything(web, key):
    with own_valkey() as (valkey, process), web(valkey.url) as instance:
        buyers = Buyers(instance.url, key)
        jobs.connect(valkey.url).flushall()
        flushed = [buyers.post(buyer).status for buyer in range(3)]
        process.kill()
        process.wait()
        away = [buyers.post(buyer).status for buyer in range(3, 6)]
        pages = [status_of(f"{instance.url}{path}") for path in ("/account/login", "/track/", "/healthz", "/readyz")]
        limited = status_of(f"{instance.url}/track/nobody-has-this-tracking-key")

    assert flushed + away == [201] * 6
    assert pages == [200] * 4
    assert limited == 404


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
