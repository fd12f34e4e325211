"""The receiving dock: what is awaited, and the order whose goods stand at the door."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inventory.values import GOOD
from app.kernel import text
from app.kernel.uow import run, unit_of_work
from app.queries import actors, purchase_page, receiving_board
from app.queries.purchase_page import Head, Line
from app.queries.receiving_board import WHEN
from app.web.forms.receiving import NUMBER, ReceiveForm, UndoForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_actor, require_site
from app.web.toasts import toast
from app.web.warehouse import receiving_scans
from app.web.warehouse.here import here
from app.web.warehouse.receiving_scans import Task
from app.web.warehouse.saying import READY, Saying, error
from app.workflows.receive_goods import CONDITIONS
from app.workflows.undo_receipts import take_back

bp = Blueprint("receiving", __name__, url_prefix="/receiving")
LATEST = 8
KEPT = ("lot", "expires_on", "bin", "condition")


@bp.get("/")
def index() -> ResponseReturnValue:
    """``?code=`` is a scanned order number, or a supplier's number of a shipment."""
    code = text.line(request.args.get("code", ""), field="code", most=80)
    with unit_of_work() as session:
        place = here(session)
        found = receiving_board.find(session, code) if code else None
        rows = receiving_board.awaited(session, place.ids)
    if found:
        return redirect(url_for(".show", number=found))
    if code:
        toast(f"No order or shipment is called “{code}”: scan the number on its papers.", tone="stop")
    shown: dict[str, Any] = {"here": place, "rows": rows, "when": WHEN}
    return page("warehouse/receiving/index.html", partial="warehouse/receiving/_list.html", **shown)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    asked = {name: text.line(request.args.get(name, ""), field=name, most=60) for name in KEPT}
    condition = asked["condition"] if asked["condition"] in CONDITIONS else GOOD
    asks = NUMBER if request.args.get("asks") == NUMBER else ""
    line_id = request.args.get("line", type=int)
    lot, day, bin_ = asked["lot"], asked["expires_on"], asked["bin"]
    task = Task(line_id=line_id, lot=lot, expires_on=day, bin=bin_, condition=condition, asks=asks)
    return _station(number, READY, task)


@bp.post("/<number>/units")
def create_units(number: str) -> ResponseReturnValue:
    """One unit by its code, or as many as typed of the line that is shown."""
    form, saying = ReceiveForm(), None
    task = receiving_scans.task_of(form)
    with unit_of_work() as session:
        head, lines = _awaited(session, number)
    if form.submitted():
        with form.refusals():
            task, item = run(lambda own: receiving_scans.read(own, head, lines, form))
            got = run(lambda own: receiving_scans.take_in(own, head, task, item, form))
            saying = receiving_scans.said_of(task, got)
    if saying is None or form.errors:
        return _station(number, error(form), receiving_scans.after_refusal(task, form), refused=form)
    stays = wants_partial() or task.doubted
    return _station(number, saying, task) if stays else redirect(_after(number, task), code=303)


@bp.post("/<number>/undoings")
def create_undoing(number: str) -> ResponseReturnValue:
    form = UndoForm()
    with unit_of_work() as session:
        _head(session, number)
    if form.submitted() and (receipt_id := form.receipt_id.data):
        run(lambda session: take_back(session, number, receipt_id, actor=current_actor()))
        toast("Taken back: the units are off the stock, and awaited again.")
    return redirect(url_for(".show", number=number), code=303)


def _head(session: Session, number: str) -> Head:
    head = purchase_page.head(session, number)
    require_site(head.site_id)
    return head


def _awaited(session: Session, number: str) -> tuple[Head, list[Line]]:
    head = _head(session, number)
    return head, purchase_page.lines(session, head.id)


def _after(number: str, task: Task) -> str:
    """Where the station stands when a scan was counted."""
    kept = {name: getattr(task, name) or None for name in KEPT if getattr(task, name) != GOOD}
    return url_for(".show", number=number, line=task.line_id, asks=task.asks or None, **kept)


def _station(number: str, saying: Saying, task: Task, *, refused: ReceiveForm | None = None) -> Response:
    with unit_of_work() as session:
        head, lines = _awaited(session, number)
        latest = purchase_page.receipts(session, head.id, most=LATEST)
        shown: dict[str, Any] = {
            "head": head,
            "lines": lines,
            "line": next((one for one in lines if one.id == task.line_id), None),
            "latest": latest,
            "advices": purchase_page.advice_lines(session, head.id),
            "conditions": CONDITIONS,
            "may_be_right": receiving_scans.may_be_right(session, task),
            "people": actors.names(session, {one.actor for one in latest}),
        }
    form = ReceiveForm(formdata=None, lot=task.lot, expires_on=task.expires_on, bin=task.bin, serials=task.typed)
    form.show_refusals(refused)
    form.serials.errors = [saying.word] if task.typed else form.serials.errors
    return page(
        "warehouse/receiving/show.html",
        partial="warehouse/receiving/_station.html",
        status=saying.status,
        saying=saying,
        task=task,
        form=form,
        **shown,
    )
