"""What the small demo company has bought beside the orders of app/workflows/demo/buying.py."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.workflows.change_purchase_orders import NewDay, change_dates
from app.workflows.write_purchase_orders import Draft, DraftLine, send, write_drafts

SENT_AGO = timedelta(days=9)
DUE = ((4, -2), (12, 6), (40, 34))  # units, and days from today
SLIPPING, SLIPS_TO = 2, 11


def buy_what_is_lacking(session: Session) -> str:
    """What customers wait for is on its way, a little of it too late already; answers the order's number."""
    row = session.execute(text(LACKING)).one()
    lines = [_line(row.sku, units, _in_days(days)) for units, days in DUE]
    with clock.as_if(clock.now() - SENT_AGO):
        return _sent(session, "ALPINE", row.site, lines)


def slip(session: Session, number: str) -> None:
    """The supplier says that one line comes later."""
    change_dates(session, [NewDay(number=number, position=SLIPPING, expected_on=_in_days(SLIPS_TO))], actor=SYSTEM)


def buy_what_runs_low(session: Session) -> None:
    for site, rows in groupby(session.execute(text(RUNS_LOW)), key=lambda row: row.site):
        lines = [_line(row.sku, 20 + row.id % 40, _in_days(row.id % 12)) for row in rows]
        _sent(session, "NORDIC", site, lines)


def _sent(session: Session, supplier: str, site: str, lines: Sequence[DraftLine]) -> str:
    draft = Draft(supplier=supplier, site=site, lines=tuple(lines))
    [number] = write_drafts(session, [draft], actor=SYSTEM).values()
    send(session, [number], actor=SYSTEM)
    return number


def _line(sku: str, units: int, day: date) -> DraftLine:
    return DraftLine(sku=sku, quantity=units, unit_cost_minor=1_250, expected_on=day)


def _in_days(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


LACKING = """
SELECT l.sku_code AS sku, 'CMH1' AS site FROM order_lines l JOIN orders o ON o.id = l.order_id
 WHERE l.backordered > 0 AND o.fulfilment_status = 'backordered' ORDER BY o.number, l.position LIMIT 1
"""
RUNS_LOW = """
SELECT a.id, s.code AS sku, w.code AS site
  FROM (SELECT id, sku_id, site_id FROM stock_alerts ORDER BY id LIMIT 12) a
  JOIN skus s ON s.id = a.sku_id JOIN sites w ON w.id = a.site_id ORDER BY w.code, a.id
"""
