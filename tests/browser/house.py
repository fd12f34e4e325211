"""A served application with a database of its own, some orders, and one signed-in browser state per role."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from sqlalchemy import text
from werkzeug.serving import make_server

from app import bootstrap
from app.config import Config
from app.factory import build_app
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.uow import unit_of_work
from app.staff import sessions, users
from app.staff.values import Browser, NewUser
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.servers import Servers

PASSWORD = "green tea at half past four"
STAFF = {
    "admin": ("Alice Admin", ()),
    "support": ("Sam Support", ()),
    "warehouse": ("Wendy Warehouse", ("RNO1", "CMH1")),
}


@dataclass(frozen=True)
class Served:
    """``cookies`` are session tokens by role."""

    url: str
    cookies: dict[str, str]


@contextmanager
def served_house(servers: Servers, folder: Path, *, name: str = "browser") -> Iterator[Served]:
    database = servers.clone(name)
    config = _config(folder, database.url, servers.valkey.url)
    runtime = bootstrap.start(config, name="browser")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    tokens = _furnish()
    app = build_app(config)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}", tokens)
    finally:
        server.shutdown()
        thread.join()
        uow.unbind()
        runtime.engine.dispose()
        servers.drop(name)


def _config(folder: Path, database_url: str, redis_url: str) -> Config:
    return Config(
        instance_dir=folder,
        database_url=database_url,
        owner_database_url="",
        redis_url=redis_url,
        secret_key="browser " * 8,
        files_dir=folder / "files",
        log_level="WARNING",
    )


def _furnish() -> dict[str, str]:
    with unit_of_work() as session:
        make_house(session, {(f"TEA-{n}", site): 40 for n in range(1, 5) for site in ("RNO1", "CMH1")})
        people = [
            NewUser(email=f"{role}@example.com", name=name, role=role, password=PASSWORD, sites=sites)
            for role, (name, sites) in STAFF.items()
        ]
        ids = users.create(session, people, actor=SYSTEM)
    with unit_of_work() as session:
        requests = [
            order_request((f"TEA-{n % 5 + 1}", n % 3 + 1), ("TEA-1", 1), external_number=f"B-{n}") for n in range(24)
        ]
        place_orders(session, requests, actor=SYSTEM)
    with unit_of_work() as session:
        return {role: _token(session, user_id) for role, user_id in zip(STAFF, ids, strict=True)}


def _token(session: object, user_id: int) -> str:
    token = sessions.start(session, user_id, browser=Browser(name="Chromium on Linux"), keep=True)  # type: ignore[arg-type]
    session.execute(  # type: ignore[attr-defined]
        text("UPDATE user_sessions SET data = jsonb_build_object('_user_id', user_id::text) WHERE user_id = :id"),
        {"id": user_id},
    )
    return token
