"""What a person says about themselves."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import users
from app.web import theme
from app.web.forms.account import ProfileForm, ThemeForm
from app.web.page import page
from app.web.roles import current_user
from app.web.toasts import toast

bp = Blueprint("profile", __name__)


@bp.get("/")
def show() -> ResponseReturnValue:
    return _page(ProfileForm(obj=current_user))


@bp.post("/")
def update() -> ResponseReturnValue:
    form = ProfileForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            users.change_profile(
                session,
                current_user.id,
                name=form.name.data or "",
                time_zone=form.time_zone.data,
                has_shortcuts=form.has_shortcuts.data,
            )
    if form.errors:
        return _page(form)
    toast("Saved.")
    return redirect(url_for(".show"), code=303)


def _page(form: ProfileForm) -> ResponseReturnValue:
    themes = ThemeForm(theme=theme.chosen())
    return page(
        "account/profile.html", partial="account/_profile_form.html", form=form, themes=themes, status=form.status
    )
