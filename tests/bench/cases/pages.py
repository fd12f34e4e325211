"""Pages at 10,000 and at 1,000,000 orders, one reader at a time; each side is a company of its own.

``PAGES_ORDERS=2000,20000`` measures other sizes while one works on it.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from statistics import median, quantiles

import httpx

from app import bootstrap
from app.config import Config
from app.kernel import uow
from app.kernel.actor import Actor
from app.staff import users
from app.staff.values import NewUser
from tests.bench.case import Case, Goal, Lab, Medians, Sample, Sides
from tests.bench.data.build import build
from tests.bench.meters import metering, sample_of, tree
from tests.bench.pages import Pages, pages
from tests.bench.web import running_web
from tests.instance import Instance, environment_of

SIZES = tuple(int(size) for size in os.environ.get("PAGES_ORDERS", "10000,1000000").split(","))
PASSWORD = "green tea at half past four"
PEOPLE = tuple(
    NewUser(email=f"{role}@example.com", name=role.capitalize(), role=role, password=PASSWORD)
    for role in ("support", "admin")
)
READS = 30
ACTOR = Actor(kind="command")


@contextmanager
def _open(lab: Lab) -> Iterator[Sides]:
    with ExitStack() as running:
        yield {f"{size:,}": running.enter_context(_side(lab, size)) for size in SIZES}


@contextmanager
def _side(lab: Lab, size: int) -> Iterator[partial[Sample]]:
    """A company of that size, its web server, and people who are signed in."""
    name = f"pages_{size}"
    own = replace(lab, database=lab.servers.clone(name), folder=lab.folder / name)
    own.folder.mkdir()
    own = replace(own, environment=environment_of(own.database, lab.servers.valkey.url, own.folder, {}))
    runtime = bootstrap.start(Config.from_environment(own.environment))
    build(own.database.owner_url, size, tell=partial(print, flush=True))
    uow.run(lambda session: users.create(session, PEOPLE, actor=ACTOR))
    shown = uow.run(pages)
    uow.unbind()
    runtime.engine.dispose()
    try:
        with running_web(own) as web:
            yield partial(_read, own, web, _signed_in(web), shown)
    finally:
        lab.servers.drop(name)


def _signed_in(web: Instance) -> Mapping[str, httpx.Client]:
    return {person.role: _sign_in(web, person.email) for person in PEOPLE}


def _sign_in(web: Instance, email: str) -> httpx.Client:
    client = httpx.Client(base_url=web.url, timeout=30)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/account/login").text)
    assert token is not None
    answer = client.post("/account/login", data={"csrf_token": token[1], "email": email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client


def _read(lab: Lab, web: Instance, people: Mapping[str, httpx.Client], shown: Pages) -> Sample:
    times = {name: _times(people[role], address) for name, (role, address) in shown.items()}
    with metering(lab, tree(web.processes["web"].pid)) as spent:
        for role, address in shown.values():
            people[role].get(address)
    sample = sample_of(spent, len(shown), times_ms=[one for each in times.values() for one in each])
    return replace(
        sample,
        extra={
            **{f"{name} p95": quantiles(each, n=20)[-1] for name, each in times.items()},
            **{f"{name} p50": median(each) for name, each in times.items()},
        },
    )


def _times(client: httpx.Client, address: str) -> list[float]:
    """Milliseconds, after two reads that fill the caches."""
    taken = []
    for number in range(READS + 2):
        began = time.perf_counter()
        answer = client.get(address)
        if number >= 2:
            taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code in (200, 302), (address, answer.status_code)
    return taken


def _worst_p95(medians: Medians) -> float:
    return max(value for name, value in medians[f"{SIZES[-1]:,}"].extra.items() if name.endswith("p95"))


def _worst_ratio(medians: Medians) -> float:
    few, many = (medians[f"{size:,}"].extra for size in (SIZES[0], SIZES[-1]))
    return max(many[name] / few[name] for name in many if name.endswith("p50"))


def _check(lab: Lab) -> None:
    """Nothing was written."""


CASES = (
    Case(
        name="pages",
        goals=(
            Goal("slowest page, p95 ms", _worst_p95, reach=60, aim=25, limit=True),
            Goal("slowest against few orders", _worst_ratio, reach=2, aim=1.5, limit=True),
        ),
        open=_open,
        check=_check,
    ),
)
