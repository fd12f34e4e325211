"""What every publisher promises (app/channels/ports.py), and how the webhook says and hears it."""

import json
from datetime import UTC, datetime

import pytest

from app.channels.adapters.webhook import StockWebhook
from app.channels.ports import NotTaken, Offer, StockMessage, Target
from app.channels.publishers import PUBLISHERS, all_publishers
from app.kernel.errors import ProviderError
from app.kernel.http import Policy
from app.kernel.http_guard import PublicOnly
from tests.fakes.stock_channel import SECRET, running_shop

AS_OF = datetime(2026, 11, 25, 12, 0, 0, 500, tzinfo=UTC)
OTHER = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVlc="


@pytest.fixture
def shop():
    with running_shop() as shop:
        yield shop


@pytest.fixture(params=PUBLISHERS.names())
def publisher(request, shop):
    return all_publishers(PublicOnly(exceptions=[shop.url]))[request.param]


def message(number=1, **units):
    offers = [
        Offer(sku=sku, aliases=("B00",), units=count, backorders=True, version=number) for sku, count in units.items()
    ]
    return StockMessage(channel="web", number=number, as_of=AS_OF, offers=offers)


def target(shop, *secrets):
    return Target(address=shop.address, secrets=secrets or (SECRET,))


def test_what_is_told_is_known_and_telling_it_twice_does_no_harm(publisher, shop):
    first = publisher.publish(message(A=3, B=0), target=target(shop))
    again = publisher.publish(message(A=3, B=0), target=target(shop))

    assert (first, again) == ({}, {})
    assert shop.units() == {"A": 3, "B": 0}


def test_an_older_message_that_comes_late_changes_nothing(publisher, shop):
    publisher.publish(message(2, A=3), target=target(shop))
    publisher.publish(message(1, A=9), target=target(shop))

    assert shop.units() == {"A": 3}


def test_offers_refused_by_name_are_answered_with_the_reason(publisher, shop):
    shop.refused = {"A": "no\0 such\u202e listing", "Z": "never asked", "B": ""}

    refused = publisher.publish(message(A=3, B=1, C=2), target=target(shop))

    assert refused == {"A": "no  such  listing", "B": "the channel gave no reason"}


def test_a_message_that_will_not_do_is_told_apart(publisher, shop):
    shop.poison = "A"

    with pytest.raises(NotTaken, match="does not take these values"):
        publisher.publish(message(A=3), target=target(shop))


@pytest.mark.parametrize("status", [301, 401, 403, 404, 405, 410, 418])
def test_what_a_person_must_mend_is_permanent_and_says_how(publisher, shop, status):
    shop.status = status

    with pytest.raises(ProviderError, match=f"answered {status}") as caught:
        publisher.publish(message(A=3), target=target(shop))

    assert (caught.value.permanent, caught.value.unknown) == (True, False)
    assert not isinstance(caught.value, NotTaken)


@pytest.mark.parametrize(("status", "retry_after"), [(429, 7), (503, 30), (500, None), (408, None)])
def test_trouble_that_passes_is_tried_again_after_the_time_asked_for(publisher, shop, status, retry_after):
    shop.status, shop.retry_after = status, retry_after

    with pytest.raises(ProviderError) as caught:
        publisher.publish(message(A=3), target=target(shop))

    assert (caught.value.permanent, caught.value.unknown) == (False, False)
    assert caught.value.retry_after == retry_after
    assert shop.calls == 1


def test_an_answer_that_got_lost_is_no_doubt(publisher, shop):
    shop.silent = True

    with pytest.raises(ProviderError) as caught:
        publisher.publish(message(A=3), target=target(shop))

    assert (caught.value.permanent, caught.value.unknown) == (False, False)


def test_a_wrong_secret_is_refused_and_the_former_one_still_fits(publisher, shop):
    with pytest.raises(ProviderError, match="does not know our signature"):
        publisher.publish(message(A=1), target=target(shop, OTHER))
    publisher.publish(message(A=2), target=target(shop, OTHER, SECRET))

    assert shop.units() == {"A": 2}


def test_an_address_inside_our_own_networks_is_not_called(shop):
    guarded = StockWebhook(PublicOnly())

    with pytest.raises(ProviderError, match="not allowed") as caught:
        guarded.publish(message(A=1), target=target(shop))

    assert caught.value.permanent
    assert shop.calls == 0


def test_a_channel_that_does_not_answer_in_time_is_left(shop):
    shop.gate.clear()
    hasty = StockWebhook(PublicOnly(exceptions=[shop.url]), policy=Policy(read_seconds=0.2, tries=1))

    with pytest.raises(ProviderError, match="broke off") as caught:
        hasty.publish(message(A=1), target=target(shop))

    assert not caught.value.permanent


def test_the_message_reads_as_documented(publisher, shop):
    publisher.publish(message(5, A=3), target=target(shop))

    assert json.loads(json.dumps(shop.messages[0])) == {
        "type": "stock.offers",
        "channel": "web",
        "number": 5,
        "as_of": "2026-11-25T12:00:00.000500+00:00",
        "offers": [{"sku": "A", "aliases": ["B00"], "units": 3, "backorders": True, "version": 5}],
    }


def test_a_target_does_not_show_its_secrets(shop):
    assert SECRET not in repr(target(shop))
