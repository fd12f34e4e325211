"""Who waits for a SKU is served in turn, a slice at a time: a pure decision whom to look at next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple


class Turn(NamedTuple):
    """Whose promise names the earlier day goes first, then who came first."""

    promised_on: date
    placed_at: datetime
    order_id: int
    order_line_id: int

    @property
    def is_promised(self) -> bool:
        return self.promised_on != date.max


class Spot(NamedTuple):
    """Behind a turn; so many units wait before that."""

    after: Turn = Turn(date.min, datetime.min.replace(tzinfo=UTC), 0, 0)
    units: int = 0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A line that waits for ``quantity`` units and rests on ``pegged`` that are to come, the last on ``last_on``.

    ``sound`` are those of them that come by the day that was said.
    """

    turn: Turn
    quantity: int
    pegged: int = 0
    sound: int = 0
    last_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far one has come with the lines that wait for a SKU.

    ``picture`` is its supply as the walk left it: where it looks otherwise by then, the walk begins again. ``short`` is
    before the first line that got less than it waits for and was promised no day. ``is_hurt``: a line had lost
    supply, so none behind it moves up.
    """

    sku_id: int
    spot: Spot = Spot()
    picture: str = ""
    short: Spot | None = None
    is_hurt: bool = False

    @property
    def ids(self) -> dict[str, Any]:
        """As a delivery carries it."""
        return {
            "spot": _plain(self.spot),
            "picture": self.picture,
            "short": self.short and _plain(self.short),
            "is_hurt": self.is_hurt,
        }


def walk_of(sku_id: int, ids: Mapping[str, Any]) -> Walk:
    short = ids["short"] and _spot(ids["short"])
    return Walk(sku_id=sku_id, spot=_spot(ids["spot"]), picture=ids["picture"], short=short, is_hurt=ids["is_hurt"])


@dataclass(frozen=True, kw_only=True)
class Page:
    """The lines that come next, in turn. ``is_end``: nobody comes after them.

    ``free_from`` is the first day of which any supply is free, ``shelf`` the units in stock.
    """

    lines: Sequence[Standing]
    is_end: bool
    free_from: date | None
    shelf: int = 0


@dataclass(frozen=True, kw_only=True)
class Called:
    """A line whose turn it is: ``on_shelf`` of its units lie in stock and are about to be given to it.

    One that ``gives_up`` holds units for which somebody before it waits.
    """

    turn: Turn
    before: Spot
    on_shelf: int
    gives_up: bool


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Whom to lock and to serve, and where the walk stands after them."""

    called: tuple[Called, ...]
    walk: Walk
    is_last: bool


def call(walk: Walk, page: Page, *, most: int) -> Slice:
    """Of the lines that come next, those for which something may change, ``most`` of them at most.

    Who has all it waits for on the earliest day is passed over, and so is who waits while nothing is free.
    """
    called: list[Called] = []
    spot, short = walk.spot, walk.short
    for line in page.lines:
        on_shelf = max(0, min(line.quantity, page.shelf - spot.units))
        need = line.quantity - on_shelf
        gives_up = _must_give_up(line, walk, short)
        if gives_up or _may_change(line, need, page.free_from, may_move_up=not walk.is_hurt):
            if len(called) == most:
                return Slice(called=tuple(called), walk=replace(walk, spot=spot, short=short), is_last=False)
            called.append(Called(turn=line.turn, before=spot, on_shelf=on_shelf, gives_up=gives_up))
        elif line.sound < need:
            short = short or spot
        spot = Spot(line.turn, spot.units + line.quantity)
        if gives_up and short:
            back = replace(walk, spot=short, short=None)
            return Slice(called=tuple(called), walk=back, is_last=False)
    return Slice(called=tuple(called), walk=replace(walk, spot=spot, short=short), is_last=page.is_end)


def _must_give_up(line: Standing, walk: Walk, short: Spot | None) -> bool:
    """What was promised stays with who was promised it; a part that carries no promise goes to who came before."""
    return bool(short and line.pegged and not walk.is_hurt and not line.turn.is_promised)


def _may_change(line: Standing, need: int, free_from: date | None, *, may_move_up: bool) -> bool:
    if line.pegged > line.sound or line.sound > need:
        return True
    if line.sound < need:
        return free_from is not None or line.turn.is_promised
    if not need or line.last_on is None:
        return False
    return line.last_on != line.turn.promised_on or (may_move_up and free_from is not None and line.last_on > free_from)


def _plain(spot: Spot) -> list[Any]:
    day, moment, *ids = spot.after
    return [day.isoformat(), moment.isoformat(), *ids, spot.units]


def _spot(plain: Sequence[Any]) -> Spot:
    day, moment, order_id, order_line_id, units = plain
    return Spot(Turn(date.fromisoformat(day), datetime.fromisoformat(moment), order_id, order_line_id), units)
