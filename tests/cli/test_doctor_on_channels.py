"""``flask doctor`` on channels that are told our stock, and on who reads the feed for them."""

from datetime import timedelta

import pytest
import time_machine

from app.channels import publication
from app.channels.publication import PublicationFacts
from app.kernel import clock, deliveries, feed, uow
from app.kernel.crypto import keyring
from app.kernel.db import open_engine
from app.workflows import stock_offers
from tests.cli.conftest import as_owner
from tests.factories.house import make_house


@pytest.mark.parametrize(
    ("failing_since", "delivery", "changed_at", "words"),
    [
        ("now() - interval '1 hour'", "ready", "NULL", "web has not taken our stock since"),
        ("now()", "dead", "NULL", "web is told no stock until somebody acts (no such address)"),
        ("NULL", "ready", "now() - interval '1 hour'", "web is behind by 5 SKUs since"),
    ],
)
def test_a_channel_that_lags_or_fails_is_named(
    told, installation, database, failing_since, delivery, changed_at, words
):
    config = installation(database)
    _tell_web(config, database)
    as_owner(database, f"UPDATE stock_publications SET failing_since = {failing_since}, last_error = 'no such address'")
    as_owner(database, f"UPDATE stock_offers SET changed_at = {changed_at}, units = 1")
    as_owner(database, "UPDATE deliveries SET state = :state", state=delivery)

    level, sentence = told(config)["channels"]

    assert level == "PROBLEM"
    assert words in sentence
    assert sentence.endswith("see Admin, channels, web, stock")


def test_channels_that_know_our_stock_are_well(told, installation, database):
    config = installation(database)
    _tell_web(config, database)
    as_owner(database, "UPDATE stock_offers SET changed_at = NULL, units = 1")

    assert told(config)["channels"] == ("ok", "1 told our stock, none behind")


def test_a_reader_that_nobody_serves_is_named(told, installation, database):
    config = installation(database)
    engine = open_engine(config.database_url, pool_size=1)
    uow.bind(engine)
    with uow.unit_of_work() as session:
        make_house(session, {("TEA-1", "CMH1"): 5})
        feed.reset(session)
    engine.dispose()

    with time_machine.travel(clock.now() + timedelta(hours=1)):
        level, sentence = told(config)["readers"]

    assert level == "PROBLEM"
    assert "has read nothing since" in sentence


def _tell_web(config, database):
    """The web shop is told our stock, by a delivery of its own."""
    engine = open_engine(config.database_url, pool_size=1)
    uow.bind(engine)
    deliveries.wire({publication.PUBLISH: "channels"})
    facts = PublicationFacts(is_on=True, address="https://shop.example.com", most=None, held_back=0)
    with uow.unit_of_work() as session:
        web = make_house(session).channels["web"]
        publication.put(session, web, facts, keys=keyring(config.secret_key))
        publication.wake(session, publication.lock(session, [web]))
        stock_offers.mark_all(session, web, is_forced=False)
    deliveries.wire({})
    engine.dispose()
