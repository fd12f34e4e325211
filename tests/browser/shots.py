"""Pictures of pages, to be looked at: python -m tests.browser.shots OUT URL... [--roles ...] [--widths ...] ...

Starts servers and a demo company of its own; {names} in a URL are things of it (tests/browser/things.py).
Prints what no page may have: a horizontal scroll, a console error, a refusal of the content policy.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from app.kernel.uow import unit_of_work
from tests.browser.checks import overflow_of, settle
from tests.browser.chromium import Watched, chromium
from tests.browser.demo import furnish_demo
from tests.browser.house import Served, at_home, served_house
from tests.browser.things import read_things
from tests.servers import running_servers, temporary_folder


def main() -> int:
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        served, things = stack.enter_context(_served())
        browser = stack.enter_context(chromium())
        faults = [
            fault
            for url, role, width, theme in product(asked.urls, asked.roles, asked.widths, asked.themes)
            for fault in shoot(
                browser, served, asked.out, url=url.format_map(things), role=role, width=width, theme=theme
            )
        ]
    sys.stdout.writelines(f"{fault}\n" for fault in faults or ["no faults"])
    return 1 if faults else 0


def shoot(browser: Browser, served: Served, out: Path, *, url: str, role: str, width: int, theme: str) -> list[str]:
    """One picture, and what is wrong with the page."""
    watched = Watched(served.open(browser, role, width=width, theme=theme))
    page = watched.page
    page.goto(served.url + url)
    settle(page)
    name = f"{url.strip('/').replace('/', '-').partition('?')[0] or 'home'}-{role}-{width}-{theme}"
    page.screenshot(path=out / f"{name}.png", full_page=True)
    wide = [f"scrolls sideways by {overflow} px"] if (overflow := overflow_of(page)) else []
    page.context.close()
    return [f"{name}: {fault}" for fault in (*watched.said, *wide)]


@contextmanager
def _served() -> Iterator[tuple[Served, dict[str, str]]]:
    with (
        running_servers() as servers,
        temporary_folder() as folder,
        served_house(servers, folder, furnish_demo) as served,
    ):
        with at_home(served.config), unit_of_work() as session:
            things = read_things(session)
        yield served, things


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--roles", nargs="+", default=["support"], help="admin, support, warehouse, nobody")
    parser.add_argument("--widths", nargs="+", type=int, default=[1440, 390])
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
