"""At the dock a unit that is known by number comes in without one only by the button that says so."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from app.kernel.uow import unit_of_work
from tests.browser.house import at_home
from tests.factories.house import make_house
from tests.web.warehouse.dock import ordered_by_number

pytestmark = pytest.mark.browser


def furnish(_config):
    with unit_of_work() as session:
        make_house(session)
        ordered_by_number(session)


FURNISH = furnish


@pytest.fixture
def dock(terminal, served):
    """The station with the item shown of which five are to come."""
    with at_home(served.config), unit_of_work() as session:
        number = session.scalar(text("SELECT number FROM purchase_orders"))
        line = session.scalar(text("SELECT id FROM purchase_order_lines WHERE sku_code = 'TEA-3'"))
    terminal.goto(f"{served.url}/warehouse/receiving/{number}?line={line}")
    return terminal


def test_only_the_button_that_says_so_takes_units_in_without_numbers(dock):
    dock.get_by_label("Bin").press("Enter")
    expect(dock.get_by_text("no number is written here").first).to_be_visible()
    expect(dock.get_by_text("0 of 9").first).to_be_visible()

    dock.get_by_label("Numbers").fill("N-1\nN-2")
    dock.get_by_role("button", name="Take these in").click()
    expect(dock.get_by_text("2 of 9").first).to_be_visible()

    dock.get_by_label("Units that came").fill("1")
    dock.get_by_role("button", name="Take in without numbers").click()
    expect(dock.get_by_text("3 of 9").first).to_be_visible()
