"""Where is my order: whoever has the link sees parcels, dates and the city, and nothing that names a person."""

import re

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.uow import unit_of_work
from app.queries.tracking_page import Tracking, tracking_page
from app.web import limits, security
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.tracking.words import cards, title

bp = Blueprint("orders", __name__)

KEY = re.compile(r"[A-Za-z0-9_-]{22,64}", re.ASCII)
NO_MORE_POLLING = 286


@bp.get("/<tracking_key>")
@limits.limiter.limit("60 per minute", key_func=limits.network, deduct_when=limits.failed)
def show(tracking_key: str) -> ResponseReturnValue:
    security.hide_referrer()
    tracking = _tracking(tracking_key)
    status = NO_MORE_POLLING if tracking.is_over and wants_partial() else 200
    answer = page(
        "tracking/orders/show.html",
        partial="tracking/orders/_order.html",
        tracking=tracking,
        title=title(tracking),
        cards=cards(tracking),
        status=status,
        now=clock.now(),
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _tracking(tracking_key: str) -> Tracking:
    if not KEY.fullmatch(tracking_key):
        raise NotFound("this link is not complete or not ours: open it from the message again")
    with unit_of_work() as session:
        return tracking_page(session, tracking_key, now=clock.now())
