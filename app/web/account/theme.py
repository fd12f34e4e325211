"""Light or dark, for signed-in people and for strangers."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import users
from app.web import theme
from app.web.addresses import inner_path
from app.web.forms.account import ThemeForm
from app.web.htmx import htmx_response, is_htmx
from app.web.roles import current_user
from app.web.settings import YEAR_SECONDS

bp = Blueprint("theme", __name__)


@bp.post("/theme")
def update() -> ResponseReturnValue:
    form = ThemeForm()
    wish = form.theme.data if form.submitted() else "auto"
    if current_user.is_authenticated:
        with unit_of_work() as session:
            users.change_theme(session, current_user.id, wish)
    response = htmx_response(redirect=_back()) if is_htmx() else redirect(_back(), code=303)
    response.set_cookie(theme.COOKIE, wish, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
    return response


def _back() -> str:
    """The page on which the choice was made."""
    return inner_path(request.referrer or "")
