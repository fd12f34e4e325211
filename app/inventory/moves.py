"""Units change their place or condition inside a site: the total stays, the chain tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.inventory import levels
from app.inventory.levels import Key, Level
from app.inventory.post import Movement, post
from app.inventory.values import GOOD
from app.kernel.actor import Actor
from app.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Move:
    """So many units, above 0, from one bin (none: a tote, the dock) to another, or from one condition to another."""

    sku_id: int
    site_id: int
    quantity: int
    from_bin_id: int | None
    to_bin_id: int | None
    reason: str
    reference: tuple[str, int]
    lot_id: int | None = None
    from_condition: str = GOOD
    to_condition: str | None = None
    serial_ids: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


def move(session: Session, moves: Sequence[Move], *, actor: Actor, locked: Mapping[Key, Level] | None = None) -> None:
    """Post each move as an arrival and a departure, all or none.

    Raises ``PlaceEmpty`` where too few lie, ``OutOfStock`` where a change of condition would break a promise, and
    Invalid for a move that leads nowhere.
    """
    _refuse_nonsense(moves)
    held = locked if locked is not None else levels.lock(session, {one.key for one in moves})
    post(session, [step for one in moves for step in steps(one)], actor=actor, locked=held)


def steps(one: Move) -> tuple[Movement, Movement]:
    """They arrive before they leave, so that no promise looks broken in between."""
    return (
        _step(one, one.quantity, one.to_bin_id, one.to_condition or one.from_condition),
        _step(one, -one.quantity, one.from_bin_id, one.from_condition),
    )


def _refuse_nonsense(moves: Sequence[Move]) -> None:
    for one in moves:
        if one.quantity < 1:
            raise Invalid([("quantity", f"{one.quantity} is no number of units: type 1 or more")])
        if one.from_bin_id == one.to_bin_id and one.to_condition in (None, one.from_condition):
            raise Invalid([("to_bin", "the units lie there already: choose another bin")])


def _step(one: Move, on_hand: int, bin_id: int | None, condition: str) -> Movement:
    return Movement(
        sku_id=one.sku_id,
        site_id=one.site_id,
        on_hand=on_hand,
        bin_id=bin_id,
        lot_id=one.lot_id,
        condition=condition,
        reason=one.reason,
        reference=one.reference,
        serial_ids=one.serial_ids,
    )
