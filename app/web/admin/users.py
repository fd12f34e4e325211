"""People who work here: their roles, their sites, and whether they may come in."""

import secrets

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inventory import site_list
from app.kernel.uow import unit_of_work
from app.staff import queries, totp, users
from app.staff.values import NewUser
from app.web.forms.base import choices
from app.web.forms.people import NewUserForm, UserForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast

bp = Blueprint("users", __name__, url_prefix="/users")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        people = queries.people(session)
    return page("admin/users/index.html", partial="admin/users/_table.html", people=people)


@bp.get("/new")
def new() -> ResponseReturnValue:
    form = NewUserForm()
    with unit_of_work() as session:
        _offer_sites(form, session)
    return page("admin/users/new.html", partial="admin/users/_new_form.html", form=form)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = NewUserForm()
    password = _password()
    with unit_of_work() as session:
        _offer_sites(form, session)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            users.create(session, [_person(form, password)], actor=current_actor())
    if form.errors:
        return page("admin/users/new.html", partial="admin/users/_new_form.html", form=form, status=422)
    return _secret(f"The password of {form.name.data}", password)


@bp.get("/<int:user_id>")
def edit(user_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        person = queries.person(session, user_id)
        form = UserForm(role=person.role, sites=list(person.sites))
        _offer_sites(form, session)
    return page("admin/users/edit.html", partial="admin/users/_form.html", form=form, person=person)


@bp.post("/<int:user_id>")
def update(user_id: int) -> ResponseReturnValue:
    form = UserForm()
    with unit_of_work() as session:
        person = queries.person(session, user_id)
        _offer_sites(form, session)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            users.change_role(session, [user_id], form.role.data, actor=current_actor())
            users.change_sites(session, user_id, form.chosen_sites, actor=current_actor())
    if form.errors:
        return page("admin/users/edit.html", partial="admin/users/_form.html", form=form, person=person, status=422)
    toast(f"Saved. It counts from {person.name}'s next click on.")
    return redirect(url_for(".index"), code=303)


@bp.post("/<int:user_id>/disabling")
def create_disabling(user_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        person = queries.person(session, user_id)
        users.disable(session, [user_id], actor=current_actor())
    toast(f"{person.name} is signed out and cannot come in.", undo=url_for(".create_enabling", user_id=user_id))
    return redirect(url_for(".index"), code=303)


@bp.post("/<int:user_id>/enabling")
def create_enabling(user_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        person = queries.person(session, user_id)
        users.enable(session, [user_id], actor=current_actor())
    toast(f"{person.name} may sign in again.")
    return redirect(url_for(".index"), code=303)


@bp.post("/<int:user_id>/password")
def create_password(user_id: int) -> ResponseReturnValue:
    password = _password()
    with unit_of_work() as session:
        person = queries.person(session, user_id)
        users.set_password(session, user_id, password, actor=current_actor())
    return _secret(f"The new password of {person.name}", password)


@bp.post("/<int:user_id>/totp-removal")
def create_totp_removal(user_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        person = queries.person(session, user_id)
        totp.remove(session, user_id, actor=current_actor())
    toast(f"{person.name} signs in without codes from the phone.", tone="warn")
    return redirect(url_for(".edit", user_id=user_id), code=303)


def _offer_sites(form: UserForm, session: Session) -> None:
    form.sites.choices = choices(*((site.code, f"{site.code}, {site.name}") for site in site_list.listed(session)))


def _person(form: NewUserForm, password: str) -> NewUser:
    return NewUser(
        email=form.email.data or "",
        name=form.name.data or "",
        role=form.role.data,
        password=password,
        sites=form.chosen_sites,
    )


def _password() -> str:
    """Never chosen by an administrator; its owner changes it under their own account."""
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _secret(title: str, secret: str) -> ResponseReturnValue:
    return page("admin/secret.html", title=title, secret=secret, back=url_for(".index"))
