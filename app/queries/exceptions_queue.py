"""Orders that wait for somebody to mend them, and what is known of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page
from app.orders.models import IntakeException, Order
from app.queries import actors

PAGE = 50
MOST_COUNTED = 999
STATES = {"open": "Open", "resolved": "Solved", "discarded": "Set aside"}

KINDS = {
    "unknown_sku": ("upc-scan", "Product"),
    "inactive_sku": ("upc-scan", "Product"),
    "no_price": ("tag", "Price"),
    "no_zone": ("signpost-split", "Zone"),
    "unreadable_address": ("geo-alt", "Address"),
}
OTHER = ("exclamation-octagon", "Order")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """``request`` is the order as it came; ``reasons`` have code, field, message and severity."""

    id: int
    state: str
    channel: str
    external_number: str | None
    import_id: int | None
    request: Mapping[str, Any]
    reasons: Sequence[Mapping[str, str]]
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    order_number: str | None

    @property
    def blocking(self) -> list[Mapping[str, str]]:
        return [reason for reason in self.reasons if reason["severity"] == "block"]

    @property
    def kind(self) -> tuple[str, str]:
        """Icon and word for the first thing that is wrong."""
        return KINDS.get(self.blocking[0]["code"], OTHER) if self.blocking else OTHER

    @property
    def title(self) -> str:
        return self.external_number or f"Exception {self.id}"

    @property
    def unknown_skus(self) -> list[str]:
        """Codes that the order names and that cannot be sold as they stand."""
        codes = {"unknown_sku", "inactive_sku", "no_price"}
        places = [int(one["field"].split(".")[1]) for one in self.blocking if one["code"] in codes]
        return list(dict.fromkeys(self.request["lines"][place]["sku"] for place in places))

    @property
    def has_address_trouble(self) -> bool:
        return any(one["code"] in {"unreadable_address", "no_zone"} for one in self.blocking)

    @property
    def placed_at(self) -> datetime | None:
        placed = self.request["placed_at"]
        return datetime.fromisoformat(placed) if placed else None

    @property
    def total_minor(self) -> int | None:
        """None where a line leaves its price to the list."""
        totals = [line["total_minor"] for line in self.request["lines"]]
        return None if None in totals else sum(totals)


def exceptions_queue(session: Session, *, state: str = "open", after: str = "") -> Page[Waiting]:
    """One page, oldest first; settled ones latest first. Raises BadCursor."""
    cursor = paging.decode(after, (int,))
    statement = _rows().where(IntakeException.state == state)
    sought = paging.seek(statement, (IntakeException.id,), cursor=cursor, limit=PAGE, descending=state != "open")
    found = [_waiting(row) for row in session.execute(sought)]
    return paging.page(found, PAGE, key=lambda one: (one.id,), cursor=cursor)


def waiting(session: Session, exception_id: int) -> tuple[Waiting, str]:
    """One of them, and who settled it. Raises NotFound."""
    row = session.execute(_rows().where(IntakeException.id == exception_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no exception {exception_id}")
    by = row.resolved_by or ""
    return _waiting(row), actors.names(session, [by])[by]


def counts(session: Session) -> dict[str, str]:
    """How many there are in each state, ``999+`` where counting on would cost."""
    return {state: _count(session, state) for state in STATES}


def open_count(session: Session) -> str:
    return _count(session, "open")


def _count(session: Session, state: str) -> str:
    capped = select(IntakeException.id).where(IntakeException.state == state).limit(MOST_COUNTED + 1).subquery()
    number = session.execute(select(func.count()).select_from(capped)).scalar_one()
    return str(number) if number <= MOST_COUNTED else f"{MOST_COUNTED}+"


def _rows() -> Select[Any]:
    return (
        select(
            IntakeException.id,
            IntakeException.state,
            Channel.name.label("channel"),
            IntakeException.external_number,
            IntakeException.import_id,
            IntakeException.request,
            IntakeException.reasons,
            IntakeException.created_at,
            IntakeException.resolved_at,
            IntakeException.resolved_by,
            Order.number.label("order_number"),
        )
        .join(Channel, Channel.id == IntakeException.channel_id)
        .outerjoin(Order, Order.id == IntakeException.order_id)
    )


def _waiting(row: Any) -> Waiting:
    return Waiting(**row._mapping)
