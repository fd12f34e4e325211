"""Signing in and out."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import sign_in as signing_in
from app.staff.sign_in import Known
from app.web import limits, roles
from app.web.account import second_step
from app.web.account.credentials import hashable
from app.web.addresses import safe_next
from app.web.forms.account import LoginForm
from app.web.htmx import htmx_response, is_htmx
from app.web.page import page

bp = Blueprint("login", __name__)

WIPED = '"cache", "storage"'


@bp.get("/login")
def new() -> ResponseReturnValue:
    here = safe_next(request.args.get("next"))
    if roles.current_user.is_authenticated:
        return redirect(here)
    return page("account/login.html", form=LoginForm(next=here))


@bp.post("/login")
@limits.limiter.limit("10 per 15 minutes", key_func=limits.by_field("email"), deduct_when=limits.failed)
@limits.limiter.limit("100 per 15 minutes", key_func=limits.network, deduct_when=limits.failed)
def create() -> ResponseReturnValue:
    form = LoginForm()
    password = hashable(form.password.data)
    known: Known | None = None
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            known = signing_in.identify(session, form.email.data, password)
    if known is None:
        return page("account/login.html", form=form, status=422)
    return _go_on(known, keep=form.keep.data, onward=safe_next(form.next.data))


@bp.post("/logout")
def delete() -> ResponseReturnValue:
    with unit_of_work() as session:
        roles.sign_out(session)
    target = url_for(".new")
    response = htmx_response(redirect=target) if is_htmx() else redirect(target, code=303)
    response.headers["Clear-Site-Data"] = WIPED
    return response


def _go_on(known: Known, *, keep: bool, onward: str) -> ResponseReturnValue:
    if known.needs_code:
        second_step.begin(known.user_id, keep=keep, onward=onward)
        return redirect(url_for("account.code.new"), code=303)
    with unit_of_work() as session:
        roles.sign_in(session, known.user_id, keep=keep)
        signing_in.record(session, known.user_id, actor=roles.current_actor())
    return redirect(onward, code=303)
