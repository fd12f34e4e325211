"""The intake gate under faults: PostgreSQL killed in mid-batch, callers who hang up, a flood, an end under load."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil
import pytest
from sqlalchemy import create_engine, text

from app.embedded import processes
from app.embedded.postgres import STOP
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.db import open_engine
from app.staff import api_keys
from tests.factories.house import make_house
from tests.faults.buyers import PATIENCE, Buyers, body, lines_of, many_buyers, name_of
from tests.faults.stack import is_gone, wait_for
from tests.faults.test_web_kill import findings, found_orders, web_processes
from tests.instance import Instance, running_instance
from tests.servers import Database, migrated_database, own_postgres

pytestmark = pytest.mark.fault

CROWD, KILLS = 16, 2
STOCK = {("TEA-1", "CMH1"): 100_000, ("TEA-2", "RNO1"): 100_000}
FLOOD, FLAT_MB = 400, 20
ALL_STAND = text("SELECT FROM stock_levels FOR UPDATE")
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND wait_event_type = 'Lock'")


class Cluster:
    """A PostgreSQL with fsync on, that may be killed, and a company in it."""

    def __init__(self, postgres, process, database: Database) -> None:
        self.postgres, self.process, self.database = postgres, process, database
        self.engine = open_engine(database.url, pool_size=5, application_name="tests")
        self.operator = create_engine(database.superuser_url, pool_pre_ping=True)

    def kill(self) -> None:
        """As when the machine loses its power: the next start reads the log again."""
        backends = psutil.Process(self.process.pid).children()
        self.process.kill()
        self.process.wait()
        wait_for(lambda: all(map(is_gone, backends)), seconds=20, what="the backends ending with their postmaster")
        self.process = self.postgres.start()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Whoever places an order stands until the block ends."""
        with self.operator.begin() as connection:
            connection.execute(ALL_STAND)
            yield

    def is_a_batch_standing(self) -> bool:
        with self.operator.connect() as connection:
            return bool(connection.execute(WAITING).scalar_one())


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Cluster, str]]:
    with own_postgres() as (postgres, process):
        cluster = Cluster(postgres, process, migrated_database(postgres))
        uow.bind(cluster.engine)
        with uow.unit_of_work() as session:
            make_house(session, STOCK)
            key = api_keys.create(session, "buyers", ["orders:write"], actor=SYSTEM).text
        yield cluster, key
        cluster.engine.dispose()
        cluster.operator.dispose()
        processes.stop(cluster.process, STOP)


@pytest.fixture
def cluster(running) -> Iterator[Cluster]:
    cluster, _ = running
    uow.bind(cluster.engine)
    yield cluster
    uow.unbind()


@pytest.fixture
def key(running) -> str:
    return running[1]


@pytest.fixture
def web(cluster, valkey_url, tmp_path) -> Callable[..., Instance]:
    return lambda **settings: running_instance(
        cluster.database, valkey_url, tmp_path, programs=("web",), **{"WEB_PROCESSES": "1", **settings}
    )


def orders_of(buyers: list[int]) -> dict[str, list[tuple[str, list[tuple[str, int]]]]]:
    names = {name_of(buyer) for buyer in buyers}
    return {name: orders for name, orders in found_orders().items() if name in names}


def expected(buyers: Buyers) -> dict[str, list[tuple[str, list[tuple[str, int]]]]]:
    return {name_of(buyer): [(number, lines_of(buyer))] for buyer, number in buyers.taken.items()}


def test_what_was_acknowledged_outlives_a_killed_postgresql_and_the_rest_appears_once_when_sent_again(
    web, cluster, key
):
    with web(WEB_PROCESSES="2") as instance, many_buyers(instance.url, key, crowd=CROWD) as buyers:
        serving = {process.pid for process in web_processes(instance)}
        for _ in range(KILLS):
            buyers.wait_for_more(20)
            cluster.kill()
        buyers.wait_for_more(20)
        buyers.stopped.set()
        refused = buyers.refused
        for buyer in [*refused, *buyers.lost]:
            buyers.post_until_taken(buyer)
        served_on = {process.pid for process in web_processes(instance)}

    assert {told.status for told in refused.values()} == {503}
    assert all(int(told.retry_after) > 0 for told in refused.values())
    assert len(refused) >= KILLS, "no kill hit a batch"
    assert orders_of(list(buyers.told)) == expected(buyers)
    assert findings() == []
    assert served_on == serving


def test_a_caller_who_hangs_up_in_mid_batch_harms_nobody_and_its_order_is_there_once(web, cluster, key):
    staying, leaving = list(range(10_000, 10_010)), list(range(10_010, 10_015))

    with web() as instance, ThreadPoolExecutor(len(staying)) as crowd:
        buyers = Buyers(instance.url, key)
        with cluster.standing():
            first = crowd.submit(buyers.post, staying[0])
            wait_for(cluster.is_a_batch_standing, seconds=PATIENCE, what="the first batch standing")
            hung_up = [connected(instance.url, key, buyer) for buyer in leaving]
            answers = [first, *(crowd.submit(buyers.post, buyer) for buyer in staying[1:])]
            for connection in hung_up:
                connection.close()
        told = [answer.result(30) for answer in answers]
        again = [buyers.post(buyer) for buyer in leaving]

    assert [one.status for one in [*told, *again]] == [201] * 15
    assert {name: len(orders) for name, orders in orders_of([*staying, *leaving]).items()} == {
        name_of(buyer): 1 for buyer in [*staying, *leaving]
    }


def connected(url: str, key: str, buyer: int) -> socket.socket:
    """One who has sent the whole order and does not read the answer."""
    place = urlsplit(url)
    content = json.dumps(body(buyer)).encode()
    head = (
        f"POST /api/v1/orders HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: buyer-{buyer}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    connection = socket.create_connection((str(place.hostname), int(place.port or 0)))
    connection.sendall(head.encode() + content)
    return connection


def test_a_flood_is_told_to_come_again_and_takes_no_memory(web, cluster, key):
    with web(WEB_THREADS="40", INTAKE_QUEUE="4") as instance, ThreadPoolExecutor(32) as crowd:
        buyers = Buyers(instance.url, key)
        [serving] = web_processes(instance)
        flood(buyers, crowd, cluster, range(20_000, 20_000 + FLOOD))
        before = serving.memory_info().rss
        told = flood(buyers, crowd, cluster, range(30_000, 30_000 + FLOOD))
        grown = serving.memory_info().rss - before
        alive = buyers.post(40_000)

    full = [one for one in told if one.status == 503]
    assert len(full) > FLOOD // 2
    assert {one.retry_after for one in full} == {"1"}
    assert {one.status for one in told} <= {201, 409, 503}
    assert grown < FLAT_MB * 2**20
    assert alive.status == 201


def flood(buyers: Buyers, crowd: ThreadPoolExecutor, cluster: Cluster, numbers: range):
    """All of them while a batch stands, so that the queue is full."""
    with cluster.standing():
        first = crowd.submit(buyers.post, numbers[0])
        wait_for(cluster.is_a_batch_standing, seconds=PATIENCE, what="a batch standing")
        told = [crowd.submit(buyers.post, number) for number in numbers[1:]]
        wait_for(lambda: sum(one.done() for one in told) > FLOOD // 2, seconds=30, what="the flood told off")
    return [one.result(30) for one in (first, *told)]


def test_an_end_under_load_answers_every_order_that_it_places(web, cluster, key):
    with (
        web(WEB_PROCESSES="2", WEB_THREADS="8") as instance,
        many_buyers(instance.url, key, crowd=CROWD, first=50_000) as buyers,
    ):
        buyers.wait_for_more(60)
        instance.processes["web"].terminate()
        ended = instance.processes["web"].wait(timeout=20)

    assert ended == 0
    assert orders_of(list(buyers.told)) == expected(buyers)
    assert {told.status for told in buyers.told.values()} == {0, 201}, "answered, or never taken in"
