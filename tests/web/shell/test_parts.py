"""Small parts that every page uses: filters, bars, forms, htmx answers, navigation, limits, health."""

from datetime import UTC, date, datetime

import pytest
from alembic.script import ScriptDirectory
from flask import Response
from wtforms.validators import InputRequired

from app.kernel.errors import DomainError, Invalid, NotFound
from app.schema import MIGRATIONS
from app.web import filters, health, limits, navigation
from app.web.addresses import url_if
from app.web.forms.base import BlockField, Form, LineField, QuantityField
from app.web.htmx import htmx_response, trigger
from app.web.units import units_bar
from tests.web.conftest import htmx

NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(142815, "EUR", "EUR 1,428.15"), (-500, "JPY", "JPY −500"), (0, "USD", "USD 0.00"), (1234, "KWD", "KWD 1.234")],
)
def test_money_names_its_currency_first(minor, currency, written):
    assert filters.money(minor, currency) == written


def test_moments_are_written_in_the_readers_zone_and_say_utc_on_hover(app):
    with app.test_request_context():
        written = filters.when(NOON)

    assert 'datetime="2026-11-24T12:00:05+00:00"' in written
    assert 'title="2026-11-24 12:00:05 UTC"' in written


def test_a_day_is_a_day_whatever_the_zone(app):
    with app.test_request_context():
        assert ">3 Feb 2019<" in filters.day(date(2019, 2, 3))


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "just now"), (90, "1 minute ago"), (7300, "2 hours ago"), (90_000, "1 day ago")]
)
def test_how_long_ago(app, time_machine, seconds, said):
    time_machine.move_to(NOON.timestamp() + seconds, tick=False)

    with app.test_request_context():
        assert f">{said}<" in filters.ago(NOON)


@pytest.mark.parametrize(
    ("code", "written"),
    [("partly-shipped", "Partly shipped"), ("cod", "Cash on delivery"), ("in_process", "In process")],
)
def test_a_code_is_written_as_words(code, written):
    assert filters.words(code) == written


@pytest.mark.parametrize(("name", "short"), [("Kit Sandpiper", "KS"), ("Anna", "A"), ("", "?"), ("Mary Ann Lee", "ML")])
def test_initials(name, short):
    assert filters.initials(name) == short


def test_text_that_turns_its_neighbours_is_held_apart():
    assert filters.isolated("abc\u202e<b>") == "\u2068abc\u202e&lt;b&gt;\u2069"


def test_a_bar_has_a_piece_per_unit_and_the_rest_is_open():
    bar = units_bar({"shipped": 2, "picked": 1}, ordered=4)

    assert [piece.unit for piece in bar.pieces] == ["shipped", "shipped", "picked", "open"]
    assert bar.words == (("shipped", 2), ("picked", 1), ("open", 1))
    assert float(bar.pieces[-1].x) + float(bar.pieces[-1].width) == pytest.approx(120, abs=0.05)


def test_a_bar_of_many_units_has_a_piece_per_state():
    bar = units_bar({"shipped": 30, "picked": 12}, ordered=48)

    assert [piece.unit for piece in bar.pieces] == ["shipped", "picked", "open"]
    assert float(bar.pieces[-1].x) + float(bar.pieces[-1].width) == pytest.approx(120, abs=0.05)


def test_a_bar_of_nothing_is_empty():
    assert units_bar({}).pieces == ()


class Sheet(Form):
    name = LineField("Name", [InputRequired()], most=10)
    note = BlockField("Note")
    quantity = QuantityField("Quantity", [InputRequired()])


def sheet(app, **data):
    with app.test_request_context("/", method="POST", data={"name": "a", "note": "", "quantity": "1", **data}):
        form = Sheet()
        return form, form.submitted()


@pytest.mark.parametrize("quantity", ["0", "-1", "1e3", "1.5", "NaN", "Infinity", "2147483648", "١٢", "1_000", "", " "])
def test_a_quantity_is_written_in_plain_digits(app, quantity):
    form, is_good = sheet(app, quantity=quantity)

    assert not is_good
    assert form.quantity.errors


@pytest.mark.parametrize("name", ["a\0", "a\nb", "x" * 11, "\x1b[31m"])
def test_a_line_is_clean_text(app, name):
    assert not sheet(app, name=name)[1]


def test_good_fields_are_read_and_tidied(app):
    form, is_good = sheet(app, name="  Anna ", note="a\r\nb", quantity="12")

    assert is_good
    assert (form.name.data, form.note.data, form.quantity.data) == ("Anna", "a\nb", 12)


def test_a_rule_that_says_no_shows_at_its_field(app):
    form, _ = sheet(app)

    with form.refusals():
        raise Invalid([("quantity", "2 left"), ("site", "is closed")])

    assert form.quantity.errors == ["2 left"]
    assert form.form_errors == ["site: is closed"]
    assert form.status == 422


def test_what_is_gone_is_not_the_forms_matter(app):
    form, _ = sheet(app)

    with pytest.raises(NotFound), form.refusals():
        raise NotFound("gone")


def test_a_rule_without_a_field_stands_above_the_form(app):
    form, _ = sheet(app)

    with form.refusals():
        raise DomainError("not today")

    assert form.form_errors == ["not today"]


def test_an_answer_to_htmx_may_carry_modifiers(app):
    with app.test_request_context():
        answer = htmx_response("<p></p>", reswap="beforebegin swap:1s", retarget="#a")

    assert answer.headers["HX-Reswap"] == "beforebegin swap:1s"
    assert answer.headers["HX-Retarget"] == "#a"
    assert "HX-Request" in answer.headers["Vary"]


def test_events_for_the_page_are_added_up():
    answer = trigger(trigger(Response(), a=1), b="ü")

    assert answer.headers["HX-Trigger"] == '{"a": 1, "b": "\\u00fc"}'


def test_a_page_that_is_not_built_yet_has_no_address(app):
    with app.test_request_context():
        assert url_if("nobody.knows.this") is None


def test_every_role_has_a_home(login):
    for who in ("admin", "support", "warehouse"):
        assert login(who).get("/", follow_redirects=True).status_code == 200


def test_nobody_is_shown_a_link_that_is_closed_to_them(login):
    for who in ("admin", "support", "warehouse"):
        browser = login(who)
        page = browser.get("/account/").text
        links = [part.partition('"')[0] for part in page.split('class="wb-rail__link" href="')[1:]]

        assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_each_key_leads_to_one_place_per_role():
    for role in ("admin", "support", "warehouse"):
        keys = [entry.key for entry in navigation.ENTRIES if entry.key and role in entry.roles]

        assert len(keys) == len(set(keys)), role


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"), ("", "unknown")],
)
def test_a_network_is_an_address_or_a_64(app, address, counted_as):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert limits.network() == counted_as


def test_limits_hold_while_redis_is_away(build, cast):
    browser = build(counts_in="redis://127.0.0.1:1/0").test_client()
    browser.application.config["WTF_CSRF_ENABLED"] = False
    form = {"email": "nobody@example.com", "password": "x"}

    found = [browser.post("/account/login", data=form).status_code for _ in range(11)]

    assert found == [422] * 10 + [429]


def test_a_unix_socket_is_named_as_the_library_wants():
    assert limits.storage_uri("unix:///tmp/v.sock?db=0") == "redis+unix:///tmp/v.sock?db=0"
    assert limits.storage_uri("redis://localhost/0") == "redis://localhost/0"


def test_the_process_is_alive(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_it_is_ready_with_database_and_redis(client):
    assert client.get("/readyz").json == {"status": "ok", "database": "ok", "redis": "ok"}


def test_without_redis_it_is_slower_and_still_ready(build):
    answer = build(redis_url="redis://127.0.0.1:1/0").test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json["status"] == "degraded"


def test_the_newest_migration_is_the_one_that_alembic_ends_with():
    assert health.newest_migration() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_with_older_tables_it_is_not_ready(client, monkeypatch):
    monkeypatch.setattr("app.web.health.newest_migration", lambda: "9999")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "needs 9999" in answer.json["database"]


def test_toasts_of_a_whole_page_stand_in_it(login):
    sam = login("sam")
    sam.post("/account/", data={"name": "Sam", "time_zone": ""})

    page = sam.get("/account/").text

    assert 'class="wb-toast"' in page.partition("<template")[0]
    assert 'class="wb-toast"' not in sam.get("/account/").text.partition("<template")[0]


def test_toasts_of_a_redirect_by_htmx_come_with_the_fragment(login):
    sam = login("sam")
    sam.post("/account/", data={"name": "Sam", "time_zone": ""}, headers=htmx())

    assert "Saved." in sam.get("/account/", headers=htmx()).headers["HX-Trigger"]
