"""Giving serial numbers to units that came in without."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.text import counted
from app.kernel.uow import run, unit_of_work
from app.queries import pick_queue
from app.web.forms.base import choices
from app.web.forms.lots import NumbersForm
from app.web.page import page
from app.web.roles import current_actor, refuse_other_sites, site_scope
from app.web.toasts import toast
from app.workflows.number_units import Batch, number_units

bp = Blueprint("numbers", __name__, url_prefix="/numbers")
MOST_NUMBERS = 100
MOST_ENCODED = 6_000  # an address may have 8,000 characters, see web/security.py; the page of labels adds its own


@bp.get("/new")
def new() -> ResponseReturnValue:
    """``?sku=`` and ``?number=`` are what was written down just now, for which labels are offered; ``?more=`` says of
    how many numbers they are not, because no address can carry them all."""
    return _form(_with_sites(NumbersForm(site=request.args.get("site"), code=request.args.get("code"))))


@bp.post("/")
def create() -> ResponseReturnValue:
    form, sku = _with_sites(NumbersForm()), ""
    if form.submitted():
        with form.refusals():
            sku = _give(form)
            toast(f"{counted(len(form.listed), 'number')} of {sku} noted in the books.")
    if form.errors:
        return _form(form)
    carried = _carried(form.listed)
    more = len(form.listed) - len(carried) or None
    return redirect(url_for(".new", site=form.site.data, sku=sku, number=carried, more=more), code=303)


def _give(form: NumbersForm) -> str:
    place = {name: getattr(form, name).data or "" for name in ("code", "bin", "lot")}
    batch, actor = Batch(site_id=int(form.site.data), numbers=form.listed, **place), current_actor()
    return run(lambda session: number_units(session, batch, actor=actor))


def _carried(numbers: Sequence[str]) -> list[str]:
    """As many as an address can carry: beyond ASCII, each character takes up to twelve."""
    carried = list(numbers[:MOST_NUMBERS])
    while len(urlencode({"number": carried}, doseq=True)) > MOST_ENCODED:
        carried.pop()
    return carried


def _with_sites(form: NumbersForm) -> NumbersForm:
    with unit_of_work() as session:
        places = pick_queue.places(session, site_scope())
    refuse_other_sites(form.site.data, {place.id for place in places})
    form.site.choices = choices(*((str(place.id), f"{place.code} {place.name}") for place in places))
    return form


def _form(form: NumbersForm) -> Response:
    sku, numbers = request.args.get("sku", "")[:80], request.args.getlist("number")[:MOST_NUMBERS]
    labels = url_for("warehouse.labels.new", sku=sku, number=numbers) if sku and numbers else ""
    more = max(0, request.args.get("more", 0, type=int)) if labels else 0
    shown = {"form": form, "labels": labels, "count": len(numbers), "more": more}
    return page("warehouse/numbers/new.html", partial="warehouse/numbers/_form.html", status=form.status, **shown)
