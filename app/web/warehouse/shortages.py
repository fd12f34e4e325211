"""A shelf that holds less than the book says."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import run, unit_of_work
from app.queries.pick_walk import Stop
from app.web.forms.warehouse import ShortForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.web.warehouse import walks
from app.workflows.short_pick import Short, short_pick

bp = Blueprint("shortages", __name__, url_prefix="/picks")


@bp.get("/<int(max=999999999999):pick_list_id>/shortages/new")
def new(pick_list_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        spot = walks.of_person(session, pick_list_id).at(request.args.get("line", type=int))
    if spot is None:
        return redirect(url_for("warehouse.picks.show", pick_list_id=pick_list_id))
    form = ShortForm(line=spot.line_id, quantity=spot.stop.left, reason="missing")
    return _form(pick_list_id, form, spot.stop)


@bp.post("/<int(max=999999999999):pick_list_id>/shortages")
def create(pick_list_id: int) -> ResponseReturnValue:
    form = ShortForm()
    stop = _stop(pick_list_id, form)
    if stop is None:
        toast("This line is off the list: it was reported before, cancelled, or went elsewhere.", tone="warn")
        return redirect(url_for("warehouse.picks.show", pick_list_id=pick_list_id), code=303)
    if form.submitted():
        short = _short(form, stop)
        with form.refusals():
            run(lambda session: short_pick(session, [short], actor=current_actor()))
    if form.errors:
        return _form(pick_list_id, form, stop)
    toast(f"{form.quantity.data} × {stop.sku} short: we look for it elsewhere.", tone="warn")
    return redirect(url_for("warehouse.picks.show", pick_list_id=pick_list_id), code=303)


def _stop(pick_list_id: int, form: ShortForm) -> Stop | None:
    """None for a form that was sent twice: its line may be gone by then."""
    with unit_of_work() as session:
        stops = walks.of_person(session, pick_list_id).stops
    return next((stop for stop in stops if stop.line_id == form.line.data), None)


def _short(form: ShortForm, stop: Stop) -> Short:
    return Short(
        fulfilment_order_id=stop.fulfilment_order_id,
        line_id=stop.line_id,
        quantity=form.quantity.data or 0,
        reason=form.reason.data,
        client_scan_id=form.scan_id,
    )


def _form(pick_list_id: int, form: ShortForm, stop: Stop) -> Response:
    return page(
        "warehouse/picks/shortage.html",
        partial="warehouse/picks/_shortage.html",
        status=form.status,
        pick_list_id=pick_list_id,
        form=form,
        stop=stop,
    )
