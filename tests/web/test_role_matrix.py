"""Each route answers each role as the table says."""

import pytest

from tests.web.matrix import LOGIN, MATRIX, Row

PEOPLE = ("anonymous", "warehouse", "support", "admin")
IGNORED = {"HEAD", "OPTIONS"}


def test_every_route_has_a_row_and_every_row_a_route(app):
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - IGNORED}
    rows = {row.key for row in MATRIX}

    assert sorted(routes - rows) == [], "routes without a row in tests/web/matrix.py"
    assert sorted(rows - routes) == [], "rows without a route"


def test_no_route_has_two_rows():
    keys = [row.key for row in MATRIX]

    assert sorted({key for key in keys if keys.count(key) > 1}) == []


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.method} {row.rule}")
def test_each_role_gets_what_the_table_says(client, login, row: Row):
    browsers = {"anonymous": client, **{role: login(role) for role in PEOPLE[1:]}}

    found = {who: answer_of(browser, row) for who, browser in browsers.items()}

    assert found == {who: getattr(row, who) for who in PEOPLE}


def answer_of(browser, row: Row) -> int | str:
    answer = browser.open(row.path or row.rule, method=row.method, data=row.data or None, headers=row.headers)
    to_login = answer.status_code == 302 and answer.location.startswith("/account/login")
    return LOGIN if to_login else answer.status_code
