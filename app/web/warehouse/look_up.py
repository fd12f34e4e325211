"""Any code that a scanner reads: what it is, where it lies, and what is promised of it; from here it is counted."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import gs1
from app.kernel.uow import run, unit_of_work
from app.queries import counts_under_way
from app.queries.look_up import Found, look_up
from app.web.forms.counting import LookedUpForm
from app.web.once import made_once
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.web.warehouse.here import here, require_own
from app.workflows.count_looked_up import count_looked_up

bp = Blueprint("look_up", __name__, url_prefix="/look-up")
LONGEST = 120


@bp.get("/")
def show() -> ResponseReturnValue:
    return _page(request.args.get("code", ""), LookedUpForm(formdata=None))


@bp.post("/counts")
def create_count() -> ResponseReturnValue:
    """Of the bin or SKU that was looked up. Whoever begins it has seen the book: see ``counting.judge``."""
    form, number = LookedUpForm(), ""
    if form.submitted():
        with form.refusals():
            [number] = run(lambda session: made_once(session, form, lambda: [_begin(session, form)]))
    if form.errors:
        return _page(form.code.data or "", form)
    toast(f"{number} has begun. Where your count differs from the books, somebody else counts again.")
    return redirect(url_for("warehouse.counts.show", number=number), code=303)


def _begin(session: Session, form: LookedUpForm) -> str:
    wanted = form.wanted()
    require_own(session, wanted.site_id)
    return count_looked_up(session, wanted, actor=current_actor())


def _page(asked: str, form: LookedUpForm) -> Response:
    scanned = asked.replace(gs1.SEPARATOR, gs1.SHOWN)
    code = "".join(sign for sign in scanned if sign.isprintable()).strip()[:LONGEST]
    with unit_of_work() as session:
        place = here(session)
        found = look_up(session, code, place.ids) if code else None
        counting = _counting(session, found, place.ids)
    shown: dict[str, Any] = {"here": place, "found": found, "counting": counting, "form": form, "status": form.status}
    return page("warehouse/look_up/show.html", partial="warehouse/look_up/_station.html", **shown)


def _counting(session: Session, found: Found | None, site_ids: list[int]) -> dict[str, dict[int, Any]]:
    """What is under way: of its bins by their id, and of the goods by site."""
    bins = counts_under_way.of_bins(session, [one.id for one in found.bins]) if found and found.bins else {}
    goods = counts_under_way.at_sites(session, found.goods.id, site_ids) if found and found.goods else {}
    return {"bins": bins, "sites": goods}
