"""Recalling a lot: what it is in, who got it; freezing it, writing to customers, a file of the orders."""

import csv
from io import StringIO
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock
from app.kernel.csv_cells import defused
from app.kernel.text import counted
from app.kernel.uow import run, unit_of_work
from app.queries import actors, lot_notices, lot_trace
from app.web.forms.lots import FreezeForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.runtime import config
from app.web.support.stock_words import why
from app.web.toasts import toast
from app.workflows.recall_lots import freeze_lots, unfreeze_lots
from app.workflows.recall_notices import draft_notices, send_notices

bp = Blueprint("lots", __name__, url_prefix="/lots/<int(max=999999999999):lot_id>")
COLUMNS = ("number", "name", "email", "phone", "city", "country", "shipped", "picked", "shipped_at")


@bp.get("/")
def show(lot_id: int) -> ResponseReturnValue:
    return _recall(lot_id, FreezeForm())


@bp.post("/freeze")
def create_freeze(lot_id: int) -> ResponseReturnValue:
    form = FreezeForm()
    if form.submitted():
        with form.refusals():
            reason, actor = form.reason.data, current_actor()
            units = run(lambda session: freeze_lots(session, [lot_id], reason=reason, actor=actor))
            toast(f"Frozen. {counted(units, 'unit')} went into quarantine; promises of them were routed again.")
    return _recall(lot_id, form) if form.errors else _done(lot_id)


@bp.post("/freeze/removal")
def create_freeze_removal(lot_id: int) -> ResponseReturnValue:
    run(lambda session: unfreeze_lots(session, [lot_id], actor=current_actor()))
    toast("The lot may be sold again. Units in quarantine stay there until they are released.")
    return _done(lot_id)


@bp.post("/notices")
def create_notices(lot_id: int) -> ResponseReturnValue:
    form = FreezeForm(formdata=None)
    with form.refusals(), unit_of_work() as session:
        count = draft_notices(session, lot_id, sender=config().mails_from, actor=current_actor())
        toast(f"Letters drafted: {count:,}. Read them before they go out.")
    return _recall(lot_id, form, status=422) if form.form_errors else _done(lot_id)


@bp.post("/notices/sending")
def create_sending(lot_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        count = send_notices(session, lot_id)
    toast(f"Letters on their way: {count:,}." if count else "No draft was left to be sent.")
    return _done(lot_id)


@bp.get("/orders.csv")
def export(lot_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        lot = lot_trace.head(session, lot_id)
        rows = lot_trace.affected(session, lot_id)
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow(("order", *COLUMNS[1:]))
    writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
    response = Response(target.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"lot-{lot.id}-orders.csv")
    return response


def _cell(value: Any) -> Any:
    return "" if value is None else value if isinstance(value, int) else defused(str(value))


def _recall(lot_id: int, form: FreezeForm, *, status: int | None = None) -> Response:
    with unit_of_work() as session:
        found = lot_trace.trace(session, lot_id)
        names = actors.names(session, {row.actor for row in found.receipts} | {found.head.frozen_by})
        notices = lot_notices.notices(session, lot_id)
    shown: dict[str, Any] = {"trace": found, "names": names, "why": why, "today": clock.now().date()}
    return page("admin/lots/show.html", form=form, notices=notices, status=status or form.status, **shown)


def _done(lot_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", lot_id=lot_id), code=303)
