"""What the API offers about stock; see ``operations``."""

from app.web.api import stock_answers
from app.web.api.operations import Operation, Parameter

READING = (400, 401, 403, 404, 429)


def _page(what: str) -> tuple[Parameter, ...]:
    limits: dict[str, object] = {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}
    return (
        Parameter(name="after", where="query", description="Where the page starts: from `next` of the one before."),
        Parameter(name="limit", where="query", description=f"{what} per page.", schema=limits),
    )


def _code(what: str) -> tuple[Parameter, ...]:
    return (Parameter(name="code", where="path", description=f"Code of the {what}.", required=True),)


STOCK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listStock",
        method="get",
        path="/stock",
        summary="List stock levels",
        description="Every SKU at every site where it ever lay. Read all once; after that ask with `changed_since`, "
        "a few minutes before your last question, for those that moved.",
        scope="stock:read",
        parameters=(
            *_page("Levels"),
            Parameter(name="sku", where="query", description="Only this SKU, by code."),
            Parameter(name="site", where="query", description="Only this site, by code."),
            Parameter(
                name="changed_since",
                where="query",
                description="Only levels that moved at or after this moment, with its UTC offset.",
                schema={"type": "string", "format": "date-time"},
            ),
        ),
        answers={200: stock_answers.StockList},
        problems=READING,
    ),
    Operation(
        id="listSkus",
        method="get",
        path="/skus",
        summary="List SKUs",
        description="In the order in which they were added.",
        scope="stock:read",
        parameters=(*_page("SKUs"), Parameter(name="category", where="query", description="Only this category.")),
        answers={200: stock_answers.SkuList},
        problems=READING,
    ),
    Operation(
        id="getSku",
        method="get",
        path="/skus/{code}",
        summary="Read a SKU",
        description="With its stock at all sites together.",
        scope="stock:read",
        parameters=_code("SKU"),
        answers={200: stock_answers.SkuAnswer},
        problems=READING,
    ),
    Operation(
        id="listSites",
        method="get",
        path="/sites",
        summary="List sites",
        description="Closed ones too.",
        scope="stock:read",
        parameters=_page("Sites"),
        answers={200: stock_answers.SiteList},
        problems=READING,
    ),
    Operation(
        id="getSite",
        method="get",
        path="/sites/{code}",
        summary="Read a site",
        description="Where it is, and until when orders leave on the same day.",
        scope="stock:read",
        parameters=_code("site"),
        answers={200: stock_answers.SiteAnswer},
        problems=READING,
    ),
)
