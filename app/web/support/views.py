"""Filters under a name: one's own, or everybody's."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import saved_views
from app.staff.saved_views import NewView
from app.web.forms.orders import ViewForm
from app.web.page import page
from app.web.roles import current_user
from app.web.support import board_state
from app.web.support.orders import PAGE_KEY
from app.web.toasts import toast

bp = Blueprint("views", __name__, url_prefix="/views")


@bp.get("/")
def new() -> ResponseReturnValue:
    return _page(ViewForm(query=_clean(request.args.get("query", ""))))


@bp.post("/")
def create() -> ResponseReturnValue:
    form = ViewForm()
    query = _clean(form.query.data or "")
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            saved_views.save(session, current_user.id, _view(form, query))
    if form.errors:
        return _page(form)
    toast("The view is kept.")
    return redirect(f"{url_for('support.orders.index')}?{query}", code=303)


@bp.post("/<int(max=999999999999):view_id>/removal")
def create_removal(view_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        saved_views.remove(session, view_id, user_id=current_user.id)
    toast("The view is gone.")
    return redirect(url_for(".new"), code=303)


def _view(form: ViewForm, query: str) -> NewView:
    return NewView(page=PAGE_KEY, name=form.name.data or "", query=query, is_shared=form.is_shared.data)


def _clean(query: str) -> str:
    """Only what the board understands is kept."""
    return board_state.of_query(query).query()


def _page(form: ViewForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        kept = saved_views.of_page(session, PAGE_KEY, user_id=current_user.id)
    state = board_state.of_query(form.query.data or "")
    return page(
        "support/views/new.html",
        partial="support/views/_form.html",
        form=form,
        saved=kept,
        state=state,
        status=form.status,
    )
