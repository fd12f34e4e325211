"""What hands on a keyboard or a scanner can rely on."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import scan

pytestmark = pytest.mark.browser


@pytest.fixture
def board(desk, served):
    desk.goto(f"{served.url}/support/orders/")
    return desk


def row_now(page):
    return page.locator("tr.wb-row-now")


def test_a_slash_goes_to_the_search(board):
    board.keyboard.press("/")

    expect(board.get_by_role("searchbox", name="Search")).to_be_focused()


def test_j_and_k_walk_the_orders_and_enter_opens_one(board):
    rows = board.locator("[data-rows] tbody tr")
    board.keyboard.press("j")
    board.keyboard.press("j")
    board.keyboard.press("j")
    board.keyboard.press("k")
    expect(row_now(board)).to_have_attribute("id", rows.nth(1).get_attribute("id"))
    number = row_now(board).get_by_role("rowheader").inner_text()

    board.keyboard.press("Enter")

    expect(board.get_by_role("heading", level=1, name=number)).to_be_visible()


def test_x_selects_the_row_and_the_bar_counts(board):
    board.keyboard.press("j")
    board.keyboard.press("x")
    board.keyboard.press("j")
    board.keyboard.press("x")

    expect(board.get_by_text("2 selected")).to_be_visible()


def test_g_and_a_letter_lead_to_another_page(board):
    board.keyboard.press("g")
    board.keyboard.press("e")

    expect(board.get_by_role("heading", level=1, name="Exceptions")).to_be_visible()


def test_the_first_tab_leads_past_the_navigation(board):
    board.keyboard.press("Tab")
    skip = board.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()

    board.keyboard.press("Enter")

    expect(board.locator("#main")).to_be_focused()


def test_the_scan_field_has_the_focus_after_each_scan(terminal, served, things):
    terminal.goto(f"{served.url}/warehouse/picks/{things['list_open']}")
    field = terminal.get_by_label("Scan or type a code")
    wanted = terminal.locator(".wb-bin--sku").inner_text()

    scan(terminal, wanted)

    expect(terminal.locator("[data-scan]")).to_have_attribute("data-state", "ok")
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_the_focus_comes_back_to_the_scan_field_from_a_click_beside_it(terminal, served, things):
    terminal.goto(f"{served.url}/warehouse/picks/{things['list_open']}")

    terminal.get_by_text("Take", exact=True).click()

    expect(terminal.get_by_label("Scan or type a code")).to_be_focused()


def test_a_scanner_is_heard_while_a_button_has_the_focus(terminal, served, things):
    terminal.goto(f"{served.url}/warehouse/picks/{things['list_open']}")
    terminal.get_by_role("button", name="Sound").focus()

    terminal.keyboard.type("NO-SUCH-THING")
    terminal.keyboard.press("Enter")

    expect(terminal.get_by_text("NO-SUCH-THING is not asked for here")).to_be_visible()


def test_a_scan_that_is_half_read_when_the_answer_comes_is_not_lost(terminal, served, things):
    terminal.goto(f"{served.url}/warehouse/packing/{things['work_picked']}")
    field = terminal.get_by_label("Scan or type a code")
    with terminal.expect_response("**/checks"):
        scan(terminal, "SOMETHING")
        terminal.keyboard.type("WB:")
    expect(terminal.get_by_text("Wrong item: take it out")).to_be_visible()
    expect(field).to_have_value("WB:")

    terminal.keyboard.type("OK")
    terminal.keyboard.press("Enter")

    expect(terminal.get_by_text("Wrong item: take it out")).to_be_hidden()


def test_a_wrong_scan_stops_the_station_until_it_is_acknowledged(terminal, served, things):
    terminal.goto(f"{served.url}/warehouse/packing/{things['work_wrong']}")
    expect(terminal.get_by_text("STOVE-RED-01")).to_be_visible()
    scan(terminal, "STOVE-RED-02")
    expect(terminal.get_by_text("Nothing was counted. Press Enter or OK when it is out")).to_be_visible()
    expect(terminal.locator("#messages")).to_be_empty()
    expect(terminal.locator("[data-scan]")).to_have_attribute("data-state", "error")

    scan(terminal, "WB:OK")

    expect(terminal.get_by_text("This order needs")).to_be_hidden()
    expect(terminal.locator("[data-scan]")).to_have_attribute("data-state", "ok")
    expect(terminal.get_by_label("Scan or type a code")).to_be_focused()
