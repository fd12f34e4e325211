"""Finding one's order without the link: number and e-mail must both fit, and the refusal does not say which did not."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.crypto import hash_token
from app.kernel.uow import unit_of_work
from app.queries.tracking_page import find_key
from app.web import limits
from app.web.forms.tracking import LookupForm
from app.web.page import page

bp = Blueprint("lookup", __name__)


def _sought_order() -> str:
    """Counts tries for one order, from wherever they come."""
    return "order:" + hash_token(request.form.get("number", "").strip().upper()).hex()[:16]


@bp.get("/")
def new() -> ResponseReturnValue:
    return page("tracking/lookup/new.html", partial="tracking/lookup/_form.html", form=LookupForm(), is_missed=False)


@bp.post("/")
@limits.limiter.limit("5 per minute", key_func=limits.network)
@limits.limiter.limit("20 per day", key_func=_sought_order)
def create() -> ResponseReturnValue:
    form = LookupForm()
    key = None
    if form.submitted():
        with unit_of_work() as session:
            key = find_key(session, form.number.data or "", form.email.data or "")
    if key is None:
        return _missed(form)
    return redirect(url_for("tracking.orders.show", tracking_key=key), code=303)


def _missed(form: LookupForm) -> ResponseReturnValue:
    partial = "tracking/lookup/_form.html"
    return page("tracking/lookup/new.html", partial=partial, form=form, is_missed=not form.errors, status=422)
