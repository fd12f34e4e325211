"""Who buys: a list that leads to their orders."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from app.kernel import text as typed
from app.kernel.errors import Invalid
from app.kernel.uow import unit_of_work
from app.queries.customers_list import customers_list
from app.web.page import page

bp = Blueprint("customers", __name__, url_prefix="/customers")


@bp.get("/")
def index() -> ResponseReturnValue:
    sought = _sought()
    with unit_of_work() as session:
        found = customers_list(session, sought=sought, after=request.args.get("after", ""))
    return page("support/customers/index.html", partial="support/customers/_list.html", found=found, sought=sought)


def _sought() -> str:
    try:
        return typed.line(request.args.get("name", ""), field="name")
    except Invalid as error:
        abort(400, error.failures[0][1])
