"""Every page that the role matrix lists: fits a phone, says nothing in the console, and is clean for axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.shots import open_page
from tests.web.matrix import MATRIX, Row

ROLES = ("warehouse", "support", "admin")
LOOKS = ((390, "light"), (1440, "dark"))
NOT_PAGES = ("/healthz", "/readyz", "/api/v1/openapi.json")


def reader_of(row: Row) -> str:
    """Who may see it; of several the least powerful."""
    if row.anonymous == 200:
        return "nobody"
    return next(role for role in ROLES if getattr(row, role) == 200)


PAGES = [
    (row.path or row.rule, reader_of(row))
    for row in MATRIX
    if row.method == "GET"
    and 200 in (row.anonymous, row.warehouse, row.support, row.admin)
    and row.rule not in NOT_PAGES
]


@pytest.mark.parametrize(("path", "role"), PAGES, ids=lambda value: str(value))
@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_page_is_in_order(browser, served, path, role, width, theme):
    page = open_page(browser, served, role=role, width=width, theme=theme)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    answer = page.goto(served.url + path, wait_until="load")
    found = {
        "status": answer.status if answer else None,
        "console": said,
        "too wide by": page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
        "headings": page.locator("h1").count(),
        "axe": [
            f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in Axe().run(page).response["violations"]
        ],
    }
    page.context.close()

    assert found == {"status": 200, "console": [], "too wide by": 0, "headings": 1, "axe": []}
