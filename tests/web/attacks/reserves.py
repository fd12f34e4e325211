"""Rules, alerts, reservations and exports of the strangers' company."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.exports import lifecycle
from app.exports.asked import asked
from app.kernel.actor import SYSTEM
from app.kernel.files import add, keep
from app.replenishment import alerts
from app.replenishment.alerts import Snooze
from app.web import runtime
from app.workflows.company_day import today
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.watch_stock import check_levels
from tests.factories.carts import hold
from tests.web.attacks.pages import Ids

Say = Callable[[str], str]


def keep_back(session: Session, ids: Ids, category: str, say: Say) -> None:
    """Rules of a strange SKU, of its category and of a plain one; alerts of the SKUs, one of them put off."""
    rules = [
        RuleFacts(kind="reorder", units=9_000, sku=ids.sku, note=say("rule")),
        RuleFacts(kind="reorder", units=8_000, category=category),
        RuleFacts(kind="reorder", units=9_000, sku="TEA-1"),
    ]
    ids.rule, ids.category_rule, _ = add_rules(session, rules, actor=SYSTEM)
    check_levels(session)
    found = "SELECT a.id FROM stock_alerts a JOIN skus s ON s.id = a.sku_id WHERE s.code = :sku ORDER BY a.id LIMIT 1"
    ids.alert, ids.snoozed = (session.execute(text(found), {"sku": sku}).scalar_one() for sku in ("TEA-1", ids.sku))
    day = today(session)
    later = Snooze(alert_id=ids.snoozed, until=day + timedelta(days=7), reason=say("snooze"), today=day)
    alerts.snooze(session, [later], actor=SYSTEM)
    session.commit()


def hold_for(session: Session, ids: Ids, owner: str) -> None:
    ids.held = hold(session, owner, (ids.sku, 1), ("TEA-1", 1)).token or ""
    session.commit()


def export(app: Flask, session: Session, ids: Ids, say: Say) -> None:
    """One that is there, one that failed; with strange words in what was asked for and in why it failed."""
    made, failed = (
        lifecycle.begin(session, asked(kind, "csv", {"q": say(f"{kind}-export")}), rows=1, actor=SYSTEM).id
        for kind in ("products", "stock")
    )
    for id in (made, failed):
        lifecycle.move(session, id, "run")
    with app.app_context():
        file = keep(runtime.files(), b"SKU\r\nTEA-1\r\n", name="products.csv", media_type="text/csv")
    lifecycle.move(session, made, "finish", file_id=add(session, file))
    lifecycle.move(session, failed, "fail", error=say("export-error"))
    ids.exported, ids.export_failed = made, failed
    session.commit()
