"""Effects that were given up or whose fate is unknown: why, and the two ways on."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import paging, stuck_deliveries, text
from app.kernel.errors import Invalid
from app.kernel.uow import unit_of_work
from app.web.extra_fields import reads
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast

bp = Blueprint("dead_letters", __name__, url_prefix="/dead-letters")

PAGE = 50


@bp.get("/")
def index() -> ResponseReturnValue:
    after = paging.position(request.args.get("after")) or 0
    with unit_of_work() as session:
        found = stuck_deliveries.stuck(session, after=after, limit=PAGE + 1)
        figures = stuck_deliveries.figures(session)
    shown: dict[str, Any] = {"letters": found[:PAGE], "more": len(found) > PAGE, "after": after, "figures": figures}
    return page("admin/dead_letters/index.html", partial="admin/dead_letters/_list.html", **shown)


@bp.get("/count")
def count() -> ResponseReturnValue:
    with unit_of_work() as session:
        found = len(stuck_deliveries.stuck(session, limit=100))
    return "99+" if found > 99 else str(found or "")


@bp.post("/retries")
@reads("selected", "reason")
def create_retries() -> ResponseReturnValue:
    chosen = _chosen()
    with unit_of_work() as session:
        stuck_deliveries.retry(session, chosen, actor=current_actor())
    toast(f"{len(chosen)} set going again.")
    return redirect(url_for(".index"), code=303)


@bp.post("/skips")
@reads("selected", "reason")
def create_skips() -> ResponseReturnValue:
    chosen, reason = _chosen(), text.line(request.form.get("reason", ""), field="reason", most=200)
    with unit_of_work() as session:
        stuck_deliveries.skip(session, chosen, reason, actor=current_actor())
    toast(f"{len(chosen)} skipped; the reason is kept.")
    return redirect(url_for(".index"), code=303)


def _chosen() -> list[int]:
    given = request.form.getlist("selected")
    if not given:
        raise Invalid([("selected", "choose at least one: tick the boxes in front")])
    return [text.whole_number(one, field="selected", least=1, most=2**62) for one in given]
