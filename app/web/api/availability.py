"""What can be promised when, by program."""

from typing import Annotated

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from app.kernel import clock, uow
from app.kernel.text import LARGEST_QUANTITY
from app.queries import atp_page
from app.queries.atp_page import Asked, AtpPage, Coming, Week
from app.web import runtime
from app.web.api.access import requires
from app.web.api.answers import AvailabilityAnswer, SupplyAnswer, WeekAnswer
from app.web.api.fields import PRINTABLE
from app.web.api.idempotency import reply
from app.web.api.requests import query_of

bp = Blueprint("availability", __name__, url_prefix="/skus")


class AvailabilityQuery(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: Annotated[str, Field(pattern=PRINTABLE, max_length=80)] = ""
    quantity: Annotated[int | None, Field(ge=1, le=LARGEST_QUANTITY)] = None


@bp.get("/<path:code>/availability")
@requires("stock:read")
def show(code: str) -> ResponseReturnValue:
    asked = Asked(
        now=clock.now(), horizon_days=runtime.config().horizon_days, **query_of(AvailabilityQuery).model_dump()
    )
    with uow.unit_of_work() as session:
        found = atp_page.atp_page(session, code, asked)
    return reply(200, _printed(found).model_dump_json())


def _printed(found: AtpPage) -> AvailabilityAnswer:
    answer = found.answer
    return AvailabilityAnswer(
        sku=found.code,
        site=found.site or None,
        today=found.today.isoformat(),
        until=found.ends_on.isoformat(),
        here=found.here,
        waiting=found.waiting,
        pegged=found.pegged,
        quantity=answer.quantity if answer else None,
        available_on=answer.on.isoformat() if answer and answer.on else None,
        rests_on=[_supply(one) for one in answer.rests_on] if answer else [],
        overdue=[_supply(one) for one in found.overdue],
        weeks=[_week(week) for week in found.weeks],
    )


def _supply(one: Coming) -> SupplyAnswer:
    return SupplyAnswer(
        name=one.name,
        site=one.site,
        quantity=one.quantity,
        pegged=one.pegged,
        expected_on=one.expected_on.isoformat(),
    )


def _week(week: Week) -> WeekAnswer:
    one = week.period
    return WeekAnswer(
        starts_on=one.starts_on.isoformat(),
        supply=one.supply,
        demand=one.demand,
        on_hand=one.projected,
        period_atp=one.atp,
        cumulative_atp=one.cumulative,
        coming=[_supply(each) for each in week.coming],
    )
