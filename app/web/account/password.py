"""Changing one's own password, which signs every other browser out."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import sign_in, users
from app.web import limits
from app.web.account.credentials import hashable
from app.web.forms.account import PasswordForm
from app.web.page import page
from app.web.roles import current_actor, current_user
from app.web.sessions import browser_session
from app.web.toasts import toast

bp = Blueprint("password", __name__, url_prefix="/password")


@bp.get("/")
def edit() -> ResponseReturnValue:
    return page("account/password.html", partial="account/_password_form.html", form=PasswordForm())


@bp.post("/")
@limits.limiter.limit("10 per 15 minutes", deduct_when=limits.failed)
def update() -> ResponseReturnValue:
    form = PasswordForm()
    current, password = hashable(form.current.data), hashable(form.password.data)
    if form.submitted():
        with form.refusals():
            _change(current, password)
    if form.errors:
        return page("account/password.html", partial="account/_password_form.html", form=form, status=422)
    toast("Your password is changed. Other browsers are signed out.")
    return redirect(url_for("account.profile.show"), code=303)


def _change(current: str, password: str) -> None:
    row = browser_session().row
    with unit_of_work() as session:
        sign_in.confirm(session, current_user.id, current)
        keep = row.id if row else None
        users.set_password(session, current_user.id, password, actor=current_actor(), keep=keep)
