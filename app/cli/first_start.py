"""The first start: a company, one login per role with a random password, and the demo unless it is not wanted."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.company.settings import Settings
from app.config import Config
from app.installation.progress import say, step
from app.kernel.actor import Actor
from app.kernel.uow import run
from app.staff import users
from app.staff.queries import people as people_of
from app.staff.values import ROLES, WAREHOUSE, NewUser
from app.workflows.demo.make import make_demo
from app.workflows.set_up_company import AMERICAN_SITES, set_up_company

ACTOR = Actor(kind="command")
COMPANY = Settings(name="Waybill Goods", time_zone="America/New_York", currency="USD")


@click.command("first-start")
def first_start() -> None:
    """Make what a new installation needs; an existing one is left as it is."""
    config = Config.from_environment()
    with step("Company and logins"):
        run(lambda session: set_up_company(session, COMPANY))
        logins = run(_make_logins)
        if logins:
            _keep(config.instance_dir / "logins.json", logins)
    if logins and config.demo:
        _make_demo(config.instance_dir / "demo.unfinished")
    elif (config.instance_dir / "demo.unfinished").exists():
        say("The demo company was interrupted while it was made; `make reset` starts from nothing again.")


def _make_demo(unfinished: Path) -> None:
    unfinished.touch()
    say("Demo company (WAYBILL_DEMO=0 leaves it out)")
    make_demo(tell=lambda line: say(f"  {line}"))
    unfinished.unlink()


def _make_logins(session: Session) -> list[NewUser]:
    """One per role, unless somebody has an account already."""
    if people_of(session):
        return []
    people = list(_people())
    users.create(session, people, actor=ACTOR)
    return people


def _people() -> Iterator[NewUser]:
    for role in ROLES:
        yield NewUser(
            email=f"{role}@waybill.example",
            name=role.capitalize(),
            role=role,
            password=secrets.token_urlsafe(12),
            sites=tuple(site.code for site in AMERICAN_SITES) if role == WAREHOUSE else (),
        )


def _keep(path: Path, people: list[NewUser]) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps([{"role": p.role, "email": p.email, "password": p.password} for p in people], indent=2))


COMMANDS = [first_start]
