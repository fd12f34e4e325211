"""How a product is kept: by lot or number, which units leave first, what one costs."""

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import keeping, products
from app.kernel.uow import unit_of_work
from app.web import company
from app.web.forms.lots import KeepingForm
from app.web.page import page
from app.web.toasts import toast
from app.workflows.keep_goods import keep_goods

bp = Blueprint("keeping", __name__, url_prefix="/products/<path:code>/keeping")


@bp.get("")
def edit(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        now = keeping.get(session, code)
    return _form(code, KeepingForm.of(now, company.current().currency))


@bp.post("")
def update(code: str) -> ResponseReturnValue:
    form = KeepingForm()
    with unit_of_work() as session:
        keeping.get(session, code)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            keep_goods(session, code, form.keeping(company.current().currency))
    if form.errors:
        return _form(code, form)
    toast("Saved. It counts for everything that is picked from now on.")
    return redirect(url_for("admin.products.edit", code=code), code=303)


def _form(code: str, form: KeepingForm) -> Response:
    with unit_of_work() as session:
        product = products.get(session, code)
    return page(
        "admin/products/keeping.html",
        partial="admin/products/_keeping.html",
        status=form.status,
        product=product,
        form=form,
        currency=company.current().currency,
    )
