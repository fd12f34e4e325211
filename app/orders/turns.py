"""Which orders of several senders may be placed in one transaction."""

from collections.abc import Iterator, Sequence

from app.orders.values import OrderRequest


def turns(requests: Sequence[OrderRequest]) -> Iterator[list[OrderRequest]]:
    """In order, in as few parts as it takes that no part holds a key or a number twice.

    What a repetition is told depends on what became of the order before it, so that one must be done. It cannot be
    done in the same transaction: claims come before all other locks.
    """
    turn: list[OrderRequest] = []
    claimed: set[tuple[str, str]] = set()
    for request in requests:
        mine = _claims(request)
        if claimed & mine:
            yield turn
            turn, claimed = [], set()
        turn.append(request)
        claimed |= mine
    if turn:
        yield turn


def _claims(request: OrderRequest) -> set[tuple[str, str]]:
    replay, number = request.replay, request.external_number
    key = {(f"key of {replay.scope}", replay.key)} if replay else set()
    return key | {(f"number of {request.channel}", number)} if number else key
