"""The six digits, asked for after the password."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import sign_in, totp
from app.web import limits, roles
from app.web.account import second_step
from app.web.forms.account import CodeForm
from app.web.page import page
from app.web.runtime import keys

bp = Blueprint("code", __name__)


def person() -> str:
    expected = second_step.expected()
    return f"code:{expected.user_id if expected else limits.network()}"


@bp.get("/code")
def new() -> ResponseReturnValue:
    if second_step.expected() is None:
        return redirect(url_for("account.login.new"))
    return page("account/code.html", form=CodeForm())


@bp.post("/code")
@limits.limiter.limit("5 per 5 minutes", key_func=person, deduct_when=limits.failed)
def create() -> ResponseReturnValue:
    form, expected = CodeForm(), second_step.expected()
    if expected is None:
        return redirect(url_for("account.login.new"), code=303)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            totp.check(session, expected.user_id, form.code.data, keys=keys())
    if form.errors:
        return page("account/code.html", form=form, status=422)
    with unit_of_work() as session:
        roles.sign_in(session, expected.user_id, keep=expected.keep)
        sign_in.record(session, expected.user_id, actor=roles.current_actor())
    return redirect(expected.onward, code=303)
