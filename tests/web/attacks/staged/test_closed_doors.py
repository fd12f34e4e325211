"""Pages and acts of somebody else: another role's, another site's, another session's."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.staff import sessions, users
from app.web.admin.exports import STOP_POLLING
from tests.web.attacks.forms import TOKEN
from tests.web.attacks.pages import addresses
from tests.web.conftest import htmx
from tests.web.matrix import LOGIN, MATRIX

AREAS = {"/admin/": "sam", "/support/": "wendy", "/warehouse/": "sam"}
OPEN = ("/account/login", "/account/password-reset/", "/account/code", "/track/")


def token_of(browser) -> str:
    page = browser.get("/account/").text
    return page.partition(f'name="{TOKEN}" value="')[2].partition('"')[0]


@pytest.mark.parametrize("area", AREAS)
def test_an_act_of_another_role_is_refused_and_written_down_though_the_token_is_good(
    forms, login, session, cast, csrf, area
):
    person = AREAS[area]
    browser = login(person)
    token = token_of(browser)
    acts = {rule: form.action for rule, form in forms.items() if rule.startswith(area)}
    written = "SELECT rule FROM audit_entries WHERE actor = :actor AND action = 'refused POST'"

    statuses = {rule: browser.post(action, data={TOKEN: token}).status_code for rule, action in acts.items()}

    assert len(token) > 20
    assert statuses == dict.fromkeys(acts, 403)
    assert sorted(session.scalars(text(written), {"actor": f"user:{cast[person]}"})) == sorted(acts)


def test_things_of_another_site_are_not_there(app, world, forms, login):
    wendy = login("wendy")
    ids, at_reno = world.ids, ("/warehouse/", "/warehouse/queue/", "/warehouse/picks/", "/warehouse/packing/")
    things = (ids.work, ids.box, str(ids.pick_list), str(ids.parcel), ids.purchase)
    pages = [
        one
        for one in addresses(app, ids)
        if one.startswith("/warehouse/") and any(f"/{thing}" in one for thing in things)
    ]
    acts = [form for rule, form in forms.items() if rule.startswith("/warehouse/")]

    seen = {page: wendy.get(page).status_code for page in pages}
    done = {
        form.action: wendy.post(form.action, data={k: v[0] for k, v in form.values.items() if v}).status_code
        for form in acts
    }

    assert len(seen) >= 9
    assert seen == dict.fromkeys(seen, 404)
    assert done == dict.fromkeys(done, 404)
    assert all(ids.work not in wendy.get(page).text for page in at_reno)


def test_a_forged_htmx_header_opens_nothing(client, login):
    browsers = {"anonymous": client, **{role: login(role) for role in ("warehouse", "support", "admin")}}
    rows = [row for row in MATRIX if row.method == "GET"]

    wrong = {
        (row.rule, who): status
        for row in rows
        for who, browser in browsers.items()
        if not fits(status := browser.get(row.path or row.rule, headers=htmx()).status_code, getattr(row, who))
    }

    assert wrong == {}


def fits(status: int, told: int | str) -> bool:
    """Strangers get 401 and are led to the login page; a page may have nothing new to say, now or ever, to htmx."""
    if told == LOGIN:
        return status in (401, 302)
    return status in (told, 200, 204, STOP_POLLING) if told in (200, 303) else status == told


def test_going_back_in_the_browser_after_signing_out_shows_the_login_page(app, world):
    pages = [page for page in addresses(app, world.ids) if not page.startswith(OPEN)]
    stored = [page for page in pages if "no-store" not in world.admin.get(page).headers["Cache-Control"]]
    world.admin.post("/account/logout")

    reloaded = {world.admin.get(page).location.partition("?")[0] for page in pages}
    restored = {
        world.admin.get(page, headers=htmx(**{"HX-History-Restore-Request": "true"}))
        .headers["HX-Redirect"]
        .partition("?")[0]
        for page in pages
    }

    assert stored == []
    assert reloaded == restored == {"/account/login"}


def test_a_session_that_was_ended_elsewhere_opens_no_page(app, world, session, cast):
    sessions.end_all(session, [cast["alice"]])
    session.commit()

    assert opened(world.admin, addresses(app, world.ids)) == []


def test_a_role_that_was_taken_away_closes_its_pages_at_the_next_click(app, world, session, cast):
    users.change_role(session, [cast["sam"]], "admin", actor=SYSTEM)
    users.change_role(session, [cast["alice"]], "warehouse", actor=SYSTEM)
    session.commit()
    pages = [page for page in addresses(app, world.ids) if page.startswith(("/admin/", "/support/"))]

    found = {page: world.admin.get(page).status_code for page in pages}

    assert len(found) > 30
    assert found == dict.fromkeys(pages, 403)


def test_a_person_who_is_disabled_opens_no_page_at_the_next_click(app, world, session, cast):
    users.change_role(session, [cast["sam"]], "admin", actor=SYSTEM)
    users.disable(session, [cast["alice"]], actor=SYSTEM)
    session.commit()

    assert opened(world.admin, addresses(app, world.ids)) == []


def opened(browser, pages) -> list[str]:
    return [page for page in pages if not page.startswith(OPEN) and browser.get(page).status_code != 302]
