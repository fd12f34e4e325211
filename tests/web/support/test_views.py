"""Filters under a name: kept for oneself or for all, and only ever a list of orders."""

import pytest

from tests.web.conftest import htmx

VIEWS = "/support/views/"


def save(desk, **changes):
    return desk.post(VIEWS, data={"name": "Big in Reno", "query": "view=all&q=reno", **changes})


def test_a_kept_view_is_a_tab_and_leads_back(desk):
    answer = save(desk)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/support/orders/?view=all&q=reno"
    assert "Big in Reno" in desk.get("/support/orders/").text


def test_ones_own_view_is_not_shown_to_others_and_a_shared_one_is(desk, login):
    save(desk, name="Mine")
    save(desk, name="Ours", is_shared="y")

    page = login("admin").get("/support/orders/").text

    assert "Ours" in page
    assert "Mine" not in page


def test_only_its_owner_removes_a_view(desk, login, one):
    save(desk, is_shared="y")
    view = one("SELECT id FROM saved_views")

    refused = login("admin").post(f"{VIEWS}{view}/removal")
    done = desk.post(f"{VIEWS}{view}/removal")

    assert (refused.status_code, done.status_code) == (404, 303)


@pytest.mark.parametrize("name", ["", "x" * 41, "a\x00"])
def test_a_name_that_fits_no_tab_is_refused(desk, one, name):
    assert save(desk, name=name).status_code == 422
    assert one("SELECT count(*) FROM saved_views") == 0


@pytest.mark.parametrize("query", ["sort=id;drop", "view=nothing", "from=2026-02-30"])
def test_filters_that_the_board_does_not_know_are_not_kept(desk, one, query):
    assert save(desk, query=query).status_code == 400
    assert one("SELECT count(*) FROM saved_views") == 0


def test_what_is_no_filter_is_dropped(desk, one):
    save(desk, query="view=all&next=//evil.example&q=tea")

    assert one("SELECT query FROM saved_views") == "view=all&q=tea"


def test_the_form_works_whole_and_in_part(desk, client):
    assert desk.get(f"{VIEWS}?query=q%3Dtea").status_code == 200
    assert "<html" not in desk.get(VIEWS, headers=htmx()).text
    assert client.get(VIEWS).status_code == 302
