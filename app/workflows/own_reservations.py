"""What the orders of a batch hold for themselves: routed as theirs, then promised, and the rest freed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.inventory import standing
from app.inventory.allocations import Share
from app.inventory.levels import Key, Level
from app.inventory.standing import Ending, Line
from app.kernel.actor import Actor
from app.orders.values import OrderRequest


def tokens(requests: Iterable[OrderRequest]) -> set[str]:
    return {request.reservation for request in requests if request.reservation}


def units(lines: Iterable[Line]) -> dict[str, dict[Key, int]]:
    """Units by level, by token."""
    found: dict[str, dict[Key, int]] = {}
    for line in lines:
        found.setdefault(line.token, {})[line.key] = line.quantity
    return found


def drawn_on(shares: Sequence[Share], mine: Mapping[Key, int]) -> tuple[Share, ...]:
    """The same shares, each saying how many of its units were held already."""
    left = dict(mine)
    marked = []
    for share in shares:
        reserved = min(share.quantity, left.get(share.key, 0))
        left[share.key] = left.get(share.key, 0) - reserved
        marked.append(replace(share, reserved=reserved))
    return tuple(marked)


def settle(
    session: Session,
    placed: Sequence[tuple[str, int, Sequence[Share]]],
    lines: Sequence[Line],
    held: Mapping[Key, Level],
    *,
    actor: Actor,
) -> None:
    """End the reservations of placed orders, given as token, order id and shares; the first with a token has it.

    The movements of what became a promise are written with the promises.
    """
    used: list[Line] = []
    left: list[Line] = []
    shares_of = {token: shares for token, _, shares in reversed(placed) if token}
    ordered = Ending(orders={token: order_id for token, order_id, _ in reversed(placed) if token})
    for line in lines:
        if line.token not in shares_of:
            continue
        taken = sum(share.reserved for share in shares_of[line.token] if share.key == line.key)
        used += [replace(line, quantity=taken)] if taken else []
        left += [replace(line, quantity=line.quantity - taken)] if taken < line.quantity else []
    standing.end(session, left, held, ordered, actor=actor)
    if used:
        standing.take_away(session, used, ordered)
