"""The queue of orders that could not be taken as they stand."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kernel import bulk, driver
from app.kernel.actor import Actor
from app.kernel.driver import array
from app.orders.models import IntakeException
from app.orders.values import Contact, Delivered, Failure, OrderRequest, RequestedLine


@dataclass(frozen=True, kw_only=True)
class Parked:
    channel_id: int
    request: OrderRequest
    failures: tuple[Failure, ...]


def park(session: Session, parked: Sequence[Parked]) -> list[int]:
    """Keep them for mending; answers their exception ids in order. A mended one that still fails stays what it is."""
    fresh = [one for one in parked if one.request.mends is None]
    new_ids = bulk.next_ids(session, {"intake_exceptions": len(fresh)})["intake_exceptions"] if fresh else []
    bulk.insert(session, IntakeException, [_row(one, id) for one, id in zip(fresh, new_ids, strict=True)])
    _update(session, [one for one in parked if one.request.mends is not None])
    drawn = iter(new_ids)
    return [next(drawn) if one.request.mends is None else one.request.mends for one in parked]


def resolve(session: Session, resolved: Sequence[tuple[int, int]], *, actor: Actor) -> None:
    """Pairs of exception id and the order that came of it."""
    driver.write(
        session,
        "UPDATE intake_exceptions e SET state = 'resolved', order_id = v.order_id, resolved_at = now(),"
        " resolved_by = %(actor)s FROM unnest(%(ids)s::bigint[], %(orders)s::bigint[]) AS v(id, order_id)"
        " WHERE e.id = v.id",
        {
            "ids": array(id for id, _ in resolved),
            "orders": array(order for _, order in resolved),
            "actor": actor.code,
        },
    )


def open_ones(session: Session, externals: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Open exceptions by (channel id, external number)."""
    rows = bulk.pairs(
        session,
        "SELECT e.id, e.channel_id, e.external_number FROM intake_exceptions e"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS v(channel_id, external_number)"
        " USING (channel_id, external_number) WHERE e.state = 'open'",
        [channel for channel, _ in externals],
        [number for _, number in externals],
    )
    return {(row.channel_id, row.external_number): row.id for row in rows}


def to_json(request: OrderRequest) -> dict[str, Any]:
    """A request as plain values, for the erasable table."""
    plain = asdict(request)
    plain.pop("replay")
    plain.pop("mends")
    plain.pop("actor")
    plain["placed_at"] = request.placed_at.isoformat() if request.placed_at else None
    if request.history:
        plain["history"] = {name: moment.isoformat() for name, moment in vars(request.history).items()}
    return plain


def from_json(plain: dict[str, Any], *, mends: int) -> OrderRequest:
    """The request again, to be mended and placed."""
    values = dict(plain)
    values["contact"] = Contact(**values["contact"])
    values["lines"] = tuple(RequestedLine(**line) for line in values["lines"])
    values["placed_at"] = _moment(values["placed_at"])
    if values["history"]:
        values["history"] = Delivered(**{name: _moment(moment) for name, moment in values["history"].items()})
    return OrderRequest(**values, mends=mends)


def _row(one: Parked, id: int) -> dict[str, Any]:
    return {
        "id": id,
        "channel_id": one.channel_id,
        "external_number": one.request.external_number,
        "import_id": one.request.import_id,
        "request": to_json(one.request),
        "reasons": [asdict(failure) for failure in one.failures],
    }


def _update(session: Session, parked: Sequence[Parked]) -> None:
    if parked:
        driver.write(
            session,
            "UPDATE intake_exceptions e SET request = v.request::jsonb, reasons = v.reasons::jsonb"
            " FROM unnest(%(ids)s::bigint[], %(requests)s::text[], %(reasons)s::text[])"
            " AS v(id, request, reasons) WHERE e.id = v.id",
            {
                "ids": array(one.request.mends for one in parked),
                "requests": array(json.dumps(to_json(one.request)) for one in parked),
                "reasons": array(json.dumps([asdict(failure) for failure in one.failures]) for one in parked),
            },
        )


def _moment(value: str | None) -> Any:
    return datetime.fromisoformat(value) if value else None
