"""Pages at 10,000 and at 1,000,000 orders, one reader at a time; each side is a company of its own.

``PAGES_ORDERS=2000,20000`` measures other sizes while one works on it; ``PAGES_INSTANCE=folder`` takes the instance
that ``make bench-data`` filled there, and that is not running, as the larger one instead of building it.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from statistics import median, quantiles

import httpx

from app import bootstrap
from app.config import Config
from app.embedded import postgres, processes
from app.embedded.secrets import secrets_of
from app.embedded.stack import DATABASE
from app.kernel import uow
from app.kernel.actor import Actor
from app.schema import migrate
from app.staff import users
from app.staff.values import NewUser
from tests.bench.case import Case, Goal, Lab, Medians, Sample, Sides
from tests.bench.data.build import build
from tests.bench.lab import SETTINGS
from tests.bench.meters import metering, sample_of, tree
from tests.bench.pages import Pages, pages
from tests.bench.seed import as_in_a_shop
from tests.instance import Instance, environment_of, running_instance
from tests.servers import Servers

KEPT = os.environ.get("PAGES_INSTANCE", "")
SIZES = tuple(int(size) for size in os.environ.get("PAGES_ORDERS", "10000,1000000").split(","))
PASSWORD = "green tea at half past four"
PEOPLE = tuple(
    NewUser(email=f"{role}-{token_hex(4)}@example.com", name=role.capitalize(), role=role, password=PASSWORD)
    for role in ("support", "admin")
)
READS = 30
ACTOR = Actor(kind="command")


@contextmanager
def _open(lab: Lab) -> Iterator[Sides]:
    with ExitStack() as running:
        companies = {size: _built(lab, size) for size in SIZES}
        if KEPT:
            companies[SIZES[-1]] = _kept(lab, Path(KEPT))
        labs = {size: running.enter_context(company) for size, company in companies.items()}
        yield {f"{size:,}": running.enter_context(_side(own, size)) for size, own in labs.items()}


@contextmanager
def _built(lab: Lab, size: int) -> Iterator[Lab]:
    """A company of that size, in a database beside the others."""
    name = f"pages_{size}"
    own = replace(lab, database=as_in_a_shop(lab.servers, name))
    try:
        with _started(own):
            build(own.database.owner_url, size, tell=partial(print, flush=True))
        yield own
    finally:
        lab.servers.drop(name)


@contextmanager
def _kept(lab: Lab, instance: Path) -> Iterator[Lab]:
    """The one of an instance, whose PostgreSQL is started as the others' is."""
    known = secrets_of(instance)
    servers = Servers(instance, known.superuser, known.owner, known.app, known.valkey, SETTINGS)
    server = servers.postgres.start()
    try:
        own = replace(lab, servers=servers, database=servers.database(DATABASE))
        migrate(own.database.owner_url)
        yield own
    finally:
        processes.stop(server, postgres.STOP)


@contextmanager
def _started(lab: Lab) -> Iterator[None]:
    """Units of work of this process, for a while."""
    environment = environment_of(lab.database, lab.environment["REDIS_URL"], lab.folder, {})
    runtime = bootstrap.start(Config.from_environment(environment))
    try:
        yield
    finally:
        uow.unbind()
        runtime.engine.dispose()


@contextmanager
def _side(lab: Lab, size: int) -> Iterator[partial[Sample]]:
    """Its web server, and people who are signed in."""
    with _started(lab):
        uow.run(lambda session: users.create(session, PEOPLE, actor=ACTOR))
        shown = uow.run(pages)
    folder, redis_url = lab.folder / f"pages_{size}", lab.environment["REDIS_URL"]
    folder.mkdir()
    with running_instance(lab.database, redis_url, folder, programs=("web",), LOG_LEVEL="INFO") as web:
        yield partial(_read, lab, web, _signed_in(web), shown)


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
