"""Facts come first: promises that a count, damage or a loss takes away are moved, latest promise first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.fulfilment.opening import OpenLine, open_lines, shrink
from app.inventory import allocations, levels, standing
from app.inventory.allocations import Share
from app.inventory.levels import Key, Level
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import UnitsDisplaced
from app.orders.facts import LineChange


def candidates(session: Session, shortfalls: Mapping[Key, int]) -> list[int]:
    """Orders whose promises may have to give way; to be locked before any stock is."""
    short = [key for key, missing in shortfalls.items() if missing > 0]
    return sorted({share.order_id for share in allocations.of_levels(session, short)}) if short else []


def lock_losing(session: Session, losses: Mapping[Key, int]) -> dict[Key, Level]:
    """Levels that lose so many units, or none; before them the orders whose promises may have to give way."""
    facts.lock(session, candidates(session, losses))
    return levels.lock(session, losses)


def displace(
    session: Session, shortfalls: Mapping[Key, int], *, site_codes: Mapping[int, str], reason: str, actor: Actor
) -> list[int]:
    """Take so many units per level: from reservations first, then from the latest promises that are not picked yet.

    Answers the orders that lost some. They are locked; their units become backordered, for the caller to route again.
    """
    short = {key: missing for key, missing in shortfalls.items() if missing > 0}
    if not short:
        return []
    short = standing.give_way(session, short, levels.lock(session, short), actor=actor)
    if not short:
        return []
    shares = allocations.of_levels(session, list(short))
    work = open_lines(session, {share.order_line_id for share in shares})
    losses = _losses(shares, work, short)
    take_back(session, losses, reason=reason, actor=actor)
    emit(session, _events(losses, site_codes), actor=actor)
    return sorted({share.order_id for share, _ in losses})


def take_back(session: Session, losses: Sequence[tuple[Share, OpenLine]], *, reason: str, actor: Actor) -> None:
    """Release promised, unpicked units and make them backordered; the orders are locked."""
    allocations.release(session, [share for share, _ in losses], actor=actor, reason=reason)
    shrink(session, [(line.id, share.quantity) for share, line in losses])
    facts.change(
        session,
        [
            LineChange(
                order_line_id=share.order_line_id,
                allocated=-share.quantity,
                backordered=share.quantity,
                released=-share.quantity if line.is_released else 0,
            )
            for share, line in losses
        ],
        actor=actor,
    )


def _losses(
    shares: Sequence[Share], work: Sequence[OpenLine], short: Mapping[Key, int]
) -> list[tuple[Share, OpenLine]]:
    missing = dict(short)
    losses = []
    for share in shares:
        left = share.quantity
        for line in work:
            taken = min(line.unpicked, left, missing[share.key])
            if line.order_line_id == share.order_line_id and line.site_id == share.site_id and taken > 0:
                losses.append((replace(share, quantity=taken), line))
                missing[share.key] -= taken
                left -= taken
    for (sku_id, site_id), rest in missing.items():
        if rest > 0:
            raise DomainError(
                f"{rest} units of SKU {sku_id} at site {site_id} are already picked: put them back first, then enter it"
            )
    return losses


def _events(losses: Sequence[tuple[Share, OpenLine]], site_codes: Mapping[int, str]) -> list[UnitsDisplaced]:
    return [
        UnitsDisplaced(
            order_id=share.order_id, sku_id=share.sku_id, site=site_codes[share.site_id], quantity=share.quantity
        )
        for share, _ in losses
    ]
