"""One site's work on one order, and the way there from a barcode."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.documents.paper import PAPERS
from app.fulfilment.states import FULFILMENT_ORDER
from app.kernel.uow import unit_of_work
from app.queries import receiving_board, work_page
from app.web.page import page
from app.web.pdf import pdf
from app.web.roles import require_site
from app.web.runtime import files
from app.workflows.load_slips import load_slips
from app.workflows.make_packing_slips import print_slips
from app.workflows.plan_picks import plan_picks

bp = Blueprint("work", __name__, url_prefix="/work")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Where a scanned or typed code leads: a pick list, a packing slip, an order, a delivery; else all it may be."""
    code = "".join(sign for sign in request.args.get("code", "") if sign.isprintable()).strip()[:80]
    number = code.upper().removeprefix("PL-")
    if code.upper().startswith("PL-") and number.isascii() and number.isdigit() and len(number) < 18:
        return redirect(url_for("warehouse.picks.show", pick_list_id=int(number)))
    with unit_of_work() as session:
        is_known = work_page.find(session, code) is not None
        purchase_order = None if is_known else receiving_board.find(session, code)
    if is_known:
        return redirect(url_for(".show", code=code.upper()))
    if purchase_order:
        return redirect(url_for("warehouse.receiving.show", number=purchase_order))
    return redirect(url_for("warehouse.look_up.show", code=code or None))


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        head = work_page.head(session, code)
        require_site(head.site_id)
        lines = work_page.lines(session, head.id)
        plans = plan_picks(session, [line.id for line in lines])
        parcels = work_page.parcels(session, head.id)
    shown: dict[str, Any] = {"head": head, "lines": lines, "plans": plans, "parcels": parcels}
    actions = FULFILMENT_ORDER.permitted(head.state)
    return page("warehouse/work/show.html", partial="warehouse/work/_work.html", actions=actions, **shown)


@bp.get("/<code>/slip.pdf")
def show_slip(code: str) -> ResponseReturnValue:
    """The packing slip as it is now; a second print is marked as a copy."""
    paper = PAPERS.get(request.args.get("paper", "a4"), PAPERS["a4"])
    with unit_of_work() as session:
        head = work_page.head(session, code)
        require_site(head.site_id)
        loaded = load_slips(session, [head.id], is_copy=head.has_slip and "copy" in request.args)
    return pdf(print_slips(loaded, files(), paper=paper), f"{head.code}.pdf")
