"""A served application with a database of its own, something in it, and one signed-in browser state per role."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import bootstrap
from app.config import Config
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.uow import unit_of_work
from app.staff import sessions, users
from app.staff.values import Browser as Visitor
from app.staff.values import NewUser
from tests.browser.chromium import new_page
from tests.instance import running_instance
from tests.servers import Servers
from tests.wired import unwire

PASSWORD = "green tea at half past four"
STAFF = {
    "admin": ("Alice Admin", ()),
    "support": ("Sam Support", ()),
    "warehouse": ("Wendy Warehouse", ("RNO1", "CMH1", "DFW1")),
}
WEB_ALONE = ("web",)

Furnish = Callable[[Config], None]


@dataclass(frozen=True)
class Served:
    """``tokens`` are session tokens by role; ``config`` is that of the processes (see ``at_home``)."""

    url: str
    tokens: dict[str, str]
    config: Config

    def open(self, browser: Browser, role: str, *, width: int = 1440, theme: str = "light") -> Page:
        """A page signed in as the role (``nobody``: not at all)."""
        page = new_page(browser, width=width, theme=theme)
        cookies = [{"name": "theme", "value": theme, "url": self.url}]
        if role in self.tokens:
            cookies.append({"name": "sid", "value": f"s.{self.tokens[role]}", "url": self.url})
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        return page


@contextmanager
def served_house(
    servers: Servers, folder: Path, furnish: Furnish, *, programs: Sequence[str] = WEB_ALONE, **settings: str
) -> Iterator[Served]:
    """Real processes on a database of their own, named after ``folder``."""
    name = f"browser_{folder.name.replace('-', '_')}"
    database = servers.clone(name)
    settings = {"WEB_PROCESSES": "1", **settings}
    try:
        with running_instance(database, servers.valkey.url, folder, programs=programs, **settings) as instance:
            config = Config.from_environment(instance.environment)
            with at_home(config):
                furnish(config)
                tokens = _hire()
            yield Served(instance.url, tokens, config)
    finally:
        servers.drop(name)


@contextmanager
def at_home(config: Config) -> Iterator[None]:
    """Units of work of this process speak to the served company."""
    runtime = bootstrap.start(config, name="browser")
    try:
        yield
    finally:
        uow.unbind()
        unwire()
        runtime.engine.dispose()


def _hire() -> dict[str, str]:
    people = [
        NewUser(email=f"{role}@example.com", name=name, role=role, password=PASSWORD, sites=sites)
        for role, (name, sites) in STAFF.items()
    ]
    with unit_of_work() as session:
        ids = users.create(session, people, actor=SYSTEM)
        return {role: _token(session, user_id) for role, user_id in zip(STAFF, ids, strict=True)}


def _token(session: Session, user_id: int) -> str:
    token = sessions.start(session, user_id, browser=Visitor(name="Chromium on Linux"), keep=True)
    session.execute(
        text("UPDATE user_sessions SET data = jsonb_build_object('_user_id', user_id::text) WHERE user_id = :id"),
        {"id": user_id},
    )
    return token
