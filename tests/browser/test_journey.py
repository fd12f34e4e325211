"""One order from the API to the customer's door, by real processes: web, relay, worker, scheduler, a mail sink."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app.config import Config
from app.kernel.actor import SYSTEM
from app.kernel.file_stores import open_store
from app.kernel.uow import unit_of_work
from app.staff import api_keys
from tests.browser import steps
from tests.browser.chromium import new_page
from tests.browser.house import Served, at_home, served_house
from tests.factories.house import make_house
from tests.fakes.smtp import SmtpSink, smtp_sink
from tests.faults.stack import wait_for
from tests.instance import EVERYTHING
from tests.servers import Servers, temporary_folder
from tests.unit.documents.reading import barcodes_of, text_of

pytestmark = pytest.mark.browser

STOCK = {("TEA-1", "CMH1"): 10, ("TEA-2", "CMH1"): 10}
BUYER = {
    "name": "Caspian Reed",
    "email": "caspian.reed@example.com",
    "street": "14 Linden Street",
    "city": "Columbus",
    "region": "OH",
    "postal_code": "43215",
    "country": "US",
}
CARRIER, LABEL = "Alpine Post", "JD014600217788"


@dataclass
class Company:
    served: Served
    sink: SmtpSink
    browser: Browser
    key: str
    pages: list[Page] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.served.url

    def person(self, role: str = "", *, has_script: bool = True) -> Page:
        """A browser of one's own, signed in through the form; without a role, a customer's."""
        page = new_page(self.browser, width=1440 if role else 390, has_script=has_script)
        self.pages.append(page)
        if role:
            steps.sign_in(page, self.url, role)
        return page


@pytest.fixture(scope="module")
def running(servers: Servers, browser: Browser) -> Iterator[Company]:
    keys: list[str] = []

    def furnish(config: Config) -> None:
        with unit_of_work() as session:
            make_house(session, STOCK)
            keys.append(api_keys.create(session, "Web shop", ("orders:read", "orders:write"), actor=SYSTEM).text)

    with (
        smtp_sink() as sink,
        temporary_folder() as folder,
        served_house(servers, folder, furnish, programs=EVERYTHING, SMTP_URL=sink.url) as served,
    ):
        yield Company(served, sink, browser, keys[0])


@pytest.fixture
def company(running: Company) -> Iterator[Company]:
    yield running
    while running.pages:
        running.pages.pop().context.close()


def test_one_order_from_the_api_to_the_door(company):
    placed = order(company, "S-1001")
    number = placed["number"]
    support = company.person("support")
    see_order(support, number, "Confirmed")

    warehouse = company.person("warehouse")
    code = steps.release(warehouse, company.url, number)
    kept = slip_made_by_the_worker(company, code)
    steps.pick(warehouse)
    see_order(support, number, "In process")
    steps.pack(warehouse, code)
    check_slip(steps.slip(warehouse), number, code)
    check_slip(kept, number, code)
    steps.ship(warehouse, CARRIER, LABEL)

    customer = company.person(has_script=False)
    customer.goto(tracking_link(company, number))
    expect(customer.get_by_role("heading", name="Your order is on its way")).to_be_visible()
    expect(customer.get_by_text(LABEL)).to_be_visible()
    assert_says_nothing_of_the_buyer(customer)
    steps.deliver(warehouse)
    customer.reload()
    expect(customer.get_by_role("heading", name="Your order was delivered")).to_be_visible()

    see_order(support, number, "Delivered")
    for told in ("Released to CMH1", "1 × TEA-1 picked", "Parcel 1 packed", "handed to Alpine Post", "delivered"):
        expect(support.locator("#timeline").get_by_text(told).first).to_be_visible()
    see_sale(company.person("admin"), company.url)
    assert subjects(company, number) == {
        f"Order {number} is confirmed": 1,
        f"A parcel of order {number} is on its way": 1,
        f"A parcel of order {number} has been delivered": 1,
    }


def test_the_floor_works_without_scripts(company):
    number = order(company, "S-1002")["number"]
    warehouse = company.person("warehouse", has_script=False)

    code = steps.release(warehouse, company.url, number)
    steps.pick(warehouse)
    steps.pack(warehouse, code)
    check_slip(steps.slip(warehouse), number, code)
    steps.ship(warehouse, CARRIER, "JD014600217789")
    steps.deliver(warehouse)

    assert state_of(company, number) == ("delivered", "delivered")


def order(company: Company, external_number: str) -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": quantity} for sku, quantity in steps.LINES.items()]
    body = {"channel": "api", "external_number": external_number, "currency": "USD", "contact": BUYER, "lines": lines}
    answer = httpx.post(
        f"{company.url}/api/v1/orders", json=body, headers={"Authorization": f"Bearer {company.key}"}, timeout=30
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def see_order(page: Page, number: str, status: str) -> None:
    """From the board to the order."""
    page.get_by_role("link", name="Orders", exact=True).first.click()
    page.get_by_role("searchbox", name="Search").fill(number)
    page.get_by_role("searchbox", name="Search").press("Enter")
    expect(page.get_by_role("heading", level=1, name=number)).to_be_visible()
    expect(page.get_by_label("Order status").get_by_text(status, exact=True).first).to_be_visible()


def see_sale(page: Page, url: str) -> None:
    page.goto(f"{url}/admin/sales/")
    expect(page.get_by_text("Net sales", exact=True).first).to_be_visible()
    expect(page.get_by_text("30.00").first).to_be_visible()


def slip_made_by_the_worker(company: Company, code: str) -> bytes:
    with at_home(company.served.config):
        wait_for(lambda: slip_key(code) is not None, seconds=60, what="the worker keeps the packing slip")
        key = slip_key(code)
    assert key
    with open_store(company.served.config.files_dir).open(key) as stream:
        return stream.read()


def slip_key(code: str) -> str | None:
    number, _, part = code.rpartition("-")
    with unit_of_work() as session:
        return session.execute(
            text(
                "SELECT s.key FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id"
                " JOIN files s ON s.id = f.slip_file_id WHERE o.number = :number AND f.part = :part"
            ),
            {"number": number, "part": int(part)},
        ).scalar_one_or_none()


def check_slip(pdf: bytes, number: str, code: str) -> None:
    page = text_of(pdf)[0]
    for words in (number, "Caspian Reed", "14 Linden Street", "Tea TEA-1", "Tea TEA-2", f"Units in all: {steps.UNITS}"):
        assert words in page
    assert barcodes_of(pdf) == {number, code}


def tracking_link(company: Company, number: str) -> str:
    wait_for(lambda: len(subjects(company, number)) >= 2, seconds=60, what="two mails")
    [confirmation] = [mail for mail in company.sink.mails if mail["Subject"] == f"Order {number} is confirmed"]
    words = confirmation.get_body(("plain",)).get_content()
    [link] = re.findall(rf"{company.url}/track/\S+", words)
    return str(link)


def subjects(company: Company, number: str) -> dict[str, int]:
    found = [str(mail["Subject"]) for mail in company.sink.mails]
    return {subject: found.count(subject) for subject in found if number in subject}


def assert_says_nothing_of_the_buyer(page: Page) -> None:
    shown = page.content()
    assert "Columbus" in shown
    assert [word for word in ("Caspian", "Reed", "caspian.reed", "Linden", "43215") if word in shown] == []


def state_of(company: Company, number: str) -> tuple[str, str]:
    with at_home(company.served.config), unit_of_work() as session:
        statement = text("SELECT status, fulfilment_status FROM orders WHERE number = :number")
        status, fulfilment = session.execute(statement, {"number": number}).one()
    return status, fulfilment
