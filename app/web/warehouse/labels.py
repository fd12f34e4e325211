"""Labels to be printed: of what came in, of a SKU, a lot or a numbered unit, and of bins."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.documents.labels import SHEETS, print_labels
from app.kernel import paging, text
from app.kernel.uow import unit_of_work
from app.queries import pick_queue
from app.web.forms.labels import LabelForm
from app.web.page import page
from app.web.pdf import pdf
from app.web.roles import site_scope
from app.workflows.load_labels import Source, Stack, load_labels, spread

bp = Blueprint("labels", __name__, url_prefix="/labels")
NAMES = ("sku", "lot", "site", "bin")
MOST_NUMBERS = 200


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Of what: ``?receipt=``, or ``?of=numbers`` with ``receipt`` or ``line``, or ``?sku=`` with ``lot`` or ``number``,
    or ``?site=`` with ``bin`` or ``zone``."""
    return _form(LabelForm.asked())


@bp.get("/labels.pdf")
def show_pdf() -> ResponseReturnValue:
    form = LabelForm.asked()
    with unit_of_work() as session:
        stacks = load_labels(session, _source(session))
    if form.validate():
        with form.refusals():
            labels = spread(stacks, per=form.per.data or 0, copies=form.copies.data or 1)
            sheet, skipped = SHEETS[form.sheet.data], form.skipped.data or 0
            return pdf(print_labels(labels, sheet, skipped=skipped), "labels.pdf")
    return _form(form, stacks)


def _form(form: LabelForm, stacks: list[Stack] | None = None) -> Response:
    if stacks is None:
        with unit_of_work() as session:
            stacks = load_labels(session, _source(session))
    names = (*NAMES, "zone", "number", "receipt", "line", "of")
    asked = [(name, value) for name in names for value in request.args.getlist(name)]
    shown: dict[str, Any] = {"stacks": stacks, "asked": asked, "form": form, "status": form.status}
    return page("warehouse/labels/new.html", partial="warehouse/labels/_form.html", **shown)


def _source(session: Session) -> Source:
    asked = {name: text.line(request.args.get(name, ""), field=name, most=120) for name in NAMES}
    numbers = [text.line(one, field="number", most=120) for one in request.args.getlist("number")[:MOST_NUMBERS]]
    return Source(
        site_ids=[place.id for place in pick_queue.places(session, site_scope())],
        receipt_id=paging.position(request.args.get("receipt")),
        line_id=paging.position(request.args.get("line")),
        by_number=request.args.get("of") == "numbers",
        zone=text.line(request.args["zone"], field="zone", most=24) if "zone" in request.args else None,
        numbers=tuple(dict.fromkeys(one for one in numbers if one)),
        **asked,
    )
