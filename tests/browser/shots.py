"""Pictures of pages, to be looked at: python -m tests.browser.shots OUT URL... [--roles ...] [--widths ...] ...

Starts servers and a furnished company of its own; ``--served URL`` takes a running one, with ``--cookie role=TOKEN``.
Prints what no page may have: a horizontal scroll, a console error, a refusal of the content policy.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.house import Served, served_house
from tests.servers import running_servers, temporary_folder

CHROMIUM = "/usr/bin/chromium"
HEIGHTS = {390: 844, 1024: 768}


def main() -> int:
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        served = stack.enter_context(_served(asked))
        browser = stack.enter_context(chromium())
        faults = [
            fault
            for url, role, width, theme in product(asked.urls, asked.roles, asked.widths, asked.themes)
            for fault in shoot(browser, served, asked.out, url=url, role=role, width=width, theme=theme)
        ]
    sys.stdout.writelines(f"{fault}\n" for fault in faults or ["no faults"])
    return 1 if faults else 0


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Browser, served: Served, *, role: str, width: int, theme: str = "light") -> Page:
    """A page signed in as the role (``nobody``: not at all)."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS.get(width, 900)}, color_scheme=theme)
    cookies = [{"name": "theme", "value": theme, "url": served.url}]
    if role in served.cookies:
        cookies.append({"name": "sid", "value": f"s.{served.cookies[role]}", "url": served.url})
    context.add_cookies(cookies)
    return context.new_page()


def shoot(browser: Browser, served: Served, out: Path, *, url: str, role: str, width: int, theme: str) -> list[str]:
    """One picture, and what is wrong with the page."""
    page = open_page(browser, served, role=role, width=width, theme=theme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(served.url + url, wait_until="networkidle")
    name = f"{url.strip('/').replace('/', '-').partition('?')[0] or 'home'}-{role}-{width}-{theme}"
    page.screenshot(path=out / f"{name}.png", full_page=True)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    wide = [f"scrolls sideways by {overflow} px"] if overflow > 0 else []
    return [f"{name}: {fault}" for fault in (*said, *wide)]


@contextmanager
def _served(asked: argparse.Namespace) -> Iterator[Served]:
    if asked.served:
        yield Served(asked.served, dict(pair.split("=", 1) for pair in asked.cookie))
        return
    with running_servers() as servers, temporary_folder() as folder, served_house(servers, folder) as served:
        yield served


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--roles", nargs="+", default=["support"], help="admin, support, warehouse, nobody")
    parser.add_argument("--widths", nargs="+", type=int, default=[1440, 390])
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument("--served", help="address of a running installation")
    parser.add_argument("--cookie", nargs="*", default=[], help="role=TOKEN for --served")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
