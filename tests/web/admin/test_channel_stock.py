"""The page of what a channel is told: settings, state in words, values, and the ways on."""

import pytest
from sqlalchemy import text

from app.channels import publication
from app.kernel import deliveries
from app.kernel.deliveries import Delivery, add
from app.workflows import offer_stock, stock_offers
from tests.factories.house import make_house
from tests.web.conftest import htmx

AT = "/admin/channels/web/stock/"
SETTINGS = {"is_on": "y", "address": "https://shop.example.com/stock", "most": "", "held_back": "0"}


@pytest.fixture(autouse=True)
def wired():
    names = (publication.PUBLISH, offer_stock.OFFER_ALL, offer_stock.COMPARE)
    deliveries.wire(dict.fromkeys(names, "channels"))
    yield
    deliveries.wire({})


@pytest.fixture
def house(session, bound):
    house = make_house(session, {("TEA-1", "CMH1"): 100})
    session.commit()
    return house


@pytest.fixture
def admin(login, house):
    return login("admin")


@pytest.fixture
def told(admin, house, session):
    """The web shop is told, and knows nothing yet."""
    admin.post(f"{AT}settings", data=SETTINGS)
    stock_offers.mark_all(session, house.channels["web"], is_forced=False)
    session.commit()
    return house.channels["web"]


def row(session, columns):
    return tuple(session.execute(text(f"SELECT {columns} FROM stock_publications")).one())


def handlers(session):
    return session.execute(text("SELECT handler FROM deliveries ORDER BY id")).scalars().all()


def fail(session, channel_id, state):
    publication.fail(session, channel_id, "the channel answered 404: there is nothing at this address: correct it")
    session.execute(
        text("UPDATE deliveries SET state = :state, run_at = now() + interval '1 hour' WHERE handler = :handler"),
        {"state": state, "handler": publication.PUBLISH},
    )
    session.commit()


def test_a_channel_that_is_told_nothing_offers_to_set_it_up(admin):
    answer = admin.get(AT)

    assert "This channel is told nothing" in answer.text
    assert f'href="{AT}settings"' in answer.text


def test_the_first_settings_show_the_secret_once_and_keep_it_sealed(admin, session):
    answer = admin.post(f"{AT}settings", data=SETTINGS)

    secret = answer.text.split('data-copy="')[1].split('"')[0]
    stored = row(session, "secret")[0]
    assert secret.startswith("whsec_")
    assert secret not in stored
    assert secret not in admin.get(f"{AT}settings").text
    assert sorted(handlers(session)) == [offer_stock.OFFER_ALL, publication.PUBLISH]


def test_later_settings_keep_the_secret_and_lead_back(admin, session, told):
    before = row(session, "secret")

    answer = admin.post(f"{AT}settings", data={**SETTINGS, "most": "40", "held_back": "5"})

    assert (answer.status_code, answer.location) == (303, AT)
    assert row(session, "secret") == before
    assert row(session, "most, held_back, is_on") == (40, 5, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "http://shop.example.com/stock"},
        {"address": "https://user:word@shop.example.com/stock"},
        {"address": "https://shop.example.com:8443/stock"},
        {"address": "ftp://shop.example.com"},
        {"address": "https://[::1"},
        {"address": ""},
        {"held_back": "-1"},
        {"most": "many"},
    ],
)
def test_settings_that_could_never_work_are_refused_at_their_field(admin, session, changes):
    answer = admin.post(f"{AT}settings", data={**SETTINGS, **changes})

    assert answer.status_code == 422
    assert f'href="#{next(iter(changes))}"' in answer.text
    assert session.execute(text("SELECT count(*) FROM stock_publications")).scalar_one() == 0


def test_a_new_secret_keeps_the_former_for_a_day(admin, session, told):
    before = row(session, "secret")[0]

    answer = admin.post(f"{AT}secret")

    assert 'data-copy="whsec_' in answer.text
    assert row(session, "former_secret, former_until > now() + interval '23 hours'") == (before, True)


def test_the_page_lists_values_and_how_far_behind_they_are(admin, told):
    text_ = admin.get(AT).text

    assert "Catching up" in text_
    assert "5 SKUs, since" in text_
    assert ">TEA-3</a>" in text_


def test_htmx_gets_the_list_alone(admin, told):
    assert "<html" in admin.get(AT).text
    assert "<html" not in admin.get(AT, headers=htmx()).text


def test_values_are_found_by_code_and_by_state(admin, session, told):
    session.execute(text("UPDATE stock_offers SET refusal = 'no listing' WHERE sku_id = (SELECT min(id) FROM skus)"))
    session.commit()

    found, refused = admin.get(f"{AT}?q=tea-4").text, admin.get(f"{AT}?state=refused").text

    assert (">TEA-4</a>" in found, ">TEA-1</a>" in found) == (True, False)
    assert (">TEA-1</a>" in refused, "no listing" in refused, ">TEA-4</a>" in refused) == (True, True, False)


def test_a_failing_channel_says_why_and_when_it_is_tried(admin, session, told):
    fail(session, told, "ready")

    answer = admin.get(AT).text

    assert "there is nothing at this address: correct it." in answer
    assert "The next try is at" in answer


def test_a_stopped_channel_waits_for_a_person_who_can_try_again(admin, session, told):
    fail(session, told, "dead")
    stopped = admin.get(AT).text

    answer = admin.post(f"{AT}attempts")

    state = session.execute(text("SELECT state, run_at <= clock_timestamp() FROM deliveries WHERE key LIKE 'stock:%'"))
    assert "Waits for you" in stopped
    assert answer.status_code == 303
    assert tuple(state.one()) == ("ready", True)


def test_publish_all_again_is_a_job_that_shows_how_far_it_is(admin, session, told):
    session.execute(text("DELETE FROM deliveries"))
    answer = admin.post(f"{AT}renewals")
    asked = handlers(session)
    stock_offers.mark_all(session, told, is_forced=True)
    session.execute(text("UPDATE stock_offers SET is_forced = false WHERE sku_id = (SELECT min(id) FROM skus)"))
    session.commit()

    during = admin.get(f"{AT}state").text

    assert answer.status_code == 303
    assert asked == [offer_stock.OFFER_ALL]
    assert "1 of 5" in during
    assert 'hx-trigger="every 2s"' in during


def test_publish_all_again_twice_is_one_job(admin, session, told):
    session.execute(text("DELETE FROM deliveries"))

    admin.post(f"{AT}renewals")
    admin.post(f"{AT}renewals")

    assert handlers(session) == [offer_stock.OFFER_ALL]


def test_a_quiet_channel_is_not_read_again(admin, session, told):
    session.execute(text("UPDATE stock_offers SET changed_at = NULL, units = 3"))
    session.commit()

    answer = admin.get(f"{AT}state").text

    assert "Up to date" in answer
    assert "hx-trigger" not in answer


def test_the_list_of_channels_says_who_is_told(admin, told):
    assert "Told<span" in admin.get("/admin/channels/").text


def test_a_channel_whose_terms_change_is_looked_through(admin, session, told):
    session.execute(text("DELETE FROM deliveries"))
    data = {"name": "Web", "price_list": "", "payment_condition": "none", "is_active": "y"}

    admin.post("/admin/channels/web", data=data)

    assert handlers(session) == [offer_stock.OFFER_ALL]


@pytest.mark.parametrize("path", [AT, f"{AT}settings"])
def test_strangers_are_turned_away(client, house, path):
    assert client.get(path).status_code == 302


def test_a_delivery_of_another_name_is_left_alone(admin, session, told):
    add(session, [Delivery(handler=offer_stock.COMPARE, key="other")])
    session.execute(text("UPDATE deliveries SET state = 'dead' WHERE key = 'other'"))
    session.commit()

    admin.post(f"{AT}attempts")

    assert session.scalar(text("SELECT state FROM deliveries WHERE key = 'other'")) == "dead"
