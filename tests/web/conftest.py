"""The application and a cast: alice (admin), sam (support), wendy (warehouse, RNO1), walter (warehouse, CMH1)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.config import Config
from app.factory import build_app
from app.staff import passwords, sessions
from app.staff.values import Browser
from app.web import company, limits
from app.workflows.set_up_company import set_up_company
from tests.factories.house import COMPANY

PASSWORD = "green tea at half past four"
HASH = passwords.hashed(PASSWORD)
CAST = {
    "alice": ("Alice Admin", "admin", None),
    "sam": ("Sam Support", "support", None),
    "wendy": ("Wendy Warehouse", "warehouse", "RNO1"),
    "walter": ("Walter Warehouse", "warehouse", "CMH1"),
}
ROLES = {"admin": "alice", "support": "sam", "warehouse": "wendy"}


@pytest.fixture(scope="session")
def flask_app(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Flask:
    """Built once; its rate limits count in memory, since test processes share one Valkey."""
    folder = tmp_path_factory.mktemp("instance")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "storage_uri", lambda _url: "memory://")
        app = build_app(config_for_tests(folder, valkey_url))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def app(flask_app: Flask, bound: object) -> Flask:
    """Units of work see what ``session`` sees; CSRF tokens are not asked for (see ``csrf``)."""
    with flask_app.app_context():
        company.forget()
    limits.limiter.reset()
    return flask_app


@pytest.fixture
def csrf(app: Flask) -> Iterator[None]:
    """CSRF tokens are asked for."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in: the stranger."""
    return app.test_client()


@pytest.fixture
def cast(session: Session, bound: object) -> dict[str, int]:
    """The ids of the four people by name, in a company that is set up; their password is PASSWORD."""
    return hire_cast(session)


@pytest.fixture
def login(app: Flask, session: Session, cast: dict[str, int]) -> Callable[[str], FlaskClient]:
    """``login("support")`` or ``login("walter")``: a browser of its own for that role or person."""

    return lambda who: signed_in(app, session, cast[ROLES.get(who, who)])


def hire_cast(session: Session) -> dict[str, int]:
    set_up_company(session, COMPANY)
    ids = {name: _hire(session, name, *facts) for name, facts in CAST.items()}
    session.commit()
    return ids


def signed_in(app: Flask, session: Session, user_id: int) -> FlaskClient:
    """A browser with a session of that person."""
    browser = app.test_client()
    token = sessions.start(session, user_id, browser=Browser(name="Chrome on Linux", address="127.0.0.1"))
    session.commit()
    browser.set_cookie("sid", f"s.{token}", domain="localhost")
    with browser.session_transaction() as kept:
        kept["_user_id"] = str(user_id)
    return browser


def htmx(**more: str) -> dict[str, str]:
    """Headers of a request that htmx sends."""
    return {"HX-Request": "true", **more}


def config_for_tests(folder: Path, valkey_url: str, **changes: object) -> Config:
    values = {
        "instance_dir": folder,
        "database_url": "unused: the tests bind the units of work",
        "owner_database_url": "",
        "redis_url": valkey_url,
        "secret_key": "test " * 10,
        "files_dir": folder / "files",
        "base_url": "http://localhost:8000",
    }
    return Config(**{**values, **changes})


def _hire(session: Session, name: str, full_name: str, role: str, site: str | None) -> int:
    values = {"email": f"{name}@example.com", "name": full_name, "role": role, "hash": HASH}
    user_id = session.execute(
        text("INSERT INTO users (email, name, role, password_hash) VALUES (:email, :name, :role, :hash) RETURNING id"),
        values,
    ).scalar_one()
    session.execute(
        text("INSERT INTO user_sites (user_id, site_id) SELECT :user_id, id FROM sites WHERE code = :site"),
        {"user_id": user_id, "site": site},
    )
    return int(user_id)
