"""Stock levels: every SKU at every site, number by number."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.inventory import site_list
from app.kernel import text
from app.kernel.uow import unit_of_work
from app.queries import levels_list, stock_rules
from app.queries.levels_list import CONDITIONS, FILTERS, STATES
from app.web.page import page

bp = Blueprint("levels", __name__, url_prefix="/levels")


@bp.get("/")
def index() -> ResponseReturnValue:
    asked = {name: text.line(request.args.get(name, ""), field=name, most=100) for name in FILTERS}
    asked["state"] = text.choice(asked["state"] or "all", STATES, field="state")
    text.choice(asked["condition"], ["", *CONDITIONS], field="condition")
    with unit_of_work() as session:
        found = levels_list.levels_list(session, asked, cursor=request.args.get("after"))
        sites, categories = site_list.listed(session), stock_rules.categories(session)
    shown: dict[str, Any] = {"found": found, "asked": asked, "sites": sites, "categories": categories}
    return page(
        "admin/levels/index.html",
        partial="admin/levels/_list.html",
        **{**shown, "states": STATES, "conditions": CONDITIONS},
    )
