"""Alerts: opened once, mailed once, ended well above the reorder point; what is promised is not free, what comes is."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, NotFound, StaleState
from app.replenishment.alerts import Snooze, snooze
from app.workflows import verify_rules
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.company_day import today
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.mail_alerts import AlertMail
from app.workflows.place_orders import place_orders
from app.workflows.watch_stock import check_levels
from tests.factories.house import make_house, order_request

MAIL = AlertMail("https://waybill.example", "no-reply@waybill.example")


@pytest.fixture(autouse=True)
def wired():
    deliveries.wire({"notifications.send": "notifications"})
    yield
    deliveries.wire({})


@pytest.fixture
def house(session):
    house = make_house(session, {("TEA-1", "RNO1"): 20, ("TEA-1", "CMH1"): 50})
    add_rules(session, [RuleFacts(kind="reorder", sku="TEA-1", site="RNO1", units=20)], actor=SYSTEM)
    session.execute(
        text("INSERT INTO users (email, name, role, password_hash) VALUES ('a@example.com','A','admin','')")
    )
    return house


def change(session, house, units):
    one = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["RNO1"], on_hand=units, reason="correction")
    adjust_stock(session, [one], actor=SYSTEM)


def expect(session, house, units, days):
    session.execute(
        text(
            "INSERT INTO incoming (sku_id, site_id, source, source_id, quantity, expected_on)"
            " VALUES (:sku, :site, 'purchase', 1, :units, :day)"
        ),
        {
            "sku": house.skus["TEA-1"],
            "site": house.sites["RNO1"],
            "units": units,
            "day": today(session) + timedelta(days=days),
        },
    )


def standing(session) -> list[tuple[int, int, int, int]]:
    rows = session.execute(
        text("SELECT free, incoming, reorder_point, suggested FROM stock_alerts WHERE closed_at IS NULL")
    )
    return [tuple(row) for row in rows]


def mails(session) -> list[str]:
    return list(session.scalars(text("SELECT subject FROM messages ORDER BY id")))


def test_at_the_reorder_point_all_is_well(session, house):
    check_levels(session)

    assert standing(session) == []


def test_below_it_an_alert_opens_with_a_suggestion(session, house):
    change(session, house, -1)

    check_levels(session)

    assert standing(session) == [(19, 0, 20, 1)]


def test_what_is_promised_is_not_free(session, house):
    session.execute(text("UPDATE sites SET is_active = code = 'RNO1'"))
    place_orders(session, [order_request(("TEA-1", 4))], actor=SYSTEM)

    check_levels(session)

    assert [alert[0] for alert in standing(session)] == [16]


def test_what_comes_within_the_lead_time_counts(session, house):
    change(session, house, -5)
    expect(session, house, 5, days=14)

    check_levels(session)

    assert standing(session) == []


def test_what_comes_later_does_not(session, house):
    change(session, house, -5)
    expect(session, house, 5, days=15)

    check_levels(session)

    assert [alert[:2] for alert in standing(session)] == [(15, 0)]


def test_around_the_reorder_point_the_alert_stays_one(session, house):
    for units in (-1, 1, -1, 1):
        change(session, house, units)
        check_levels(session)

    assert session.scalar(text("SELECT count(*) FROM stock_alerts")) == 1
    assert [alert[0] for alert in standing(session)] == [20]


def test_well_above_the_point_it_ends_and_may_come_again(session, house):
    change(session, house, -1)
    check_levels(session)
    change(session, house, 3)
    check_levels(session)
    ended = standing(session)
    change(session, house, -3)
    check_levels(session)

    assert ended == []
    assert session.scalar(text("SELECT count(*) FROM stock_alerts")) == 2


def test_one_mail_tells_all_that_is_new_and_none_repeats_it(session, house):
    change(session, house, -1)
    check_levels(session)

    MAIL.post(session)
    check_levels(session)
    MAIL.post(session)

    assert mails(session) == ["Low stock: TEA-1 at RNO1"]


def test_a_snoozed_alert_is_not_mailed(session, house):
    change(session, house, -1)
    check_levels(session)
    alert_id = session.scalar(text("SELECT id FROM stock_alerts"))
    day = today(session)

    snooze(
        session,
        [Snooze(alert_id=alert_id, until=day + timedelta(days=7), reason="on order", today=day)],
        actor=SYSTEM,
    )
    MAIL.post(session)

    assert mails(session) == []


def test_a_snooze_needs_a_reason_and_a_day_to_come(session, house):
    day = today(session)
    with pytest.raises(Invalid):
        Snooze(alert_id=1, until=day + timedelta(days=1), reason="", today=day)
    with pytest.raises(Invalid):
        Snooze(alert_id=1, until=day, reason="later", today=day)


def test_an_alert_that_is_over_or_never_was_cannot_be_snoozed(session, house):
    day = today(session)
    change(session, house, -1)
    check_levels(session)
    alert_id = session.scalar(text("UPDATE stock_alerts SET closed_at = now() RETURNING id"))

    for id, refusal in ((alert_id, StaleState), (0, NotFound)):
        with pytest.raises(refusal):
            snooze(
                session,
                [Snooze(alert_id=id, until=day + timedelta(days=1), reason="x", today=day)],
                actor=SYSTEM,
            )


def test_at_a_closed_site_nothing_runs_low(session, house):
    change(session, house, -1)
    check_levels(session)
    session.execute(text("UPDATE sites SET is_active = code <> 'RNO1'"))

    check_levels(session)

    assert standing(session) == []
    assert list(verify_rules.ALERT_STATES.find(session)) == []


def test_demand_alone_opens_an_alert_where_no_rule_stands(session, house):
    session.execute(text("UPDATE sites SET is_active = code = 'CMH1'"))
    place_orders(session, [order_request(("TEA-1", 40))], actor=SYSTEM)

    check_levels(session)

    [(free, _, point, suggested)] = standing(session)
    assert free == 10
    assert point > 40
    assert suggested > 0


def test_verify_names_an_alert_that_does_not_fit(session, house):
    change(session, house, -1)
    check_levels(session)
    clean = [*verify_rules.ALERT_STATES.find(session), *verify_rules.ALERT_FIGURES.find(session)]

    session.execute(text("UPDATE stock_alerts SET free = 30"))

    assert clean == []
    [state], [figure] = verify_rules.ALERT_STATES.find(session), verify_rules.ALERT_FIGURES.find(session)
    assert "is open with 30 units" in state
    assert "says 30 free" in figure
