"""Hard promises of a site's units to order lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import levels, places, standing
from app.inventory.levels import Key, Level
from app.inventory.models import Allocation
from app.inventory.places import Place, Portion, Shelves, is_good, totes_first
from app.inventory.post import Movement, post
from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.kernel.errors import Outrun


@dataclass(frozen=True, kw_only=True)
class Share:
    """Units of one SKU at one site for one order line; ``reserved`` of them were held for its cart until now."""

    order_id: int
    order_line_id: int
    sku_id: int
    site_id: int
    quantity: int
    lot_id: int | None = None
    reserved: int = 0
    serial_id: int | None = None
    actor: Actor | None = None  # who asked for them, where one batch gathers what several asked

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


def allocate(
    session: Session,
    shares: Sequence[Share],
    *,
    actor: Actor,
    locked: Mapping[Key, Level] | None = None,
    are_new: bool = False,
) -> None:
    """Promise units. Raises ``OutOfStock`` where a site has too few; the caller locked the orders before.

    Reservations whose time is over give way. ``are_new`` says that the lines were written in this transaction, so that
    none has a promise yet.
    """
    held = locked if locked is not None else levels.lock(session, {share.key for share in shares})
    _make_room(session, shares, held, actor)
    moved = [
        _movement(share, "convert" if share.reserved else "allocate", allocated=share.quantity) for share in shares
    ]
    post(session, moved, actor=actor, locked=held)
    bulk.insert(
        session,
        Allocation,
        [
            {
                "order_id": share.order_id,
                "order_line_id": share.order_line_id,
                "stock_level_id": held[share.key].id,
                "quantity": share.quantity,
            }
            for share in shares
        ],
        suffix="" if are_new else ADD_TO,
    )


def release(session: Session, shares: Sequence[Share], *, actor: Actor, reason: str = "release") -> None:
    """Give promised units back to what is available."""
    held = levels.lock(session, {share.key for share in shares})
    _take_away(session, shares, held)
    post(session, [_movement(share, reason, allocated=-share.quantity) for share in shares], actor=actor, locked=held)


def ship(session: Session, shares: Sequence[Share], *, actor: Actor) -> None:
    """Promised units leave the building: on hand and allocated fall by one movement for each place they lay in.

    ``share.lot_id`` is the lot that was picked; what lies in a tote goes before what lies on a shelf.
    """
    held = levels.lock(session, {share.key for share in shares})
    _take_away(session, shares, held)
    shelves = Shelves(places.of_levels(session, held))
    moved = [_leaving(share, portion) for share in shares for portion in _portions(share, shelves)]
    post(session, moved, actor=actor, locked=held)


def of_lines(session: Session, order_line_ids: Collection[int]) -> list[Share]:
    """What is promised to these lines, latest promise first."""
    rows = session.execute(
        text(
            "SELECT a.order_id, a.order_line_id, l.sku_id, l.site_id, a.quantity FROM allocations a"
            " JOIN stock_levels l ON l.id = a.stock_level_id"
            " WHERE a.order_line_id = ANY(CAST(:lines AS bigint[])) ORDER BY a.id DESC"
        ),
        {"lines": list(order_line_ids)},
    )
    return [Share(**row._mapping) for row in rows]


def of_levels(session: Session, keys: Collection[Key]) -> list[Share]:
    """Who was promised units of these levels, latest promise first."""
    rows = bulk.pairs(
        session,
        "SELECT a.order_id, a.order_line_id, l.sku_id, l.site_id, a.quantity FROM allocations a"
        " JOIN stock_levels l ON l.id = a.stock_level_id"
        " JOIN unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(sku_id, site_id)"
        " ON k.sku_id = l.sku_id AND k.site_id = l.site_id ORDER BY a.id DESC",
        [sku for sku, _ in keys],
        [site for _, site in keys],
    )
    return [Share(**row._asdict()) for row in rows]


def _make_room(session: Session, shares: Sequence[Share], held: Mapping[Key, Level], actor: Actor) -> None:
    """Units beyond the safety stock are the caller's to judge: here only what is promised or held stands in the way."""
    if not any(held[share.key].reserved for share in shares):
        return
    wanted: dict[Key, int] = {}
    for share in shares:
        wanted[share.key] = wanted.get(share.key, 0) + share.quantity - share.reserved
    short = [held[key] for key, units in wanted.items() if units > held[key].unpromised]
    expired = standing.of_levels(session, short, expired_at=clock.now())
    standing.end(session, expired, held, standing.EXPIRED, actor=actor)


def _movement(share: Share, reason: str, *, allocated: int) -> Movement:
    return Movement(
        sku_id=share.sku_id,
        site_id=share.site_id,
        allocated=allocated,
        reserved=-share.reserved,
        reason=reason,
        reference=("order_line", share.order_line_id),
        actor=share.actor,
    )


def _portions(share: Share, shelves: Shelves) -> list[Portion]:
    def order(place: Place) -> tuple[object, ...]:
        return place.lot_id != share.lot_id, *totes_first(place)

    return shelves.take(share.key, share.quantity, order=order, where=is_good)


def _leaving(share: Share, portion: Portion) -> Movement:
    return replace(
        _movement(share, "ship", allocated=-portion.quantity),
        on_hand=-portion.quantity,
        bin_id=portion.bin_id,
        lot_id=portion.lot_id,
        serial_ids=() if share.serial_id is None else (share.serial_id,),
    )


def _take_away(session: Session, shares: Sequence[Share], held: Mapping[Key, Level]) -> None:
    totals: dict[tuple[int, int], int] = {}
    for share in shares:
        key = (share.order_line_id, held[share.key].id)
        totals[key] = totals.get(key, 0) + share.quantity
    row = session.execute(
        text(
            "WITH v AS (SELECT * FROM unnest(CAST(:line AS bigint[]), CAST(:level AS bigint[]),"
            " CAST(:quantity AS bigint[])) AS v(line, level, quantity)),"
            " gone AS (DELETE FROM allocations a USING v WHERE a.order_line_id = v.line"
            " AND a.stock_level_id = v.level AND a.quantity = v.quantity RETURNING 1),"
            " less AS (UPDATE allocations a SET quantity = a.quantity - v.quantity FROM v"
            " WHERE a.order_line_id = v.line AND a.stock_level_id = v.level AND a.quantity > v.quantity RETURNING 1)"
            " SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM less)"
        ),
        {
            "line": [line for line, _ in totals],
            "level": [level for _, level in totals],
            "quantity": list(totals.values()),
        },
    ).scalar_one()
    if row != len(totals):
        raise Outrun("these units are no longer promised from that site: reload and look again")


ADD_TO = """
ON CONFLICT (order_line_id, stock_level_id) DO UPDATE SET quantity = allocations.quantity + excluded.quantity
"""
