"""The migrations make what the models describe, and bring the data of older versions along."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.embedded import roles
from app.inventory.chain import Link, extend
from app.kernel.crypto import keyring
from app.kernel.db import open_engine
from app.models import metadata
from app.schema import migrate
from app.workflows.verify import verify
from tests.servers import Servers

BEFORE_PLACES = "0007"
BEFORE_TURNS = "0016"
BEFORE_NOTES = "0017"


@pytest.fixture(scope="module")
def grown(servers: Servers) -> Iterator[Session]:
    """A database that has lived through several versions."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with servers.postgres.connect() as connection:
        roles.make_database(connection, name)
    url = servers.database(name).owner_url
    engine = open_engine(url, pool_size=1)
    migrate(url, to=BEFORE_PLACES)
    with engine.begin() as connection:
        connection.execute(text(BEFORE))
        _move(connection, 1, on_hand=9, unavailable=0, before=b"")
        chain = _move(connection, 2, on_hand=0, unavailable=4, before=_last(connection))
        connection.execute(text("UPDATE stock_levels SET sequence = 2, chain = :chain"), {"chain": chain})
    migrate(url, to=BEFORE_TURNS)
    with engine.begin() as connection:
        connection.execute(text(WAITING))
    migrate(url, to=BEFORE_NOTES)
    with engine.begin() as connection:
        connection.execute(text(DECIDED))
        connection.execute(text(HALF_DONE))
    migrate(url)
    with Session(engine) as session:
        yield session
    engine.dispose()
    servers.drop(name)


@pytest.mark.filterwarnings("ignore")
def test_the_tables_are_as_the_models_say(owner_engine) -> None:
    with owner_engine.connect() as connection:
        assert _differences(connection) == []


@pytest.mark.filterwarnings("ignore")
def test_a_migration_that_failed_half_way_may_run_again(grown: Session) -> None:
    assert _differences(grown.connection()) == []


def test_every_waiting_line_stands_where_its_order_and_its_last_promise_put_it(grown: Session) -> None:
    turns = grown.execute(text("SELECT placed_at, promised_on, count(*) FROM order_lines GROUP BY 1, 2 ORDER BY 2"))

    placed = datetime(2026, 11, 2, tzinfo=UTC)
    assert [tuple(row) for row in turns] == [(placed, date(2026, 12, 4), 1), (placed, date.max, 2499)]


def test_several_hosts_that_migrate_at_once_wait_for_each_other(servers: Servers) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with servers.postgres.connect() as connection:
        roles.make_database(connection, name)
    url = servers.database(name).owner_url
    migrate(url, to=BEFORE_TURNS)
    command = [sys.executable, "-c", f"from app.schema import migrate; migrate({url!r})"]

    hosts = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    complaints = [host.communicate()[1] for host in hosts]

    servers.drop(name)
    assert complaints == ["", "", ""]


def _differences(connection) -> list:
    def is_modelled(thing, name, kind, reflected, _compared) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
        return not reflected or table in metadata.tables

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_modelled})
    return compare_metadata(context, metadata)


def test_units_that_were_only_counted_as_unavailable_lie_there_damaged(grown: Session) -> None:
    lie = grown.execute(text("SELECT condition, quantity FROM bin_stock ORDER BY condition")).all()

    assert [tuple(row) for row in lie] == [("damaged", 4), ("good", 5)]
    assert list(verify(grown, keyring("k" * 32))) == []


def test_what_was_written_about_decisions_is_taken_out_of_the_ledger(grown: Session) -> None:
    notes = grown.execute(text("SELECT act_id, body FROM quarantine_notes")).all()

    assert [tuple(row) for row in notes] == [(1, "Beyond repair")]
    assert grown.execute(text("SELECT DISTINCT note FROM quarantine_acts")).scalars().all() == [""]
    with pytest.raises(DBAPIError, match="append-only"), grown.begin_nested():
        grown.execute(text("UPDATE quarantine_acts SET act = 'release'"))


def test_counts_at_no_site_are_gone(grown: Session) -> None:
    assert grown.execute(text("SELECT number FROM counts")).scalars().all() == ["C-1"]


def _move(connection, sequence: int, *, on_hand: int, unavailable: int, before: bytes) -> bytes:
    link = Link(
        stock_level_id=1,
        sequence=sequence,
        on_hand=on_hand,
        allocated=0,
        reserved=0,
        unavailable=unavailable,
        bin_id=None,
        lot_id=None,
        condition="good",
        reason="damage",
        reference_type="adjustment",
        reference_id=0,
        actor="user:1",
        request_id="r",
        occurred_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    row = {**vars(link), "chain": extend(before, link)}
    names = ", ".join(row)
    connection.execute(
        text(f"INSERT INTO stock_movements ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row
    )
    return row["chain"]


def _last(connection) -> bytes:
    return bytes(connection.scalar(text("SELECT chain FROM stock_movements ORDER BY sequence DESC LIMIT 1")))


BEFORE = """
INSERT INTO skus (code, name) VALUES ('TEA-1', 'Tea');
INSERT INTO sites (code, name, city, postal_code, country, latitude_e6, longitude_e6, time_zone)
VALUES ('CMH1', 'Columbus', 'Columbus', '43215', 'US', 39961200, -82998800, 'America/New_York');
INSERT INTO stock_levels (id, sku_id, site_id, on_hand, unavailable) OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 9, 4);
INSERT INTO bin_stock (sku_id, site_id, quantity) VALUES (1, 1, 9);
"""

DECIDED = """
INSERT INTO quarantine_cases (id, sku_id, site_id, condition, quantity, quantity_left, reason, opened_by)
OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'damaged', 7, 4, 'Fell', 'user:1');
INSERT INTO quarantine_acts (case_id, act, quantity, note, actor)
VALUES (1, 'scrap', 2, 'Beyond repair', 'user:1'), (1, 'vendor', 1, '', 'user:1');
"""

WAITING = """
INSERT INTO channels (id, code, name) OVERRIDING SYSTEM VALUE VALUES (1, 'shop', 'Shop');
INSERT INTO orders (id, number, channel_id, currency, goods_minor, tax_minor, total_minor, status, payment_status,
    fulfilment_status, tracking_key, placed_at)
OVERRIDING SYSTEM VALUE
VALUES (1, 'A1', 1, 'USD', 0, 0, 0, 'confirmed', 'not_required', 'backordered', 'k', '2026-11-02Z');
INSERT INTO order_lines (id, order_id, position, sku_id, sku_code, name, total_minor, ordered, backordered)
OVERRIDING SYSTEM VALUE SELECT n, 1, n, 1, 'TEA-1', 'Tea', 0, 1, 1 FROM generate_series(1, 2500) n;
INSERT INTO promises (order_id, order_line_id, expected_on, source, source_id, cause, made_at)
VALUES (1, 2400, '2026-12-03', 'purchase', 1, 'first', now()), (1, 2400, '2026-12-04', 'purchase', 1, 'later', now());
"""

# What 0019 to 0023 leave behind when an index cannot be built, or a constraint not be validated.
HALF_DONE = """
ALTER TABLE messages ADD COLUMN attachment_id bigint;
CREATE INDEX ix_messages_attachment ON messages (id);
CREATE INDEX ix_lots_code ON lots (id);
ALTER TABLE transfer_entries ADD COLUMN serial_id bigint,
  ADD CONSTRAINT fk_transfer_entries_serial_id FOREIGN KEY (serial_id) REFERENCES serials (id) NOT VALID,
  ADD CONSTRAINT ck_transfer_entries_one_unit CHECK (serial_id IS NULL OR abs(quantity) = 1) NOT VALID;
CREATE INDEX uq_transfer_entries_numbered_scan ON transfer_entries (id);
CREATE INDEX ix_transfer_entries_transfer ON transfer_entries (id);
CREATE INDEX ix_serial_moves_dock ON serial_moves (reference_id);
ALTER TABLE supplier_skus ADD COLUMN least_units bigint NOT NULL DEFAULT 1,
  ADD CONSTRAINT ck_supplier_skus_least_units CHECK (least_units > 0) NOT VALID;
INSERT INTO counts (id, number, site_id, cause, tolerance_units, tolerance_bp, approval_minor, created_by)
OVERRIDING SYSTEM VALUE VALUES (1, 'C-1', 1, 'hand', 0, 0, 0, 'user:1'), (2, 'C-2', 99, 'hand', 0, 0, 0, 'user:1');
INSERT INTO count_places (count_id, sku_id) VALUES (1, 1), (2, 1);
INSERT INTO count_decisions (count_id, kind, reason, actor) VALUES (2, 'cancelled', 'Begun nowhere', 'user:1');
ALTER TABLE counts ADD CONSTRAINT fk_counts_site_id FOREIGN KEY (site_id) REFERENCES sites (id) NOT VALID;
"""
