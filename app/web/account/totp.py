"""Six digits from a phone: set up, confirmed with the first code, removed with the password."""

import segno
from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import sign_in, totp
from app.web import company, limits
from app.web.account.credentials import hashable
from app.web.forms.account import CodeForm, ConfirmForm
from app.web.page import page
from app.web.roles import current_actor, current_user
from app.web.runtime import keys
from app.web.toasts import toast

bp = Blueprint("totp", __name__, url_prefix="/totp")


@bp.get("/")
def show() -> ResponseReturnValue:
    form = ConfirmForm() if current_user.has_totp else CodeForm()
    return _page(form)


@bp.post("/secret")
def create_secret() -> ResponseReturnValue:
    with unit_of_work() as session:
        totp.begin(session, current_user.id, keys=keys())
    return redirect(url_for(".show"), code=303)


@bp.post("/")
@limits.limiter.limit("5 per 5 minutes", deduct_when=limits.failed)
def create() -> ResponseReturnValue:
    form = CodeForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            totp.confirm(session, current_user.id, form.code.data, keys=keys(), actor=current_actor())
    if form.errors:
        return _page(form)
    toast("From now on we ask for a code when you sign in.")
    return redirect(url_for("account.profile.show"), code=303)


@bp.post("/removal")
@limits.limiter.limit("10 per 15 minutes", deduct_when=limits.failed)
def create_removal() -> ResponseReturnValue:
    form = ConfirmForm()
    password = hashable(form.current.data)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            sign_in.confirm(session, current_user.id, password)
            totp.remove(session, current_user.id, actor=current_actor())
    if form.errors:
        return _page(form)
    toast("Codes are no longer asked for.")
    return redirect(url_for("account.profile.show"), code=303)


def _page(form: CodeForm | ConfirmForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        secret = None if current_user.has_totp else totp.pending(session, current_user.id, keys=keys())
    drawing = _drawing(secret) if secret else None
    return page("account/totp.html", form=form, secret=secret, drawing=drawing, status=form.status)


def _drawing(secret: str) -> str:
    address = totp.address(secret, email=current_user.email, issuer=company.current().name)
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=2, dark="#12211f", light="#ffffff"))
