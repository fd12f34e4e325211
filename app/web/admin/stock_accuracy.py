"""How far the books can be trusted, month by month."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.analytics.sparks import spark
from app.inventory import sites
from app.kernel import text
from app.kernel.uow import unit_of_work
from app.queries.stock_accuracy import Month, accuracy
from app.web import company
from app.web.page import page

bp = Blueprint("stock_accuracy", __name__, url_prefix="/stock-accuracy")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        places = {site.code: site for site in sites.all_of_them(session)}
        asked = text.choice(request.args.get("site") or "", {"", *places}, field="site")
        site_id = places[asked].id if asked else None
        months = accuracy(session, site_id=site_id, time_zone=company.current().time_zone)
    shown: dict[str, Any] = {"months": months, "sites": places.values(), "site": asked, "tiles": _tiles(months)}
    return page("admin/stock_accuracy/index.html", partial="admin/stock_accuracy/_months.html", **shown)


def _tiles(months: Any) -> list[dict[str, Any]]:
    """The newest month that has the figure, and its way there."""
    return [_tile(name, list(reversed(months)), attribute) for name, attribute in TILES.items()]


def _tile(name: str, months: list[Month], attribute: str) -> dict[str, Any]:
    known = [month for month in months if getattr(month, attribute) is not None]
    trend = [round(getattr(month, attribute) * 10_000) for month in known]
    last = known[-1] if known else None
    before = known[-2] if len(known) > 1 else None
    return {
        "name": name,
        "value": getattr(last, attribute) if last else None,
        "month": last.month if last else None,
        "before": getattr(before, attribute) if before else None,
        "spark": spark(trend),
        "is_loss": attribute == "shrinkage",
    }


TILES = {"Places right": "accuracy", "By value right": "value_accuracy", "Lost of the stock’s value": "shrinkage"}
