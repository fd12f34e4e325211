"""Lots: all of them, and one traced both ways."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.kernel import clock, text
from app.kernel.uow import unit_of_work
from app.queries import actors, lot_trace, lots_board
from app.web.page import page
from app.web.support.stock_words import why

bp = Blueprint("lots", __name__, url_prefix="/lots")


@bp.get("/")
def index() -> ResponseReturnValue:
    q = text.line(request.args.get("q", ""), field="q", most=100)
    state = text.choice(request.args.get("state") or "stock", lots_board.STATES, field="state")
    within = int(
        text.choice(request.args.get("within") or "0", [str(days) for days in lots_board.SOON], field="within")
    )
    with unit_of_work() as session:
        found = lots_board.lots_board(session, q=q, state=state, within=within, cursor=request.args.get("after"))
    shown: dict[str, Any] = {"found": found, "q": q, "state": state, "within": within}
    words: dict[str, Any] = {"states": lots_board.STATES, "soon": lots_board.SOON}
    return page("support/lots/index.html", partial="support/lots/_list.html", **shown, **words)


@bp.get("/<int(max=999999999999):lot_id>")
def show(lot_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        found = lot_trace.trace(session, lot_id)
        names = actors.names(session, {row.actor for row in found.receipts} | {found.head.frozen_by})
    shown: dict[str, Any] = {"trace": found, "names": names, "why": why, "today": clock.now().date()}
    return page("support/lots/show.html", partial="support/lots/_trace.html", **shown)
