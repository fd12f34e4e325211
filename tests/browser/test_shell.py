"""What the shell does in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from app.config import ROOT
from app.web.assets import read_assets
from app.web.security import PLOTLY_STYLES, content_policy
from tests.browser.demo import furnish_empty
from tests.browser.house import PASSWORD

pytestmark = pytest.mark.browser

FURNISH = furnish_empty


@pytest.fixture
def account(desk, served):
    desk.goto(served.url + "/account/")
    return desk


def test_a_person_signs_in_and_out(browser, served):
    page = served.open(browser, "nobody", width=390)
    page.goto(served.url + "/account/sessions/")

    page.get_by_label("Work e-mail").fill("support@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account/sessions/"))
    page.get_by_role("button", name="Sign out", exact=True).first.click()

    expect(page).to_have_url(re.compile("/account/login"))
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.context.close()


def test_a_question_mark_opens_the_help_and_escape_closes_it(account):
    account.keyboard.press("?")
    expect(account.get_by_role("heading", name="Keyboard")).to_be_visible()

    account.keyboard.press("Escape")

    expect(account.get_by_role("heading", name="Keyboard")).to_be_hidden()


def test_letters_typed_into_a_field_are_only_text(account):
    name = account.get_by_label("Name")
    name.fill("")
    name.press_sequentially("g?/o")

    expect(name).to_have_value("g?/o")
    expect(account.get_by_role("heading", name="Keyboard")).not_to_be_visible()


def test_the_theme_follows_the_choice_at_once(account):
    account.get_by_label("Dark").check()

    expect(account.locator("html")).to_have_attribute("data-bs-theme", "dark")
    account.get_by_label("Light", exact=True).check()
    expect(account.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_the_device_decides_where_nobody_chose(browser, served):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(served.url + "/account/login")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

    answer = page.reload()

    assert answer
    assert 'data-bs-theme="dark"' in answer.text()
    context.close()


def test_a_refusal_by_htmx_stands_in_the_messages_and_leaves_the_page(account, served):
    account.goto(served.url + "/account/sessions/")
    account.evaluate(
        """() => {
            const form = document.createElement("form");
            form.setAttribute("hx-post", "/account/sessions/0/revocation");
            form.innerHTML = '<button>Try</button>';
            document.querySelector("#sessions").append(form);
            htmx.process(form);
        }"""
    )

    account.get_by_role("button", name="Try").click()

    expect(account.locator("#messages")).to_contain_text("This session is over already")
    expect(account.locator("#sessions")).to_be_visible()


def test_a_signed_out_page_loads_the_login_page_whole_at_its_next_act(browser, served):
    page = served.open(browser, "warehouse")
    page.goto(served.url + "/account/sessions/")
    page.context.clear_cookies()

    page.evaluate("htmx.ajax('GET', '/account/sessions/', '#sessions')")

    expect(page).to_have_url(re.compile(r"/account/login\?next="))
    page.context.close()


def test_the_policy_names_exactly_the_styles_that_plotly_inserts(browser):
    """Both hashes belong to this very plotly.js: read from what Chromium refuses without them."""
    script = read_assets(ROOT / "static").vendor["plotly.js"].content.decode()
    refused = set()
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: refused.update(re.findall(r"'sha256-[^']+'", message.text)))
    body = '<!doctype html><div id="a"></div><script src="/plotly.js"></script>'
    headers = {"Content-Security-Policy": content_policy(), "Content-Type": "text/html"}
    page.route("**/plotly.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.route("**/page", lambda route: route.fulfill(body=body, headers=headers))

    page.goto("http://charts.test/page")
    page.evaluate("Plotly.newPlot('a', [{type: 'bar', x: [1, 2], y: [3, 4]}], {}, {displayModeBar: false})")
    context.close()

    assert refused == set(PLOTLY_STYLES.split())


def test_a_chart_is_drawn_under_the_policy_of_its_page(browser):
    script = read_assets(ROOT / "static").vendor["plotly.js"].content.decode()
    said = []
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    body = '<!doctype html><div id="a"></div><script src="/plotly.js"></script>'
    headers = {"Content-Security-Policy": content_policy(has_charts=True), "Content-Type": "text/html"}
    page.route("**/plotly.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.route("**/page", lambda route: route.fulfill(body=body, headers=headers))

    page.goto("http://charts.test/page")
    page.evaluate("Plotly.newPlot('a', [{type: 'bar', x: [1, 2], y: [3, 4]}], {}, {displayModeBar: false})")

    assert said == []
    assert page.locator(".bars path").count() == 2
    context.close()
