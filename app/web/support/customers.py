"""Who buys: a list that leads to their orders."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.customers import shelf_life
from app.customers.shelf_life import ShelfLife
from app.kernel import text as typed
from app.kernel.errors import Invalid
from app.kernel.uow import unit_of_work
from app.queries.customers_list import customers_list
from app.web.forms.lots import ShelfLifeForm
from app.web.page import page
from app.web.toasts import toast

bp = Blueprint("customers", __name__, url_prefix="/customers")


@bp.get("/")
def index() -> ResponseReturnValue:
    sought = _sought()
    with unit_of_work() as session:
        found = customers_list(session, sought=sought, after=request.args.get("after", ""))
    return page("support/customers/index.html", partial="support/customers/_list.html", found=found, sought=sought)


@bp.get("/<int(max=999999999999):customer_id>/shelf-life")
def edit_shelf_life(customer_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        wish = shelf_life.get(session, customer_id)
    return _shelf_life_page(wish, ShelfLifeForm(days=str(wish.days)))


@bp.post("/<int(max=999999999999):customer_id>/shelf-life")
def update_shelf_life(customer_id: int) -> ResponseReturnValue:
    form = ShelfLifeForm()
    with unit_of_work() as session:
        wish = shelf_life.get(session, customer_id)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            shelf_life.put(session, {customer_id: form.wanted})
    if form.errors:
        return _shelf_life_page(wish, form)
    toast("Saved. It counts for everything that is picked from now on.")
    return redirect(url_for(".index", name=wish.name), code=303)


def _shelf_life_page(wish: ShelfLife, form: ShelfLifeForm) -> ResponseReturnValue:
    return page(
        "support/customers/shelf_life.html",
        partial="support/customers/_shelf_life.html",
        status=form.status,
        wish=wish,
        form=form,
    )


def _sought() -> str:
    try:
        return typed.line(request.args.get("name", ""), field="name")
    except Invalid as error:
        abort(400, error.failures[0][1])
