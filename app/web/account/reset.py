"""A forgotten password: the answer is the same whether or not we know the address."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import resets
from app.web import limits, security
from app.web.account.credentials import hashable
from app.web.forms.account import NewPasswordForm, ResetRequestForm
from app.web.page import page
from app.web.runtime import keys
from app.web.toasts import toast

bp = Blueprint("reset", __name__, url_prefix="/password-reset")


@bp.get("/")
def new() -> ResponseReturnValue:
    return page("account/reset.html", form=ResetRequestForm(), is_sent=False)


@bp.post("/")
@limits.limiter.limit("10 per hour", key_func=limits.network)
def create() -> ResponseReturnValue:
    form = ResetRequestForm()
    if not form.submitted():
        return page("account/reset.html", form=form, is_sent=False, status=422)
    with unit_of_work() as session:
        resets.request(session, form.email.data)
    return page("account/reset.html", form=form, is_sent=True)


@bp.get("/<token>")
def edit(token: str) -> ResponseReturnValue:
    security.hide_referrer()
    with unit_of_work() as session:
        resets.check(session, token, keys=keys())
    return page("account/new_password.html", form=NewPasswordForm(), token=token)


@bp.post("/<token>")
@limits.limiter.limit("20 per hour", key_func=limits.network)
def update(token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    password = hashable(form.password.data)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            resets.use(session, token, password, keys=keys())
    if form.errors:
        return page("account/new_password.html", form=form, token=token, status=422)
    toast("Your password is changed. Sign in with the new one.")
    return redirect(url_for("account.login.new"), code=303)
