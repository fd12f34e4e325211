"""What became of a transfer, seen from where it goes: scanned as it comes in, more than was sent, or lost."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel.uow import run, unit_of_work
from app.queries.transfer_page import on_its_way
from app.web.forms.transfers import GoodsForm, LossForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.web.warehouse import ways
from app.web.warehouse.saying import error, ok, units_in_words
from app.web.warehouse.transfers import station
from app.workflows.read_unit import read_at_site
from app.workflows.receive_transfers import lose_transfers, receive_transfers
from app.workflows.spread_transfers import Arrival, Loss

bp = Blueprint("arrivals", __name__, url_prefix="/transfers/<number>")


@bp.post("/arrivals")
def create_arrival(number: str) -> ResponseReturnValue:
    """A unit by its code, or so many as typed; ``found`` books what is more than was sent as found."""
    form, said = GoodsForm(), ""
    if form.submitted():
        with form.refusals():
            said = run(lambda session: _receive(session, number, form))
    if form.errors:
        return station(number, error(form), surplus=form if form.found.errors else None, typed=form)
    if not wants_partial():
        return redirect(url_for("warehouse.transfers.show", number=number), code=303)
    return station(number, ok(said))


@bp.get("/losses/new")
def new_loss(number: str) -> ResponseReturnValue:
    sku = request.args.get("sku", "")
    return _loss_page(number, LossForm(formdata=None, code=sku))


@bp.post("/losses")
def create_loss(number: str) -> ResponseReturnValue:
    form = LossForm()
    with unit_of_work() as session:
        form.offer(ways.from_end(session, number).transfer.lines)
    if form.submitted():
        with form.refusals():
            run(lambda session: _lose(session, number, form))
    if form.errors:
        return _loss_page(number, form)
    toast("Written off: who and why stand in the transfer's history.", tone="warn")
    return redirect(url_for("warehouse.transfers.show", number=number), code=303)


def _receive(session: Session, number: str, form: GoodsForm) -> str:
    way = ways.from_end(session, number)
    code, end, likely = form.code.data or "", way.transfer.to_site_id, {line.sku for line in way.transfer.lines}
    unit, _ = read_at_site(session, code, site_id=end, skus=likely, on_the_way_first=True)
    numbers = form.listed or ((unit.serial,) if unit.serial else ())
    arrival = Arrival(
        transfer_id=way.transfer.id,
        sku=unit.sku,
        quantity=len(numbers) or form.quantity.data or 1,
        lot=form.lot.data or ("" if numbers else unit.lot),
        serials=numbers,
        is_surplus=bool(form.found.data),
        scan=form.scan_id,
    )
    receive_transfers(session, [arrival], actor=current_actor())
    return f"{units_in_words(arrival.sku, arrival.quantity, lot=arrival.lot, serials=numbers)} arrived"


def _lose(session: Session, number: str, form: LossForm) -> None:
    way = ways.from_end(session, number)
    numbers = tuple(form.numbers.data or ())
    loss = Loss(
        transfer_id=way.transfer.id,
        sku=form.code.data or "",
        quantity=len(numbers) or form.quantity.data or 0,
        reason=form.reason.data or "",
        lot=form.lot.data or "",
        serials=numbers,
        scan=form.scan_id,
    )
    lose_transfers(session, [loss], actor=current_actor())


def _loss_page(number: str, form: LossForm) -> Response:
    with unit_of_work() as session:
        way = ways.from_end(session, number)
    lines = way.transfer.lines
    line = next((each for each in lines if each.sku == form.code.data), lines[0] if lines else None)
    left = on_its_way(lines, line.sku) if line else 0
    form.offer(lines)
    if form.quantity.data is None and not form.errors:
        form.quantity.data = left or None
    return page(
        "warehouse/transfers/loss.html",
        partial="warehouse/transfers/_loss.html",
        status=form.status,
        form=form,
        one=way.transfer,
        line=line,
        left=left,
    )
