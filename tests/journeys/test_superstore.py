"""The real order history: to the cent, once, and its last month worked from opening stock."""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app import bootstrap, cli
from app.analytics.asked import Filters
from app.analytics.reports import sales
from app.cli.first_start import COMPANY
from app.config import Config
from app.factory import build_app
from app.kernel import uow
from app.workflows.set_up_company import AMERICAN_SITES, set_up_company
from tests.factories.dirty_orders import opening_stock
from tests.factories.work import work_off
from tests.wired import unwire

FILE = Path(
    os.environ.get("WAYBILL_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data" / "superstore.csv"
)
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not FILE.is_file(), reason=f"no file {FILE}: name one with WAYBILL_DATA"),
    pytest.mark.xdist_group("superstore"),
]

LINES, ORDERS, UNITS = 9_994, 5_009, 37_873
DECEMBER_ORDERS, DECEMBER_LINES, DECEMBER_UNITS = 224, 462, 1_723
NET = "2297201.07"
REGIONS = {"West": "725457.93", "East": "678781.36", "Central": "501239.88", "South": "391721.90"}


@pytest.fixture(scope="module")
def flask_app(servers, tmp_path_factory) -> Iterator[Flask]:
    name, folder = f"superstore_{os.getpid()}", tmp_path_factory.mktemp("superstore")
    database = servers.clone(name)
    config = Config(
        instance_dir=folder,
        files_dir=folder / "files",
        database_url=database.url,
        owner_database_url=database.owner_url,
        redis_url=servers.valkey.url,
        secret_key="superstore" * 8,
    )
    runtime = bootstrap.start(config)
    with uow.unit_of_work() as session:
        set_up_company(session, COMPANY)
    app = build_app(config)
    cli.register(app)
    yield app
    uow.unbind()
    unwire()
    runtime.engine.dispose()
    servers.drop(name)


def command(flask_app: Flask, *words: str) -> str:
    answer = flask_app.test_cli_runner().invoke(args=list(words))
    assert answer.exit_code == 0, answer.output
    return answer.output


def import_history(flask_app: Flask) -> str:
    until = ("--history-until", "2019-11-30", "--create-missing", "products,customers")
    return command(flask_app, "orders", "import", str(FILE), *until)


@pytest.fixture(scope="module")
def imported(flask_app) -> str:
    return import_history(flask_app)


def value(sql: str):
    with uow.unit_of_work() as session:
        found = session.execute(text(sql)).one()
    return tuple(found) if len(found) > 1 else found[0]


def report(flask_app: Flask, by: str, **filters: str) -> dict[str, str]:
    words = [word for name, given in filters.items() for word in (f"--{name}", given)]
    printed = command(flask_app, "report", "sales", "--by", by, "--format", "csv", *words)
    return {row[by]: row["net_sales"] for row in csv.DictReader(io.StringIO(printed))}


def test_every_order_line_and_unit_is_there(imported):
    assert value("SELECT count(*), sum(ordered)::bigint FROM order_lines") == (LINES, UNITS)
    assert value("SELECT count(*) FROM orders") == ORDERS
    assert value("SELECT count(*) FROM customers") == 793
    assert value("SELECT count(*) FROM skus") == 1_862


def test_net_sales_come_out_to_the_cent(imported, flask_app):
    assert report(flask_app, "region") == REGIONS
    by_month = report(flask_app, "month")
    assert f"{sum(map(cents, by_month.values())) / 100:.2f}" == NET
    assert sum(cents(net) for month, net in by_month.items() if month.startswith("2019")) == cents("733215.19")


def test_best_product_and_best_customer_come_out(imported, flask_app):
    skus, customers = report(flask_app, "sku"), report(flask_app, "customer")

    best_sku = max(skus, key=lambda sku: cents(skus[sku]))
    best_customer = max(customers, key=lambda code: cents(customers[code]))
    assert (best_sku, skus[best_sku]) == ("TEC-CO-10004722", "61599.83")
    assert customers[best_customer] == "25043.07"
    assert value(f"SELECT name FROM customers WHERE code = '{best_customer}'") == "Sean Miller"


def test_the_command_and_the_page_read_the_same_report(imported, flask_app):
    with uow.unit_of_work() as session:
        rows = sales(session, "region", Filters()).rows
    assert {row.key: row.net_minor for row in rows} == {region: cents(net) for region, net in REGIONS.items()}


def test_history_moves_nothing_and_tells_nobody(imported):
    assert value("SELECT count(*) FROM orders WHERE is_history AND status = 'delivered'") == ORDERS - DECEMBER_ORDERS
    moved = (
        "SELECT count(*) FROM stock_movements m JOIN order_lines l ON l.id = m.reference_id"
        " JOIN orders o ON o.id = l.order_id WHERE m.reference_type = 'order_line' AND o.is_history"
    )
    assert value(moved) == 0
    assert value("SELECT count(*) FROM messages") == 0
    told = "SELECT count(*) FROM deliveries d JOIN events e ON e.id = d.event_id JOIN orders o ON o.id = e.subject_id"
    assert value(f"{told} AND e.subject_type = 'orders' WHERE o.is_history") == 0
    later = "SELECT count(*) FROM orders WHERE is_history AND delivered_at >= '2019-12-01T05:00Z'"
    assert value(later) > 0


def test_repairs_are_in_the_report(imported):
    words = imported.split()

    first = "import_id = (SELECT min(id) FROM imports)"
    assert "438" in words
    assert "11" in words
    for kind, count in {"postal_code_zero": 438, "postal_code_missing": 11, "name_chosen": 32}.items():
        assert value(f"SELECT count(*) FROM import_repairs WHERE {first} AND kind = '{kind}'") == count
    assert value("SELECT count(*) FROM order_contacts WHERE postal_code = '05401'") == 0
    assert value("SELECT count(*) FROM order_contacts WHERE length(postal_code) = 4") == 0


def test_two_lines_that_are_alike_are_both_real(imported):
    twins = value(
        "SELECT count(*), min(l.total_minor), max(l.total_minor) FROM order_lines l JOIN orders o ON o.id = l.order_id"
        " JOIN order_lines t ON t.order_id = l.order_id AND t.sku_id = l.sku_id AND t.id <> l.id"
        " WHERE o.external_number = 'US-2016-150119'"
    )
    assert twins == (2, 28_137, 28_137)


def test_the_same_file_again_creates_nothing(imported, flask_app):
    printed = import_history(flask_app)

    assert "imported before" in printed
    assert value("SELECT count(*) FROM orders") == ORDERS


def test_december_waits_for_stock_and_is_routed_when_it_comes(imported, flask_app, tmp_path):
    december = "FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE NOT o.is_history"
    waiting = value(f"SELECT count(DISTINCT o.id), count(*), sum(l.backordered)::bigint {december}")
    assert waiting == (DECEMBER_ORDERS, DECEMBER_LINES, DECEMBER_UNITS)

    stock = tmp_path / "stock.csv"
    stock.write_bytes(b"".join([HEAD, *(stock_of(site.code) for site in AMERICAN_SITES)]))
    command(flask_app, "stock", "import", str(stock))
    work_off("orders.fill_backorders_on_arrival", "orders.fill_backorders")

    filled = value(f"SELECT sum(l.allocated)::bigint, sum(l.backordered)::bigint {december}")
    assert filled == (DECEMBER_UNITS, 0)
    nearest = value(
        "SELECT count(DISTINCT s.code) FROM fulfilment_orders f JOIN sites s ON s.id = f.site_id"
        " JOIN order_contacts c ON c.order_id = f.order_id WHERE c.city = 'Columbus' AND c.region = 'Ohio'"
    )
    assert nearest <= 1
    assert value("SELECT count(DISTINCT site_id) FROM fulfilment_orders") > 3


HEAD = b"SKU,Site,Quantity\n"


def stock_of(site: str) -> bytes:
    with uow.unit_of_work() as session:
        codes = session.execute(text("SELECT code FROM skus ORDER BY code")).scalars().all()
    return opening_stock(dict.fromkeys(codes, 50), site).removeprefix(HEAD) + b"\n"


def cents(net: str) -> int:
    return int(net.replace(".", ""))
