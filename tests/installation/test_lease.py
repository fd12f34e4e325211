"""Commands share servers: the first starts them, the last stops them, a running instance keeps its own."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import psycopg
import pytest

from app.embedded import postgres
from app.embedded.lease import AlreadyRunning, Needed, borrowed, held, stop_servers, taken_over
from app.embedded.processes import stop
from app.embedded.stack import stack_of
from tests.servers import temporary_folder

BOTH = frozenset({"postgres", "valkey"})
spawn = multiprocessing.get_context("spawn")


@pytest.fixture
def needed() -> Iterator[Needed]:
    with temporary_folder() as folder:
        needed = Needed(stack_of(folder / "instance"), BOTH)
        yield needed
        stop_servers(needed)


def borrow(instance: Path, has_them: Event, may_end: Event) -> None:
    with borrowed(Needed(stack_of(instance), BOTH)):
        has_them.set()
        may_end.wait(60)


def test_a_command_finds_its_database_and_leaves_nothing_running(needed: Needed) -> None:
    with borrowed(needed) as were_started, psycopg.connect(needed.stack.database_url.replace("+psycopg", "")) as one:
        assert were_started
        assert one.execute("SELECT current_user, current_database()").fetchone() == ("app", "waybill")

    assert not needed.stack.postgres.answers()
    assert not needed.stack.valkey.answers()


def test_the_command_that_started_them_leaves_them_to_the_one_that_still_needs_them(needed: Needed) -> None:
    has_them, may_end = spawn.Event(), spawn.Event()
    first = spawn.Process(target=borrow, args=(needed.stack.instance, has_them, may_end))
    first.start()
    assert has_them.wait(60)

    with borrowed(needed) as were_started:
        may_end.set()
        first.join(60)

        assert not were_started
        assert first.exitcode == 0
        assert needed.answer()
    assert not needed.stack.postgres.answers()


def test_what_a_killed_command_left_behind_is_stopped_by_the_next(needed: Needed) -> None:
    has_them, may_end = spawn.Event(), spawn.Event()
    killed = spawn.Process(target=borrow, args=(needed.stack.instance, has_them, may_end))
    killed.start()
    assert has_them.wait(60)
    os.kill(killed.pid or 0, signal.SIGKILL)
    killed.join(60)
    assert needed.answer()

    with borrowed(needed) as were_started:
        assert not were_started

    assert not needed.stack.postgres.answers()


def test_an_instance_starts_its_own_and_then_shares_them(needed: Needed) -> None:
    with taken_over(needed) as share:
        needed.stack.create()
        server = needed.stack.postgres.start()
        cache = needed.stack.valkey.start()
        needed.stack.make_database()
        share()

        with borrowed(needed) as were_started:
            assert not were_started

        assert server.poll() is None
        assert cache.poll() is None
    stop_servers(needed)
    assert server.wait(60) == 0
    assert cache.wait(60) == 0


def test_two_instances_in_one_folder_are_refused(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(AlreadyRunning, match="stop it first"), held(tmp_path):
        pass


def test_an_interrupted_initdb_leaves_nothing_that_looks_finished(needed: Needed) -> None:
    partial = needed.stack.place.folder / "postgres.partial"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("18\n")

    needed.stack.create()
    server = needed.stack.postgres.start()

    assert needed.stack.postgres.answers()
    assert not partial.exists()
    stop(server, postgres.STOP)
