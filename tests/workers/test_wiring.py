"""The tables of app/wiring.py and workers/ fit each other."""

import inspect
from pathlib import Path

import pytest

from app import wiring
from app.config import Config
from app.kernel.crypto import keyring
from app.kernel.event_types import TYPES
from app.kernel.file_stores import open_store
from app.notifications.rendering import kinds
from app.orders.events import OrderRecorded
from workers.jobs import deliveries, feed
from workers.queues import QUEUES
from workers.schedule import TASKS


@pytest.fixture
def effects(tmp_path: Path):
    config = Config(
        instance_dir=tmp_path,
        files_dir=tmp_path,
        database_url="",
        owner_database_url="",
        redis_url="",
        secret_key="x" * 40,
    )
    files = open_store(config.files_dir, "")
    return wiring.effects_by_name(config, files=files, keys=keyring(config.secret_key))


def test_every_queue_in_use_is_served(effects):
    used = {effect.queue for effect in effects.values()} | {consumer.queue for consumer in wiring.FEED}

    assert used <= set(QUEUES)


def test_every_effect_that_an_event_asks_for_exists(effects):
    asked = {name for names in wiring.AFTER.values() for name in names}

    assert asked <= set(effects)


def test_every_regular_task_is_an_effect(effects):
    assert {task.effect for task in TASKS} <= set(effects)


def test_what_is_done_outside_can_be_begun(effects):
    outside = [effect.outside for effect in effects.values() if effect.outside is not None]

    assert all(callable(getattr(one, step, None)) for one in outside for step in ("begin", "record"))


def test_nobody_hears_of_history(effects):
    assert OrderRecorded not in wiring.AFTER
    assert OrderRecorded not in wiring.WITHIN


def test_hearers_name_events_that_exist():
    heard = {*wiring.AFTER, *wiring.WITHIN, *(kind for consumer in wiring.FEED for kind in consumer.kinds)}

    assert {kind.__name__ for kind in heard} <= set(TYPES)


def test_every_kind_of_mail_has_a_subject_a_text_and_a_page():
    folder = Path("templates/emails")

    to_customers = ["confirmation", "delivered", "later", "recall", "shipped"]
    assert kinds() == sorted([*to_customers, "low_stock", "password_reset", "purchase_order"])
    for kind in kinds():
        assert sorted(path.name for path in (folder / kind).iterdir()) == ["body.html", "body.txt", "subject.txt"]


def test_jobs_take_names_and_ids_only():
    assert list(inspect.signature(deliveries.run).parameters) == ["handler", "ids"]
    assert list(inspect.signature(feed.run).parameters) == ["consumer"]
