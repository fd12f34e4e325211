"""Orders that could not be taken as they stood are mended by a person and placed, or set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue.aliases import refuse_unknown, remember
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound, Outrun
from app.orders import exceptions, keys
from app.orders.values import Contact, OrderRequest, Placement
from app.workflows.place_orders import place_orders

ADDRESS = ("name", "street", "city", "region", "postal_code", "country")
MOST_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Mend:
    """``address`` fields replace the order's; ``skus`` maps what the order names to what we call it.

    ``remember`` keeps these names for the channel's later orders.
    """

    exception_id: int
    address: Mapping[str, str] = field(default_factory=dict)
    skus: Mapping[str, str] = field(default_factory=dict)
    remember: bool = False


def mend_exceptions(session: Session, mends: Sequence[Mend], *, actor: Actor) -> list[Placement]:
    """Place each order as it stands after mending; one that still breaks a rule stays in the queue with new reasons."""
    opened = _open(session, [mend.exception_id for mend in mends])
    refuse_unknown(session, {code for mend in mends for code in mend.skus.values()})
    names = {
        (opened[mend.exception_id].channel_id, alias): code
        for mend in mends
        if mend.remember
        for alias, code in mend.skus.items()
    }
    if names:
        remember(session, names)
    requests = [_mended(opened[mend.exception_id].request, mend) for mend in mends]
    placements = place_orders(session, requests, actor=actor)
    taken_before = [
        (mend.exception_id, placement.order_id)
        for mend, placement in zip(mends, placements, strict=True)
        if placement.order_id is not None and placement.duplicate
    ]
    exceptions.resolve(session, taken_before, actor=actor)
    return placements


def retry_exceptions(session: Session, *, after: int, actor: Actor) -> tuple[int, int | None]:
    """Try the next open ones again as they stand; answers how many became orders, and where to go on."""
    ids = session.execute(
        text("SELECT id FROM intake_exceptions WHERE state = 'open' AND id > :after ORDER BY id LIMIT :most"),
        {"after": after, "most": MOST_AT_ONCE},
    ).scalars()
    mends = [Mend(exception_id=id) for id in ids]
    if not mends:
        return 0, None
    placements = mend_exceptions(session, mends, actor=actor)
    return sum(one.order_id is not None for one in placements), mends[-1].exception_id


def set_aside(session: Session, exception_ids: Sequence[int], *, actor: Actor) -> None:
    """Nothing will come of these orders. The channel may send them again."""
    opened = _open(session, exception_ids)
    session.execute(
        text(
            "UPDATE intake_exceptions SET state = 'discarded', resolved_at = now(), resolved_by = :actor"
            " WHERE id = ANY(CAST(:ids AS bigint[]))"
        ),
        {"ids": list(opened), "actor": actor.code},
    )
    named = [(one.channel_id, one.request.external_number) for one in opened.values()]
    keys.give_up(session, [keys.external(channel, number) for channel, number in named if number])
    keys.give_up_parked(session, list(opened))


@dataclass(frozen=True, kw_only=True)
class _Opened:
    channel_id: int
    request: OrderRequest


def _open(session: Session, exception_ids: Sequence[int]) -> dict[int, _Opened]:
    rows = session.execute(
        text(
            "SELECT id, channel_id, request FROM intake_exceptions WHERE id = ANY(CAST(:ids AS bigint[]))"
            " AND state = 'open' ORDER BY id FOR UPDATE"
        ),
        {"ids": list(exception_ids)},
    )
    found = {
        row.id: _Opened(channel_id=row.channel_id, request=exceptions.from_json(row.request, mends=row.id))
        for row in rows
    }
    if len(found) < len(set(exception_ids)):
        known = session.execute(text(KNOWN), {"ids": list(exception_ids)}).scalar_one()
        if known < len(set(exception_ids)):
            raise NotFound("there is no such exception: look at the queue again")
        raise Outrun("somebody has settled this exception meanwhile: look at the queue again")
    return found


def _mended(request: OrderRequest, mend: Mend) -> OrderRequest:
    unknown = sorted(set(mend.address) - set(ADDRESS))
    if unknown:
        raise Invalid([(name, "this field of an address cannot be changed here") for name in unknown])
    contact: Contact = replace(request.contact, **dict(mend.address))
    lines = tuple(replace(line, sku=mend.skus.get(line.sku, line.sku)) for line in request.lines)
    return replace(request, contact=contact, lines=lines)


KNOWN = "SELECT count(*) FROM intake_exceptions WHERE id = ANY(CAST(:ids AS bigint[]))"
