"""The order board and one order's page."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock
from app.kernel.uow import unit_of_work
from app.orders.holds import REASONS as HOLD_REASONS
from app.queries import order_board
from app.queries.board_filters import VIEWS
from app.queries.search import exact_order
from app.staff import saved_views
from app.web import company
from app.web.filters import words
from app.web.htmx import htmx_response, wants_partial
from app.web.page import page
from app.web.roles import current_user
from app.web.support import board_state, order_view
from app.web.support.board_state import BoardState

bp = Blueprint("orders", __name__, url_prefix="/orders")

STATUS_CHOICES = {name: [(code, words(code)) for code in statuses] for name, statuses in board_state.STATUSES.items()}
PAGE_KEY = "orders"
UNCHANGED = 204


@bp.get("/")
def index() -> ResponseReturnValue:
    state = board_state.read(request.args)
    with unit_of_work() as session:
        jump = exact_order(session, state.given["q"]) if "q" in state.given and not state.after else None
        if jump:
            return redirect(url_for(".show", number=jump))
        filters = state.filters(company.current().time_zone)
        found = order_board.order_board(session, filters, sort=state.sort, after=state.after)
        choices = order_board.choices(session)
        views = saved_views.of_page(session, PAGE_KEY, user_id=current_user.id)
    return _board(state, found=found, choices={**STATUS_CHOICES, **choices}, saved=views)


@bp.get("/views")
def index_views() -> ResponseReturnValue:
    """The tabs with their numbers, which the board does not wait for."""
    if not wants_partial():
        return redirect(url_for(".index"), code=303)
    state = board_state.read(request.args)
    with unit_of_work() as session:
        counts = order_board.tab_counts(session)
        views = saved_views.of_page(session, PAGE_KEY, user_id=current_user.id)
    return page("support/orders/_views.html", views=VIEWS, state=state, saved=views, counts=counts)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    return order_view.answer(number)


@bp.get("/<number>/timeline")
def show_timeline(number: str) -> ResponseReturnValue:
    """Polled; says nothing while nothing has happened."""
    shown = order_view.load_timeline(number)
    if wants_partial() and request.args.get("seen") == shown.stamp:
        return htmx_response("", UNCHANGED)
    return page("support/orders/timeline.html", partial="support/orders/_timeline.html", shown=shown)


def _board(state: BoardState, **context: Any) -> ResponseReturnValue:
    return page(
        "support/orders/index.html",
        partial="support/orders/_list.html",
        state=state,
        views=VIEWS,
        counts=None,
        hold_reasons=HOLD_REASONS,
        now=clock.now(),
        **context,
    )
