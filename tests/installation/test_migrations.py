"""The migrations make what the models describe, and bring the data of older versions along."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

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
    migrate(url, to=BEFORE_NOTES)
    with engine.begin() as connection:
        connection.execute(text(DECIDED))
    migrate(url)
    with Session(engine) as session:
        yield session
    engine.dispose()
    servers.drop(name)


@pytest.mark.filterwarnings("ignore")
def test_the_tables_are_as_the_models_say(owner_engine) -> None:
    def is_modelled(thing, name, kind, reflected, _compared) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
        return not reflected or table in metadata.tables

    with owner_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_modelled})
        differences = compare_metadata(context, metadata)

    assert differences == []


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
