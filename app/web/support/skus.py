"""Stock: all SKUs, one of them explained number by number, and entering what was seen on the shelf."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.inventory import site_list
from app.kernel import clock, ids, paging, text
from app.kernel.uow import run, unit_of_work
from app.queries import actors, counts_under_way, sku_board, sku_explained, sku_page
from app.queries.levels_list import CONDITIONS
from app.queries.sku_explained import ROWS
from app.web.forms.base import choices
from app.web.forms.stock import StockForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.support import availability
from app.web.support.stock_words import spoken
from app.web.toasts import toast
from app.workflows.company_day import today
from app.workflows.enter_stock import enter_stock
from app.workflows.explain_offers import explain_offers

bp = Blueprint("skus", __name__, url_prefix="/skus")


@bp.get("/")
def index() -> ResponseReturnValue:
    q = text.line(request.args.get("q", ""), field="q", most=100)
    state = text.choice(request.args.get("state") or "all", sku_board.STATES, field="state")
    with unit_of_work() as session:
        found = sku_board.sku_board(session, q=q, state=state, cursor=request.args.get("after"))
    shown: dict[str, Any] = {"found": found, "q": q, "state": state, "states": sku_board.STATES}
    return page("support/skus/index.html", partial="support/skus/_list.html", **shown)


@bp.get("/<path:code>")
def show(code: str) -> ResponseReturnValue:
    before = paging.position(request.args.get("before"))
    with unit_of_work() as session:
        sku = sku_page.sku_page(session, code, before=before)
        names = actors.names(session, {movement.actor for movement in sku.movements})
        why = sku_explained.explained(session, sku.id, code, today(session))
        offers = explain_offers(session, sku.id)
        promising = {} if sku.kit else availability.read(session, code)
        counting = counts_under_way.of_sku(session, sku.id)
    shown: dict[str, Any] = {"sku": sku, "names": names, "before": before, "now": clock.now(), "spoken": spoken}
    shown |= {"why": why, "offers": offers, "counting": counting, "count_key": ids.public_token(), **promising}
    return page("support/skus/show.html", partial="support/skus/_movements.html", **shown)


@bp.get("/<path:code>/rows/<what>")
def behind(code: str, what: str) -> ResponseReturnValue:
    site = text.line(request.args.get("site", ""), field="site", most=20)
    with unit_of_work() as session:
        found = sku_explained.behind(session, code, what, site=site, cursor=request.args.get("after"))
    shown: dict[str, Any] = {"found": found, "names": ROWS, "conditions": CONDITIONS}
    return page("support/skus/behind.html", partial="support/skus/_rows.html", **shown)


@bp.get("/<path:code>/adjustments/new")
def new_adjustment(code: str) -> ResponseReturnValue:
    return _adjustment_page(code, StockForm(site=request.args.get("site")))


@bp.post("/<path:code>/adjustments")
def create_adjustment(code: str) -> ResponseReturnValue:
    form = StockForm()
    with unit_of_work() as session:
        sku_page.sku_page(session, code)
        form.site.choices = _sites(site_list.listed(session))
    if form.submitted():
        with form.refusals():
            entry = form.entry(code)
            run(lambda session: enter_stock(session, [entry], actor=current_actor()))
    if form.errors:
        return _adjustment_page(code, form)
    toast("Written down. Promises that no longer hold were routed again or wait for stock.")
    return redirect(url_for(".show", code=code), code=303)


def _adjustment_page(code: str, form: StockForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        sku = sku_page.sku_page(session, code)
        form.site.choices = _sites(site_list.listed(session))
    shown: dict[str, Any] = {"form": form, "sku": sku}
    return page("support/skus/adjust.html", partial="support/skus/_adjust_form.html", status=form.status, **shown)


def _sites(listed: Any) -> Any:
    return choices(*((site.code, f"{site.code}, {site.name}") for site in listed))
