"""Stock, SKUs and sites by program: read only."""

from typing import Annotated, Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.kernel import uow
from app.queries import stock_feed
from app.queries.stock_feed import StockQuery
from app.web.api import stock_answers
from app.web.api.access import requires
from app.web.api.fields import PRINTABLE
from app.web.api.idempotency import reply
from app.web.api.requests import query_of
from app.web.links import absolute

bp = Blueprint("stock", __name__)

Code = Annotated[str, Field(pattern=PRINTABLE, max_length=100)]


class PageQuery(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, Field(max_length=600)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class SkuListQuery(PageQuery):
    category: Code = ""


class StockListQuery(PageQuery):
    sku: Code = ""
    site: Code = ""
    changed_since: AwareDatetime | None = None


@bp.get("/stock")
@requires("stock:read")
def index() -> ResponseReturnValue:
    query = query_of(StockListQuery)
    asked = StockQuery(sku=query.sku, site=query.site, changed_since=query.changed_since)
    with uow.unit_of_work() as session:
        found = stock_feed.stock(session, asked, after=query.after, limit=query.limit)
    listed = [stock_answers.level(row) for row in found.rows]
    answer = stock_answers.StockList(stock=listed, next=_next("api.stock.index", query, found.following))
    return reply(200, answer.model_dump_json())


@bp.get("/skus")
@requires("stock:read")
def skus() -> ResponseReturnValue:
    query = query_of(SkuListQuery)
    with uow.unit_of_work() as session:
        found = stock_feed.skus(session, category=query.category, after=query.after, limit=query.limit)
    listed = [stock_answers.sku(row) for row in found.rows]
    answer = stock_answers.SkuList(skus=listed, next=_next("api.stock.skus", query, found.following))
    return reply(200, answer.model_dump_json())


@bp.get("/skus/<path:code>")
@requires("stock:read")
def show_sku(code: str) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        found = stock_feed.sku(session, code)
    return reply(200, stock_answers.sku(found).model_dump_json())


@bp.get("/sites")
@requires("stock:read")
def sites() -> ResponseReturnValue:
    query = query_of(PageQuery)
    with uow.unit_of_work() as session:
        found = stock_feed.sites(session, after=query.after, limit=query.limit)
    listed = [stock_answers.site(row) for row in found.rows]
    answer = stock_answers.SiteList(sites=listed, next=_next("api.stock.sites", query, found.following))
    return reply(200, answer.model_dump_json())


@bp.get("/sites/<code>")
@requires("stock:read")
def show_site(code: str) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        found = stock_feed.site(session, code)
    return reply(200, stock_answers.site(found).model_dump_json())


def _next(endpoint: str, query: PageQuery, following: str | None) -> str | None:
    kept: dict[str, Any] = query.model_dump(mode="json", exclude_defaults=True)
    return absolute(endpoint, **{**kept, "after": following}) if following else None
