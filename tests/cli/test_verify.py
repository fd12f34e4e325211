"""``flask verify`` at the terminal: one line per finding, and an exit code for scripts."""

import pytest
from sqlalchemy.orm import Session

from app.cli.verify import verify_command
from app.kernel.db import open_engine
from tests.factories.house import make_house
from tests.faults.plant import plant


@pytest.fixture
def stocked(database, installation):
    engine = open_engine(database.url, pool_size=1)
    with Session(engine, autoflush=False) as session:
        make_house(session, {("TEA-1", "CMH1"): 5})
        session.commit()
    engine.dispose()
    return installation(database)


def test_a_healthy_database_is_clean_and_counted(run, stocked):
    done = run(stocked, verify_command)

    assert done.exit_code == 0
    assert done.output.startswith("clean: 1 stock levels, 1 movements,")


def test_findings_are_lines_and_the_exit_code_is_1(run, stocked, database):
    plant(database.owner_url, "changed_balance")

    done = run(stocked, verify_command)

    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0].startswith("stock balances: stock of TEA-1 at CMH1 says on hand 6,")
    assert lines[-1].startswith("Error: 2 findings in 1 stock levels")
