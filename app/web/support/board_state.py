"""The board's address read strictly: every filter stands in it, so that a link shows the same list to everybody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort
from werkzeug.datastructures import MultiDict

from app.kernel import clock
from app.kernel import text as typed
from app.kernel.errors import Invalid
from app.orders.status import FULFILMENT_STATUSES, ORDER_STATUSES, PAYMENT_STATUSES
from app.queries.board_filters import VIEWS, Filters
from app.queries.order_board import SORTS
from app.web.filters import words

WORDS = ("q", "region", "sku", "customer")
STATUSES: Mapping[str, Collection[str]] = {
    "status": ORDER_STATUSES,
    "payment": PAYMENT_STATUSES,
    "fulfilment": FULFILMENT_STATUSES,
}
LISTS: Mapping[str, Collection[str] | None] = {
    **STATUSES,
    "channel": None,
    "site": None,
}
DAYS = ("from", "to")
LABELS = {
    "q": "Search",
    "status": "Order",
    "payment": "Payment",
    "fulfilment": "Fulfilment",
    "channel": "Channel",
    "site": "Site",
    "region": "Region",
    "sku": "SKU",
    "customer": "Customer",
    "from": "From",
    "to": "To",
}
MOST_VALUES = 50
LONGEST_QUERY = 2_000


@dataclass(frozen=True, kw_only=True)
class BoardState:
    """``given`` holds the filters as they stand in the address, lists as tuples."""

    view: str
    sort: str
    after: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def filters(self, time_zone: str) -> Filters:
        """Days begin and end in the company's time zone; ``to`` is included."""
        chosen = {name: value for name, value in self.given.items() if name not in DAYS}
        since, until = self.given.get("from"), self.given.get("to")
        return Filters(
            view=self.view,
            since=_start(since, time_zone),
            until=_start(until + timedelta(days=1), time_zone) if until else None,
            **chosen,
        )

    def query(self, **changes: Any) -> str:
        """The address of another state of the board, from its first page on; None takes a filter away."""
        said = {"view": self.view, "sort": self.sort, **self.given, **changes}
        pairs = [(name, _written(value)) for name, value in said.items() if value]
        return urlencode([pair for pair in pairs if pair != ("sort", "-placed")])

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """Label, value, and the query without it."""
        return [
            (LABELS[name], _spoken(name, value), self.query(**{name: None, "after": None}))
            for name, value in self.given.items()
        ]

    def sorted_by(self, key: str) -> str:
        """The query that sorts by this column; again, and it turns round."""
        return self.query(sort=key if self.sort == f"-{key}" else f"-{key}")


def read(args: MultiDict[str, str]) -> BoardState:
    """Aborts with 400 and a sentence for whatever the board does not know."""
    try:
        given = {name: value for name, value in _given(args).items() if value}
    except Invalid as error:
        name, why = error.failures[0]
        abort(400, f"{LABELS.get(name, name)}: {why}")
    view = args.get("view") or ("all" if given else "open")
    sort = args.get("sort") or "-placed"
    if view not in VIEWS:
        abort(400, f"There is no view “{view[:40]}”: choose one of the tabs.")
    if sort.removeprefix("-") not in SORTS:
        abort(400, f"The board cannot be sorted by “{sort[:40]}”: use the heads of the columns.")
    return BoardState(view=view, sort=sort, after=args.get("after", ""), given=given)


def of_query(query: str) -> BoardState:
    """As ``read``, from the text after the question mark."""
    return read(MultiDict(parse_qsl(query[:LONGEST_QUERY])))


def _given(args: MultiDict[str, str]) -> dict[str, Any]:
    words = {name: typed.line(args.get(name, ""), field=name) for name in WORDS}
    lists = {name: _several(name, args.getlist(name), allowed) for name, allowed in LISTS.items()}
    days = {name: typed.calendar_date(args[name], field=name) for name in DAYS if args.get(name)}
    return {**words, **lists, **days}


def _several(name: str, written: list[str], allowed: Collection[str] | None) -> tuple[str, ...]:
    """``status=paid,picking`` and ``status=paid&status=picking`` mean the same."""
    values = tuple(dict.fromkeys(value for part in written for value in part.split(",") if value))
    if len(values) > MOST_VALUES:
        raise Invalid([(name, f"choose at most {MOST_VALUES}")])
    if allowed is None:
        return tuple(typed.line(value, field=name, most=80) for value in values)
    return tuple(typed.choice(value, allowed, field=name) for value in values)


def _start(day: date | None, time_zone: str) -> datetime | None:
    return clock.start_of_day(day, time_zone) if day else None


def _written(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _spoken(name: str, value: Any) -> str:
    if name in ("status", "payment", "fulfilment"):
        return ", ".join(words(one).lower() for one in value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
