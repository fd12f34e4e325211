"""Sales: one page of charts with their tables, and each of them as CSV."""

from dataclasses import replace

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.analytics.dashboard import dashboard
from app.analytics.export import sales_csv
from app.analytics.reports import books, sales
from app.channels.queries import channels
from app.kernel.uow import unit_of_work
from app.web.admin.sales_filters import Asked, asked
from app.web.page import page
from app.web.security import allow_charts

bp = Blueprint("sales", __name__, url_prefix="/sales")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        ask = asked(books(session))
        shown = dashboard(session, ask.filters, ask.period, ask.before, link=ask.orders_url)
        all_channels = channels(session)
    allow_charts()
    return page("admin/sales/index.html", ask=ask, shown=shown, channels=all_channels)


@bp.get("/<by>.csv")
def export(by: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        ask = asked(books(session))
        report = sales(session, by, replace(ask.filters, first=ask.period.first, last=ask.period.last))
    return Response(sales_csv(report), mimetype="text/csv", headers={"Content-Disposition": _attachment(by, ask)})


def _attachment(by: str, ask: Asked) -> str:
    return f'attachment; filename="sales-by-{by}-{ask.period.first}-to-{ask.period.last}.csv"'
