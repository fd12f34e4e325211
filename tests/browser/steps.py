"""What people do with one order, step by step; each step works with and without scripts in the browser."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.browser.house import PASSWORD

LINES = {"TEA-1": 2, "TEA-2": 1}
UNITS = sum(LINES.values())
BOUNCE_MS = 350


def sign_in(page: Page, url: str, role: str) -> None:
    """Through the form, to the page that this role starts with."""
    page.goto(url)
    page.get_by_label("Work e-mail").fill(f"{role}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name=re.compile(role, re.IGNORECASE)).last).to_be_visible()


def release(page: Page, url: str, number: str) -> str:
    """From the queue; answers the code of the work."""
    page.goto(f"{url}/warehouse/queue/")
    row = page.get_by_role("row", name=re.compile(number))
    code = row.get_by_role("rowheader").inner_text()
    row.get_by_role("button", name="Release").click()
    expect(page.get_by_text(f"0 of {UNITS} units")).to_be_visible()
    return code


def pick(page: Page) -> None:
    """Each unit by a scan of its own."""
    done = 0
    for sku, quantity in LINES.items():
        for _ in scan_units(page, sku, quantity):
            done += 1
            expect(page.get_by_text(f"{done} of {UNITS} units")).to_be_visible()
    expect(page.get_by_role("heading", name="All picked")).to_be_visible()


def pack(page: Page, code: str) -> None:
    page.get_by_role("link", name="To the pack station").click()
    page.get_by_role("row", name=re.compile(code)).get_by_role("link", name="Pack").click()
    left = UNITS
    for sku, quantity in LINES.items():
        for _ in scan_units(page, sku, quantity):
            left -= 1
            expect(page.get_by_text(f"{left} of {UNITS}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Close the box").click()
    expect(page.get_by_role("heading", name="Ship")).to_be_visible()


def scan_units(page: Page, code: str, quantity: int) -> Iterator[None]:
    """One scan for each unit. The same code again at once is a trigger that bounced, so a hand takes its time."""
    for unit in range(quantity):
        if unit:
            page.wait_for_timeout(BOUNCE_MS)
        scan(page, code)
        yield


def scan(page: Page, code: str) -> None:
    """As a scanner does: letters and Enter, into the field that has the focus by itself."""
    expect(page.get_by_label("Scan or type a code")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def slip(page: Page) -> bytes:
    """The packing slip behind the link of the page that is shown."""
    address = page.get_by_role("link", name="Packing slip").get_attribute("href")
    answer = page.request.get(urljoin(page.url, address))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def ship(page: Page, carrier: str, tracking_number: str) -> None:
    page.get_by_label("Carrier").fill(carrier)
    page.get_by_label("Tracking number").fill(tracking_number)
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text(tracking_number)).to_be_visible()


def deliver(page: Page) -> None:
    page.get_by_role("button", name="Delivered").click()
    expect(page.get_by_role("heading", name="Shipments")).to_be_visible()
