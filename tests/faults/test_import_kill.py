"""A command killed in the middle of an import: run again, it goes on, and nothing is there twice."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import create_engine, text

from app.config import ROOT
from app.imports import lifecycle
from app.kernel import uow
from app.workflows.set_up_company import set_up_company
from app.workflows.undo_import import ask_for_undo, undo_import
from tests.factories.dirty_orders import dirty_orders
from tests.factories.house import COMPANY, make_skus
from tests.factories.imports import ACTOR

pytestmark = pytest.mark.fault
KILLS = 4
PROGRAM = """
import sys
from app.workflows import run_import
run_import.GROUPS_AT_ONCE["orders"] = 5
from flask.cli import main
sys.argv = ["flask", "--app", "wsgi", "orders", "import", sys.argv[1],
            "--history-until", "2025-11-30", "--create-missing", "products,customers"]
main()
"""


@pytest.fixture
def environment(database, database_engine, tmp_path, valkey_url):
    with uow.unit_of_work() as session:
        set_up_company(session, COMPANY)
    return os.environ | {
        "DATABASE_URL": database.url,
        "OWNER_DATABASE_URL": database.owner_url,
        "REDIS_URL": valkey_url,
        "SECRET_KEY": "fault " * 10,
        "WAYBILL_INSTANCE": str(tmp_path / "instance"),
    }


def start(environment, file, program=PROGRAM):
    command = [sys.executable, "-c", program, str(file)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def taken_in(database) -> int:
    engine = create_engine(database.url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM orders")).scalar_one()
    engine.dispose()
    return int(found)


def test_a_killed_import_goes_on_and_never_doubles(environment, database, tmp_path):
    dirty, chance = dirty_orders(orders=800), random.Random(11)
    file = tmp_path / "orders.csv"
    file.write_bytes(dirty.content)
    middle = 0
    for _ in range(KILLS):
        before = taken_in(database)
        process = start(environment, file)
        deadline = time.monotonic() + 60
        while process.poll() is None and taken_in(database) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        middle += before < taken_in(database) < dirty.facts.orders

    last = start(environment, file)
    printed, _ = last.communicate(timeout=120)

    assert middle >= 2, "the kills must hit a running import"
    assert last.returncode == 0, printed
    with uow.unit_of_work() as session:
        sums = session.execute(text("SELECT count(*), sum(ordered)::bigint, sum(total_minor)::bigint FROM order_lines"))
        assert tuple(sums.one()) == (dirty.facts.lines, dirty.facts.units, dirty.facts.net)
        assert session.execute(text("SELECT count(*) FROM orders")).scalar_one() == dirty.facts.orders
        assert session.execute(text("SELECT array_agg(DISTINCT state) FROM imports")).scalar_one() == ["done"]


STOCK_PROGRAM = """
import sys
from app.workflows import run_import
run_import.GROUPS_AT_ONCE["stock"] = 5
from flask.cli import main
sys.argv = ["flask", "--app", "wsgi", "stock", "import", sys.argv[1]]
main()
"""
SKUS, UNITS = 1_200, 3


def received(database) -> int:
    engine = create_engine(database.url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT coalesce(sum(on_hand), 0) FROM stock_levels")).scalar_one()
    engine.dispose()
    return int(found)


@pytest.fixture
def killed_in_the_middle(environment, database, tmp_path):
    """The file of a stock import that was killed between two batches, or in one."""
    codes = [f"SKU-{number}" for number in range(SKUS)]
    with uow.unit_of_work() as session:
        make_skus(session, codes)
    file = tmp_path / "stock.csv"
    file.write_text("SKU,Site,Quantity\n" + "".join(f"{code},CMH1,{UNITS}\n" for code in codes))
    process = start(environment, file, program=STOCK_PROGRAM)
    deadline = time.monotonic() + 60
    while process.poll() is None and received(database) < 100 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert 0 < received(database) < SKUS * UNITS, "the kill must hit a running import"
    return file


def test_a_killed_stock_import_goes_on_and_receives_nothing_twice(killed_in_the_middle, environment, database):
    last = start(environment, killed_in_the_middle, program=STOCK_PROGRAM)
    printed, _ = last.communicate(timeout=120)

    assert last.returncode == 0, printed
    assert received(database) == SKUS * UNITS
    with uow.unit_of_work() as session:
        assert session.execute(text("SELECT array_agg(DISTINCT on_hand) FROM stock_levels")).scalar_one() == [UNITS]
        assert session.execute(text("SELECT array_agg(DISTINCT state) FROM imports")).scalar_one() == ["done"]


def test_a_killed_stock_import_is_taken_back_whole(killed_in_the_middle, database):
    with uow.unit_of_work() as session:
        [row] = lifecycle.latest(session)
        lifecycle.move(session, row, "stop")
        ask_for_undo(session, row.id)
        undo_import(session, row.id, actor=ACTOR)

    assert received(database) == 0
    with uow.unit_of_work() as session:
        assert lifecycle.get(session, row.id).state == "undone"
        assert session.execute(text("SELECT count(*) FROM bin_stock WHERE quantity > 0")).scalar_one() == 0
