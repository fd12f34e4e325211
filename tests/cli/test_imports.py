"""``flask orders import`` and its sisters: progress while they run, a report at the end."""

import csv
import inspect
import io

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli.imports import orders, products, stock
from app.imports import lifecycle
from app.kernel.files import FolderStore
from tests.factories.dirty_orders import dirty_orders, written
from tests.factories.house import make_house

HISTORY = ("--history-until", "2025-11-30", "--create-missing", "products,customers")


@pytest.fixture
def run(session, bound, tmp_path, monkeypatch):
    """Runs a command as the terminal does, with the files of the test."""
    make_house(session)
    session.commit()
    monkeypatch.setattr("app.cli.imports.files", lambda: FolderStore(tmp_path / "files"))

    def run(group, content: bytes, *words: str):
        file = tmp_path / "orders.csv"
        file.write_bytes(content)
        command = group.commands["import"]
        monkeypatch.setattr(command, "callback", inspect.unwrap(command.callback))
        return CliRunner().invoke(group, ["import", str(file), *words])

    return run


@pytest.fixture(scope="module")
def dirty():
    return dirty_orders(orders=40)


def figure(printed: str, label: str) -> str:
    [line] = [line for line in printed.splitlines() if line.strip().startswith(label)]
    return line.split()[-1]


def test_the_report_says_what_came_in(run, dirty):
    answer = run(orders, dirty.content, *HISTORY)

    assert answer.exit_code == 0, answer.output
    assert figure(answer.stdout, "Orders taken in") == str(dirty.facts.orders)
    assert figure(answer.stdout, "Net total, USD") == f"{dirty.facts.net / 100:,.2f}"
    assert figure(answer.stdout, "amount with more decimals") == str(dirty.facts.repairs["rounding"])


def test_progress_goes_to_standard_error(run, dirty):
    answer = run(orders, dirty.content, *HISTORY)

    assert "rows, " in answer.stderr
    assert "a second" in answer.stderr
    assert "a second" not in answer.stdout


def test_the_names_that_were_chosen_are_listed(run, dirty):
    printed = run(orders, dirty.content, *HISTORY).stdout

    assert printed.count("was taken for TST-") == dirty.facts.repairs["name_chosen"]


def test_a_second_time_takes_nothing_in(run, session, dirty):
    run(orders, dirty.content, *HISTORY)

    printed = run(orders, dirty.content, *HISTORY).stdout

    assert "This very file was imported before" in printed
    assert figure(printed, "Orders taken in") == "0"
    assert session.execute(text("SELECT count(*) FROM orders")).scalar_one() == dirty.facts.orders


def test_a_dry_run_only_counts(run, session, dirty):
    printed = run(orders, dirty.content, *HISTORY, "--dry-run").stdout

    assert figure(printed, "New") == str(dirty.facts.orders)
    assert session.execute(text("SELECT count(*) FROM orders")).scalar_one() == 0


def test_rows_left_out_and_repairs_go_to_files(run, tmp_path, dirty):
    spoilt = written([dirty.rows[0] | {"Quantity": "0"}, *dirty.rows[1:]])
    rejected, repairs = tmp_path / "rejected.csv", tmp_path / "repairs.csv"

    answer = run(orders, spoilt, *HISTORY, "--rejected-to", str(rejected), "--repairs-to", str(repairs))

    assert "must be between 1 and" in answer.stdout
    rows = list(csv.DictReader(io.StringIO(rejected.read_text())))
    assert rows[0]["Left out because"]
    assert repairs.read_text().startswith("Line,Repair,Column,Before,After")


def test_a_file_that_cannot_be_read_ends_with_the_reason(run, dirty):
    answer = run(orders, dirty.content + b'1,"never closed', *HISTORY)

    assert answer.exit_code == 1
    assert "is never closed" in str(answer.exception)


def test_what_cannot_be_created_is_refused(run, dirty):
    answer = run(orders, dirty.content, "--create-missing", "sites")

    assert answer.exit_code == 1
    assert "“sites” cannot be created" in str(answer.exception)


def test_an_import_that_was_cut_off_goes_on(run, session, dirty, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("app.cli.importing.advance_import", lambda *_, **__: False)
        run(orders, dirty.content, *HISTORY)
    [cut_off] = lifecycle.latest(session)

    answer = run(orders, dirty.content, *HISTORY)

    assert f"Import {cut_off.id} of this file was cut off" in answer.stderr
    assert figure(answer.stdout, "Orders taken in") == str(dirty.facts.orders)
    session.expire_all()
    assert [row.state for row in lifecycle.latest(session)] == ["done"]


def test_products_and_stock_have_their_commands(run, session):
    run(products, b"SKU,Name\nNEW-1,New one\n")

    printed = run(stock, b"SKU,Site,Quantity\nNEW-1,CMH1,7\n").stdout

    assert figure(printed, "Units") == "7"
    assert session.execute(text("SELECT sum(on_hand) FROM stock_levels")).scalar_one() == 7
