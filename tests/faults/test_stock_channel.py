"""Whatever is killed while a channel is told our stock: in the end it knows what is so, and so do we."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from app.channels.publication import PublicationFacts
from app.config import Config
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.crypto import keyring
from app.workflows import offer_stock
from app.workflows.place_orders import place_orders
from tests.factories.house import House, make_house, order_request
from tests.fakes.stock_channel import Shop, running_shop
from tests.faults.stack import TIMES, wait_for
from tests.instance import Instance, running_instance
from tests.servers import Database, own_valkey
from tests.wired import all_wired

pytestmark = pytest.mark.fault

PATIENCE = 60
TOLD = """
SELECT s.code, o.units FROM stock_offers o JOIN skus s ON s.id = o.sku_id WHERE o.changed_at IS NULL ORDER BY 1
"""


@contextmanager
def workers_of(database: Database, folder: Path, shop: Shop) -> Iterator[list[Instance]]:
    """A relay and two workers, one of which starts anew with whatever kills it."""
    settings = {**TIMES, "OUTBOUND_EXCEPTIONS": shop.url}
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    with (
        own_valkey() as (valkey, _),
        running_instance(database, valkey.url, folder / "one", programs=("relay", "worker"), **settings) as one,
        running_instance(database, valkey.url, folder / "two", programs=("worker",), **settings) as two,
    ):
        try:
            yield [one, two]
        except AssertionError:
            for log in sorted(folder.glob("*/*.log")):
                print(log.parent.name, log.name, log.read_text()[-4000:], sep="\n")
            raise


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


@pytest.fixture
def house(database: Database, database_engine: object, tmp_path: Path, shop: Shop) -> Iterator[House]:
    """Its web shop is told our stock; whoever does it signs with the key of the instances."""
    key = "a key for tests only, long enough to be taken"
    config = Config(
        instance_dir=tmp_path,
        files_dir=tmp_path,
        database_url=database.url,
        owner_database_url="",
        redis_url="",
        secret_key=key,
        outbound_exceptions=(shop.url,),
    )
    with all_wired(config):
        house = uow.run(lambda session: make_house(session, {("TEA-1", "CMH1"): 100, ("TEA-2", "CMH1"): 50}))
        facts, web = PublicationFacts(is_on=True, address=shop.address, most=None, held_back=0), house.channels["web"]
        secret = uow.run(
            lambda session: offer_stock.change_publication(session, web, facts, keys=keyring(key), actor=SYSTEM)
        )
        shop.secret = secret or ""
        yield house


def place(*lines: tuple[str, int]) -> None:
    uow.run(lambda session: place_orders(session, [order_request(*lines)], actor=SYSTEM))


def told() -> dict[str, int]:
    with uow.unit_of_work() as session:
        return {row.code: row.units for row in session.execute(text(TOLD))}


def job_process_at(shop: Shop, instances: list[Instance]) -> psutil.Process | None:
    """The one that is telling the shop at this moment."""
    for instance in instances:
        for child in psutil.Process(instance.processes["worker"].pid).children(recursive=True):
            if any(peer.laddr.port == shop.caller for peer in child.net_connections("tcp")):
                return child
    return None


def hold_one(shop: Shop, instances: list[Instance]) -> psutil.Process:
    """The shop has taken a message and does not answer: who sent it, with the value not written down."""
    wait_for(shop.waiting.is_set, seconds=PATIENCE, what="a message at the shop")
    shop.waiting.clear()
    found = job_process_at(shop, instances)
    assert found is not None
    return found


def test_kills_between_telling_and_writing_down_leave_the_channel_with_what_is_so(house, database, tmp_path, shop):
    with workers_of(database, tmp_path, shop) as instances:
        wait_for(lambda: len(told()) == 5, seconds=PATIENCE, what="everything told")
        for _ in range(4):
            shop.waiting.clear()
            shop.gate.clear()
            place(("TEA-1", 3), ("TEA-2", 1))
            hold_one(shop, instances).send_signal(signal.SIGKILL)
            shop.gate.set()
        wait_for(lambda: told().get("TEA-1") == 88, seconds=PATIENCE, what="the last value written down")

    assert (shop.units()["TEA-1"], shop.units()["TEA-2"]) == (88, 46)
    assert told() == shop.units()
    assert max(shop.counts("TEA-1"), shop.counts("TEA-2")) > 5, "no kill hit a message that was taken"


def test_who_wakes_up_after_its_lease_changes_nothing(house, database, tmp_path, shop):
    with workers_of(database, tmp_path, shop) as instances:
        wait_for(lambda: len(told()) == 5, seconds=PATIENCE, what="everything told")
        shop.waiting.clear()
        shop.gate.clear()
        place(("TEA-1", 3))
        sleeper = hold_one(shop, instances)
        sleeper.send_signal(signal.SIGSTOP)
        shop.gate.set()
        place(("TEA-1", 7))
        wait_for(lambda: told().get("TEA-1") == 90, seconds=PATIENCE, what="another worker taking over")
        sleeper.send_signal(signal.SIGCONT)
        log = [tmp_path / name / "worker.log" for name in ("one", "two")]
        wait_for(
            lambda: any("delivery_fenced" in each.read_text() for each in log),
            seconds=20,
            what="the late write refused",
        )

    assert told() == shop.units()
    assert shop.units()["TEA-1"] == 90
