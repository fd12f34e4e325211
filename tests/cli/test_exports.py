"""``flask export``: what the page of exports makes, at the terminal."""

import inspect

import pytest
from click.testing import CliRunner

from app.cli.exports import export
from app.imports.tables import open_table
from tests.factories.house import make_house


@pytest.fixture
def run(session, bound, monkeypatch):
    """Runs the command as the terminal does."""
    make_house(session, {("TEA-1", "CMH1"): 5, ("TEA-2", "RNO1"): 7})
    session.commit()
    monkeypatch.setattr(export, "callback", inspect.unwrap(export.callback))
    return lambda *words: CliRunner().invoke(export, [str(word) for word in words])


@pytest.mark.parametrize("name", ["stock.csv", "stock.xlsx"])
def test_the_file_has_the_format_of_its_name(run, tmp_path, name):
    answer = run("stock", tmp_path / name, "--site", "CMH1")

    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("1 rows of stock to ")
    with (tmp_path / name).open("rb") as stream, open_table(stream) as table:
        assert [row.cells[0] for row in table.rows()] == ["TEA-1"]


def test_another_format_is_refused(run, tmp_path):
    answer = run("stock", tmp_path / "stock.pdf")

    assert answer.exit_code == 2
    assert "must end in .csv or .xlsx" in answer.output
    assert not (tmp_path / "stock.pdf").exists()
