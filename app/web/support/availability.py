"""When could I have 40 of these: what can be promised, week by week, and the answer to one question."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inventory import sites
from app.kernel import clock
from app.kernel.uow import unit_of_work
from app.queries import atp_page
from app.queries.atp_page import Asked
from app.web import runtime
from app.web.forms.availability import AvailabilityForm
from app.web.forms.base import choices
from app.web.page import page

bp = Blueprint("availability", __name__, url_prefix="/skus")


@bp.get("/<path:code>/availability")
def show(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        shown = read(session, code)
    status = shown["atp_form"].status
    return page("support/skus/availability.html", partial="support/skus/_atp.html", status=status, **shown)


def read(session: Session, code: str) -> dict[str, Any]:
    """What ``support/skus/_atp.html`` needs, on whichever page it stands. Raises NotFound."""
    form = AvailabilityForm(formdata=request.args)
    open_sites = ((site.code, f"{site.code}, {site.name}") for site in sites.active(session))
    form.site.choices = choices(("", "Any site"), *open_sites)
    horizon = runtime.config().horizon_days
    found = atp_page.atp_page(session, code, Asked(now=clock.now(), horizon_days=horizon, **form.asked()))
    return {"atp": found, "atp_form": form}
