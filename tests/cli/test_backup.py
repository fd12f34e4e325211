"""A backup brings everything back: rows, ledgers, feed positions and files; and never half of it."""

import subprocess
import tarfile
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from app.cli import dumping
from app.cli.backup import backup_command, restore_command
from app.cli.verify import verify_command
from app.kernel import feed, uow
from app.kernel.actor import SYSTEM
from app.kernel.db import open_engine
from app.kernel.files import FolderStore, add, keep
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request


@pytest.fixture
def shop(database, installation, tmp_path):
    """An installation with orders, positioned events, a reader halfway through them, and a file."""
    config = installation(database)
    with rows_of(config) as session:
        make_house(session, {("TEA-1", "CMH1"): 9})
        place_orders(session, [order_request(("TEA-1", 2)) for _ in range(3)], actor=SYSTEM)
        stored = keep(FolderStore(config.files_dir), b"%PDF slip", name="slip.pdf", media_type="application/pdf")
        add(session, stored)
    with rows_of(config) as session:
        feed.position_events(session)
        session.execute(text("INSERT INTO feed_cursors (consumer, position) VALUES ('sales', 2)"))
    with rows_of(config) as session:
        place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)  # events that have no position yet
    return SimpleNamespace(config=config, key=stored.key, file=tmp_path / "backup.tar")


@pytest.fixture
def elsewhere(servers, installation):
    """A second, empty installation."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield installation(servers.clone(name))
    servers.drop(name)


class rows_of:  # noqa: N801 - reads as a phrase
    """A unit of work on an installation's database that leaves no connection behind."""

    def __init__(self, config):
        self.engine = open_engine(config.database_url, pool_size=1)

    def __enter__(self):
        uow.bind(self.engine)
        self.work = uow.unit_of_work()
        return self.work.__enter__()

    def __exit__(self, *error):
        self.work.__exit__(*error)
        self.engine.dispose()


FEED = "SELECT position, type, subject_id, sequence FROM event_positions JOIN events ON id = event_id ORDER BY position"


def everything(config):
    with rows_of(config) as session:
        return {
            "feed": session.execute(text(FEED)).all(),
            "cursors": session.execute(text("SELECT consumer, position FROM feed_cursors")).all(),
            "orders": session.execute(text("SELECT number, status, tracking_key FROM orders ORDER BY id")).all(),
            "stock": session.execute(text("SELECT * FROM stock_levels ORDER BY id")).all(),
            "movements": session.execute(text("SELECT * FROM stock_movements ORDER BY id")).all(),
        }


def test_what_was_backed_up_comes_back_in_another_place(run, shop, elsewhere):
    before = everything(shop.config)

    saved = run(shop.config, backup_command, str(shop.file))
    restored = run(elsewhere, restore_command, str(shop.file))

    assert (saved.exit_code, restored.exit_code) == (0, 0), (saved.output, restored.output)
    after = everything(elsewhere)
    assert {name: after[name] for name in ("cursors", "orders", "stock", "movements")} == {
        name: before[name] for name in ("cursors", "orders", "stock", "movements")
    }
    with FolderStore(elsewhere.files_dir).open(shop.key) as stream:
        assert stream.read() == b"%PDF slip"
    assert run(elsewhere, verify_command).output.startswith("clean: ")


def test_feed_positions_survive_and_events_without_one_get_the_next(run, shop, elsewhere):
    before = everything(shop.config)["feed"]
    run(shop.config, backup_command, str(shop.file))

    run(elsewhere, restore_command, str(shop.file))

    after = everything(elsewhere)["feed"]
    assert after[: len(before)] == before
    assert len(after) > len(before)


def test_the_restored_place_takes_orders(run, shop, elsewhere):
    run(shop.config, backup_command, str(shop.file))
    run(elsewhere, restore_command, str(shop.file))

    with rows_of(elsewhere) as session:
        [placed] = place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)

    assert placed.number == "W-100005"
    assert run(elsewhere, verify_command).exit_code == 0


def test_the_ledgers_are_as_protected_as_before(run, shop, elsewhere):
    run(shop.config, backup_command, str(shop.file))
    run(elsewhere, restore_command, str(shop.file))

    with rows_of(elsewhere) as session:
        allowed = session.execute(
            text("SELECT has_table_privilege('events', 'INSERT'), has_table_privilege('events', 'UPDATE')")
        ).one()
        triggers = session.execute(
            text("SELECT count(*) FROM pg_trigger WHERE tgname = 'refuse_change' AND tgenabled = 'O'")
        ).scalar_one()
    assert tuple(allowed) == (True, False)
    assert triggers > 0


def test_a_database_with_data_is_not_replaced_by_accident(run, shop):
    run(shop.config, backup_command, str(shop.file))

    refused = run(shop.config, restore_command, str(shop.file))

    assert refused.exit_code == 1
    assert "this database is not empty: --force" in refused.output


def test_by_force_later_rows_and_files_go(run, shop):
    run(shop.config, backup_command, str(shop.file))
    before = everything(shop.config)
    store = FolderStore(shop.config.files_dir)
    later = store.put(b"later", media_type="text/plain")
    with rows_of(shop.config) as session:
        place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)

    done = run(shop.config, restore_command, "--force", str(shop.file))

    assert done.exit_code == 0, done.output
    assert everything(shop.config)["orders"] == before["orders"]
    assert store.exists(shop.key)
    assert not store.exists(later)
    assert [path for path in shop.config.files_dir.iterdir() if path.name.startswith(".")] == []


def test_nothing_is_restored_under_a_running_installation(run, shop, elsewhere):
    run(shop.config, backup_command, str(shop.file))

    web = open_engine(elsewhere.database_url, pool_size=1)
    with web.connect():
        refused = run(elsewhere, restore_command, str(shop.file))
    web.dispose()

    assert "other connections use this database: stop Waybill first" in refused.output


def cut_short(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_a_bit(path):
    with tarfile.open(path) as tar:
        place = tar.getmember("database.dump").offset_data + 5_000
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def overwrite(path):
    path.write_text("not a backup")


@pytest.mark.parametrize(
    ("damage", "words"),
    [(cut_short, "not a whole backup"), (overwrite, "not a whole backup"), (flip_a_bit, "is damaged")],
)
def test_a_damaged_backup_changes_nothing(run, shop, damage, words):
    run(shop.config, backup_command, str(shop.file))
    before = everything(shop.config)
    damage(shop.file)

    refused = run(shop.config, restore_command, "--force", str(shop.file))

    assert refused.exit_code != 0
    assert words in str(refused.exception) + refused.output
    assert everything(shop.config) == before


def test_a_dump_that_ends_in_the_middle_changes_nothing(shop, tmp_path):
    before = everything(shop.config)
    dump = tmp_path / "cut.dump"
    dumping.dump(shop.config.owner_database_url, dump)
    cut_short(dump)

    with pytest.raises(dumping.ToolFailed, match="failed"):
        dumping.replace(shop.config.owner_database_url, dump)

    assert everything(shop.config) == before


def test_a_dump_that_the_database_refuses_changes_nothing(shop, elsewhere, tmp_path):
    dump = tmp_path / "good.dump"
    dumping.dump(shop.config.owner_database_url, dump)
    before = everything(elsewhere)

    with pytest.raises(dumping.ToolFailed, match="psql failed: .*must be owner"):
        dumping.replace(elsewhere.database_url, dump)  # as a role that may not

    assert everything(elsewhere) == before


def test_a_backup_overwrites_nothing_and_is_for_its_owner_only(run, shop):
    run(shop.config, backup_command, str(shop.file))

    again = run(shop.config, backup_command, str(shop.file))

    assert "exists: name another file" in again.output
    assert shop.file.stat().st_mode & 0o077 == 0


def test_a_backup_that_fails_leaves_no_file(run, shop, installation, tmp_path):
    broken = installation(
        SimpleNamespace(
            name="gone",
            url=shop.config.database_url,
            owner_url=shop.config.owner_database_url.replace("/test_", "/no_such_"),
        )
    )

    failed = run(broken, backup_command, str(shop.file))

    assert failed.exit_code == 1
    assert "does not exist" in failed.output
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_another_secret_key_is_noticed(run, shop, elsewhere, installation):
    run(shop.config, backup_command, str(shop.file))
    place = SimpleNamespace(name="other", url=elsewhere.database_url, owner_url=elsewhere.owner_database_url)
    other = installation(place, secret_key="quite another key, and also long enough")

    done = run(other, restore_command, str(shop.file))

    assert "set FORMER_SECRET_KEYS to that key" in done.output


def test_the_password_is_in_no_command_line(shop, tmp_path, monkeypatch):
    commands = []
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **how: commands.append(command) or real(command, **how))

    dumping.dump(shop.config.owner_database_url, tmp_path / "x.dump")

    password = shop.config.owner_database_url.split(":")[2].split("@")[0]
    assert password not in str(commands)
