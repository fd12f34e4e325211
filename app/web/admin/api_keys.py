"""Keys for programs: made, shown once, revoked."""

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import api_keys, queries
from app.web.forms.people import KeyForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast

bp = Blueprint("api_keys", __name__, url_prefix="/api-keys")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        keys = queries.api_keys(session)
    return page("admin/api_keys/index.html", partial="admin/api_keys/_table.html", keys=keys)


@bp.get("/new")
def new() -> ResponseReturnValue:
    return page("admin/api_keys/new.html", partial="admin/api_keys/_form.html", form=KeyForm())


@bp.post("/")
def create() -> ResponseReturnValue:
    form, made = KeyForm(), None
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            made = api_keys.create(
                session,
                form.name.data or "",
                form.scopes.data or [],
                actor=current_actor(),
                expires_at=_end_of(form),
            )
    if form.errors or made is None:
        return page("admin/api_keys/new.html", partial="admin/api_keys/_form.html", form=form, status=422)
    return page("admin/secret.html", title=f"API key “{made.name}”", secret=made.text, back=url_for(".index"))


@bp.post("/<int:key_id>/revocation")
def create_revocation(key_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        api_keys.revoke(session, [key_id], actor=current_actor())
    toast("Revoked: programs with this key are refused from now on.")
    return redirect(url_for(".index"), code=303)


def _end_of(form: KeyForm) -> datetime | None:
    day = form.expires_on.data
    return datetime.combine(day + timedelta(days=1), time.min, UTC) if day else None
