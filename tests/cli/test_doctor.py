"""``flask doctor`` says what is wrong in words that end with the remedy."""

import shutil
from collections import namedtuple
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine

from app.cli import examine_servers
from app.cli.doctor import doctor_command
from app.kernel import clock, uow
from app.kernel.actor import SYSTEM
from app.kernel.db import open_engine
from app.workflows.place_orders import place_orders
from tests.cli.conftest import as_owner
from tests.factories.house import make_house, order_request


def test_an_installation_that_is_not_running_says_what_to_start(told, installation, database):
    found = told(installation(database))

    problems = {about for about, (level, _) in found.items() if level == "PROBLEM"}
    assert problems == {"workers", "relay", "scheduler"}
    assert "python -m workers.relay" in found["relay"][1]
    assert found["database"][0] == found["redis"][0] == found["tables"][0] == found["clock"][0] == "ok"


def test_the_command_prints_a_line_each_and_ends_with_1(run, installation, database):
    done = run(installation(database), doctor_command)

    assert done.exit_code == 1
    assert "ok       database      PostgreSQL 18" in done.output
    assert done.output.endswith("Error: 3 problems\n")


def test_without_a_database_the_rest_is_still_looked_at(told, installation, database):
    gone = SimpleNamespace(name="gone", url=database.url.replace("/test_", "/no_such_"), owner_url="")

    found = told(installation(gone))

    assert found["database"][0] == "PROBLEM"
    assert "does not exist): start it, or mend DATABASE_URL" in found["database"][1]
    assert found["redis"][0] == "ok"
    assert "tables" not in found


def test_a_redis_that_is_away_is_named(told, installation, database):
    found = told(installation(database, redis_url="redis://127.0.0.1:1/0"))

    assert found["redis"][0] == "PROBLEM"
    assert "orders are taken, effects wait" in found["redis"][1]


def test_a_role_that_may_change_ledgers_is_named(told, installation, database):
    found = told(installation(database, database_url=database.owner_url))

    assert found["role"][0] == "PROBLEM"
    assert "may change chain_heads, events" in found["role"][1]


def test_tables_of_an_older_version_are_named(told, installation, database):
    as_owner(database, "UPDATE alembic_version SET version_num = '0001'")

    found = told(installation(database))

    assert "at revision 0001" in found["tables"][1]
    assert found["tables"][1].endswith("run flask migrate")


def test_partitions_that_run_out_are_named(told, installation, database, monkeypatch):
    monkeypatch.setattr(examine_servers, "LEAST_IDS_AHEAD", 10**12)

    assert told(installation(database))["partitions"][0] == "PROBLEM"


def test_there_is_room_in_the_partitions(told, installation, database):
    level, sentence = told(installation(database))["partitions"]

    assert level == "ok"
    assert "has room for" in sentence


def test_clocks_that_are_apart_are_named(told, installation, database):
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        found = told(installation(database))

    assert found["clock"][0] == "PROBLEM"
    assert "let both follow a time server" in found["clock"][1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": "orders.example.com"}, "is no address"),
        ({"base_url": "http://orders.example.com"}, "is not encrypted"),
        (
            {"base_url": "http://localhost:8000", "smtp_url": "smtp://127.0.0.1:1"},
            "mails leave this machine with links to",
        ),
    ],
)
def test_a_base_url_that_misleads_is_named(told, installation, database, changes, words):
    level, sentence = told(installation(database, **changes))["base URL"]

    assert level == "PROBLEM"
    assert words in sentence


def test_a_key_that_can_be_guessed_is_named(told, installation, database):
    assert told(installation(database, secret_key="change me " * 5))["secret key"][0] == "PROBLEM"


def test_secrets_that_others_may_read_are_named(told, installation, database):
    config = installation(database)
    config.instance_dir.mkdir()
    (config.instance_dir / "secrets.json").write_text("{}")
    (config.instance_dir / "secrets.json").chmod(0o644)

    assert "chmod 600" in told(config)["secret key"][1]


def test_a_full_disk_is_named(told, installation, database, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("usage", "free")(1_000_000))

    assert "0.0 GB free" in told(installation(database))["disk"][1]


def test_a_files_folder_that_cannot_be_written_is_named(told, installation, database, tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")

    level, sentence = told(installation(database, files_dir=tmp_path / "taken" / "files"))["files"]

    assert level == "PROBLEM"
    assert "check that it exists and may be written" in sentence


def test_the_probe_of_the_files_folder_leaves_nothing(told, installation, database):
    config = installation(database)

    told(config)

    assert [path for path in config.files_dir.rglob("*") if path.is_file()] == []


def test_a_mail_server_that_does_not_answer_is_named(told, installation, database):
    level, sentence = told(installation(database, smtp_url="smtp://127.0.0.1:1"))["mail"]

    assert level == "PROBLEM"
    assert "mend SMTP_URL" in sentence


def test_without_a_mail_server_it_says_that_nothing_leaves(told, installation, database):
    assert told(installation(database))["mail"][0] == "note"


@pytest.mark.parametrize(
    ("state", "about", "words"),
    [("ready", "effects", "have waited since"), ("dead", "dead letters", "1 wait for a person")],
)
def test_effects_that_do_not_happen_are_named(told, installation, database, state, about, words):
    as_owner(
        database,
        "INSERT INTO deliveries (handler, queue, ids, state, run_at)"
        " VALUES ('notifications.send', 'notifications', '{}', :state, now() - interval '1 hour')",
        state=state,
    )

    level, sentence = told(installation(database))[about]

    assert level == "PROBLEM"
    assert words in sentence


def test_events_without_a_position_are_named(told, installation, database):
    config = installation(database)
    sell_something(config)

    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        level, sentence = told(config)["feed"]

    assert level == "PROBLEM"
    assert "have no position yet: start the relay" in sentence


def test_chains_that_nobody_signs_are_named(told, installation, database):
    config = installation(database)
    sell_something(config)

    assert told(config)["stock chains"][0] == "note"
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert "not signed yet: start the scheduler" in told(config)["stock chains"][1]


def sell_something(config):
    engine = open_engine(config.database_url, pool_size=1)
    uow.bind(engine)
    with uow.unit_of_work() as session:
        make_house(session, {("TEA-1", "CMH1"): 5})
        place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)
    engine.dispose()


def test_a_scheduler_that_ticks_is_at_work(told, installation, database):
    as_owner(database, "INSERT INTO cron_ticks (name, scheduled_at) VALUES ('upkeep.prune', now())")

    assert told(installation(database))["scheduler"] == ("ok", "at work")


def test_a_relay_at_work_is_seen(told, installation, database):
    relay = open_engine(database.url, pool_size=1, application_name="waybill relay")
    with relay.connect():
        found = told(installation(database))
    relay.dispose()

    assert found["relay"] == ("ok", "at work")
