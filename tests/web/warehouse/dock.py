"""Scans at the dock of goods that are known by number."""

import re
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.buying import add_supplier, sent
from tests.factories.numbers import keep_by_number
from tests.web.conftest import htmx

GTIN = "00012345678905"


def ordered_by_number(session: Session) -> str:
    """The number of an order of five units that are known by number, and of others that are not."""
    keep_by_number(session, "TEA-3")
    session.execute(text("UPDATE skus SET gtin = :gtin WHERE code = 'TEA-3'"), {"gtin": GTIN})
    add_supplier(session)
    made = sent(session, ("TEA-3", 5), ("TEA-2", 4))
    session.commit()
    return made


def scan(browser: Any, url: str, code: str, **data: str) -> Any:
    return browser.post(f"{url}/units", data={"code": code, **data}, headers=htmx())


def fields(page: Any) -> dict[str, str]:
    """What the scan field of a page sends along."""
    form = page.text.split('id="scan"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def scan_on(browser: Any, url: str, page: Any, code: str, **data: str) -> Any:
    """The next scan of a station as it stands."""
    sent_along = {**fields(page), "client_scan_id": code, **data}
    return browser.post(f"{url}/units", data={**sent_along, "code": code}, headers=htmx())
