"""What the small demo company has bought beside the orders of app/workflows/demo/buying.py."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.files import FileStore, add, keep
from app.workflows.change_purchase_orders import NewDay, change_dates
from app.workflows.mail_purchase_orders import Printed, mail_purchase_orders
from app.workflows.purchase_papers import load_papers, print_paper
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


def mail_one(session: Session, files: FileStore) -> None:
    """The order that is announced went to its supplier by mail, whose server did not take it."""
    [paper] = load_papers(session, [session.execute(text(ANNOUNCED)).scalar_one()])
    file = keep(files, print_paper(paper, files), name=f"{paper.paper.number}.pdf", media_type="application/pdf")
    printed = Printed(paper=paper, file_id=add(session, file), seen=0)
    mail_purchase_orders(session, [printed], sender="orders@northwold.example", actor=SYSTEM)
    session.execute(text(REFUSED))


def _sent(session: Session, supplier: str, site: str, lines: Sequence[DraftLine]) -> str:
    draft = Draft(supplier=supplier, site=site, lines=tuple(lines))
    [number] = write_drafts(session, [draft], actor=SYSTEM).values()
    send(session, [number], actor=SYSTEM)
    return number


def _line(sku: str, units: int, day: date) -> DraftLine:
    return DraftLine(sku=sku, quantity=units, unit_cost_minor=1_250, expected_on=day)


def _in_days(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


ANNOUNCED = """
SELECT min(o.number) FROM purchase_orders o JOIN sites t ON t.id = o.site_id
 WHERE t.code = 'CMH1' AND o.state = 'sent' AND EXISTS (SELECT FROM advices a WHERE a.purchase_order_id = o.id)
"""
REFUSED = """
UPDATE messages SET state = 'refused', last_error = 'the mail server answered 550: no such mailbox'
 WHERE kind = 'purchase_order'
"""
LACKING = """
SELECT l.sku_code AS sku, 'CMH1' AS site FROM order_lines l JOIN orders o ON o.id = l.order_id
 WHERE l.backordered > 0 AND o.fulfilment_status = 'backordered' ORDER BY o.number, l.position LIMIT 1
"""
RUNS_LOW = """
SELECT a.id, s.code AS sku, w.code AS site
  FROM (SELECT id, sku_id, site_id FROM stock_alerts ORDER BY id LIMIT 12) a
  JOIN skus s ON s.id = a.sku_id JOIN sites w ON w.id = a.site_id ORDER BY w.code, a.id
"""
