"""``make bench-data N=1000000``: fills the empty database of this environment (WAYBILL_INSTANCE or DATABASE_URL)."""

import argparse

from app import bootstrap
from app.cli.serving import servers_for
from app.config import Config
from app.schema import migrate
from tests.bench.data.build import build


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-data N=")
    parser.add_argument("orders", type=int, help="how many orders of the past to make")
    config = Config.from_environment()
    with servers_for(config):
        migrate(config.owner_database_url)
        bootstrap.start(config)
        build(config.owner_database_url, parser.parse_args().orders, tell=print)


if __name__ == "__main__":
    main()
