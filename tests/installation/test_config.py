"""Settings: defaults for a laptop, plain words for what cannot be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import Config, InvalidSetting
from tests.servers import temporary_folder

REAL = {
    "DATABASE_URL": "postgresql+psycopg://app:x@db/waybill",
    "REDIS_URL": "redis://cache/0",
    "SECRET_KEY": "k" * 40,
}


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT='eighty' is not a whole number from 1 to 65535"),
        ({"PORT": "70000"}, "PORT='70000' is not a whole number"),
        ({"PORT": "٨٠"}, "is not a whole number"),
        ({"WAYBILL_DEMO": "maybe"}, "WAYBILL_DEMO='maybe' is neither 1 nor 0"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL='LOUD' is none of DEBUG, INFO, WARNING, ERROR"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(folder: Path, setting: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidSetting, match=sentence):
        Config.from_environment({"WAYBILL_INSTANCE": str(folder), **setting})


def test_real_servers_leave_the_instance_folder_alone(folder: Path) -> None:
    config = Config.from_environment({"WAYBILL_INSTANCE": str(folder / "instance"), **REAL})

    assert config.embedded == frozenset()
    assert config.owner_database_url == REAL["DATABASE_URL"]
    assert not (folder / "instance").exists()


def test_one_real_server_leaves_the_other_embedded(folder: Path) -> None:
    config = Config.from_environment({"WAYBILL_INSTANCE": str(folder), "DATABASE_URL": REAL["DATABASE_URL"]})

    assert config.embedded == {"valkey"}
    assert config.redis_url.startswith("unix://")


def test_a_laptop_gets_two_roles_with_passwords_of_its_own(folder: Path) -> None:
    config = Config.from_environment({"WAYBILL_INSTANCE": str(folder)})

    assert config.database_url.startswith("postgresql+psycopg://app:")
    assert config.owner_database_url.startswith("postgresql+psycopg://owner:")
    assert config == Config.from_environment({"WAYBILL_INSTANCE": str(folder)})
    assert config.host == "127.0.0.1"


def test_the_port_moves_the_address_in_links(folder: Path) -> None:
    config = Config.from_environment({"WAYBILL_INSTANCE": str(folder), "PORT": "8123"})

    assert config.base_url == "http://localhost:8123"
