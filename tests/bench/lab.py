"""The servers of one run, set up as a shop would run them, and a fresh copy of the seeded database per case."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.case import Lab
from tests.bench.seed import make_template
from tests.instance import environment_of
from tests.servers import Servers, running_servers, temporary_folder

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "16MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
}
TEMPLATE = "seeded"


@contextmanager
def seeded_servers() -> Iterator[tuple[Servers, str]]:
    """Both servers with the seeded database in them; answers the API key as well."""
    with running_servers(SETTINGS) as servers:
        yield servers, make_template(servers, TEMPLATE)


@contextmanager
def open_lab(servers: Servers, api_key: str, name: str, *, rounds: int, seconds: float) -> Iterator[Lab]:
    """A database of this case alone, and a folder for logs and files."""
    database = servers.clone(f"bench_{name.replace('-', '_')}", template=TEMPLATE)
    with temporary_folder(on_disk=True) as folder:
        environment = environment_of(database, servers.valkey.url, folder, {})
        try:
            yield Lab(
                servers=servers,
                database=database,
                folder=folder,
                environment=environment,
                api_key=api_key,
                rounds=rounds,
                seconds=seconds,
            )
        finally:
            servers.drop(database.name)
