"""Reservations as they stand: read, locked after their levels, and ended by movements.

The counter of a level says how many units are reserved; the lines say for whom. A level's lock guards its lines.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from app.inventory.events import UnitsFreed
from app.inventory.levels import Key, Level
from app.inventory.post import Movement, post
from app.kernel import clock, driver
from app.kernel.actor import Actor
from app.kernel.driver import array, cells
from app.kernel.events import emit

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Line:
    """Units of one level in one reservation."""

    reservation_id: int
    token: str
    stock_level_id: int
    sku_id: int
    site_id: int
    quantity: int
    expires_at: datetime

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Why units are freed: the ``reason`` of the movements, and the ``outcome`` of a reservation that holds nothing
    then, unless one of ``orders`` (ids by token) took its units over."""

    reason: str = "release_reservation"
    outcome: str = "released"
    orders: Mapping[str, int] = field(default_factory=dict)


EXPIRED = Ending(reason="expire", outcome="expired")
LOST = Ending(outcome="lost")


def asked(tokens: Collection[str]) -> driver.Query:
    """What ``of_tokens`` asks."""
    return OF_TOKENS, {"tokens": array(sorted(tokens))}


def asked_locked(tokens: Collection[str]) -> driver.Query:
    """What ``lock_tokens`` asks."""
    return f"{OF_TOKENS} {LOCKED}", {"tokens": array(sorted(tokens))}


def of_tokens(session: Session, tokens: Collection[str]) -> list[Line]:
    return [Line(**row._asdict()) for row in driver.fetch(session, *asked(tokens))] if tokens else []


def lock_tokens(session: Session, tokens: Collection[str], held: Mapping[Key, Level]) -> list[Line]:
    """Those on levels that are locked already, with their reservations locked."""
    rows = driver.fetch(session, *asked_locked(tokens)) if tokens else []
    return [line for line in (Line(**row._asdict()) for row in rows) if line.key in held]


def clear_expired(
    session: Session,
    asked_for: Iterable[tuple[int, int]],
    held: Mapping[Key, Level],
    *,
    mine: Sequence[Line] = (),
    actor: Actor,
) -> None:
    """Where free units do not suffice, reservations whose time is over give way; ``asked_for`` is SKU ids and units.

    Asks nothing of the database where they do suffice, or where nothing but ``mine`` is reserved.
    """
    if not any(level.reserved for level in held.values()):
        return
    wanted, own = _sums(asked_for), _sums((line.key, line.quantity) for line in mine)
    reach: dict[int, int] = {}
    for key, level in held.items():
        reach[level.sku_id] = reach.get(level.sku_id, 0) + level.available + own.get(key, 0)
    short = [
        key for key, level in held.items() if level.reserved > own.get(key, 0) and wanted.get(key[0], 0) > reach[key[0]]
    ]
    expired = of_levels(session, [held[key] for key in short], expired_at=clock.now())
    ids = {line.reservation_id for line in mine}
    end(session, [line for line in expired if line.reservation_id not in ids], held, EXPIRED, actor=actor)


def give_way(
    session: Session, shortfalls: Mapping[Key, int], held: Mapping[Key, Level], *, actor: Actor
) -> dict[Key, int]:
    """For facts: what is only held goes before what is promised, the latest first. Answers what is still short."""
    left = dict(shortfalls)
    lines = of_levels(session, [held[key] for key in left if held[key].reserved])
    losses = []
    for line in lines:
        units = min(line.quantity, left[line.key])
        if units > 0:
            losses.append(replace(line, quantity=units))
            left[line.key] -= units
    end(session, losses, held, LOST, actor=actor)
    return {key: missing for key, missing in left.items() if missing > 0}


def of_levels(session: Session, levels: Sequence[Level], *, expired_at: datetime | None = None) -> list[Line]:
    """Lines on these locked levels, their reservations locked; the latest first."""
    if not levels:
        return []
    rows = driver.fetch(session, OF_LEVELS, {"levels": array(level.id for level in levels), "until": expired_at})
    return sorted((Line(**row._asdict()) for row in rows), key=lambda line: line.reservation_id, reverse=True)


def end(session: Session, lines: Sequence[Line], held: Mapping[Key, Level], ending: Ending, *, actor: Actor) -> None:
    """These units are free again, by movements; the levels are locked. Runs at once, whatever else is gathered."""
    if not lines:
        return
    with driver.at_once(session):
        post(session, [_freed(line, ending.reason) for line in lines], actor=actor, locked=held)
        take_away(session, lines, ending)
        freed = _sums((line.key, line.quantity) for line in lines)
        emit(session, [_event(held[key], units, ending.reason) for key, units in freed.items()], actor=actor)


def take_away(session: Session, lines: Sequence[Line], ending: Ending) -> None:
    """So many units less in each line, without a movement: the caller has posted it or is going to. What became of a
    reservation that holds nothing then is written down."""
    with driver.at_once(session):
        columns = ("reservation_id", "stock_level_id", "quantity")
        rows = cells(*([getattr(line, name) for line in lines] for name in columns))
        driver.write(session, TAKE_AWAY, {"rows": rows})
        driver.write(session, DROP_EMPTY, _drop(lines, ending))


def _drop(lines: Sequence[Line], ending: Ending) -> Mapping[str, object]:
    return {
        "ids": array({line.reservation_id for line in lines}),
        "tokens": array(ending.orders),
        "orders": array(ending.orders.values()),
        "outcome": ending.outcome,
    }


def _sums(counted: Iterable[tuple[T, int]]) -> dict[T, int]:
    sums: dict[T, int] = {}
    for key, units in counted:
        sums[key] = sums.get(key, 0) + units
    return sums


def _freed(line: Line, reason: str) -> Movement:
    return Movement(
        sku_id=line.sku_id,
        site_id=line.site_id,
        reserved=-line.quantity,
        reason=reason,
        reference=("reservation", line.reservation_id),
    )


def _event(level: Level, units: int, reason: str) -> UnitsFreed:
    return UnitsFreed(
        stock_level_id=level.id, sku_id=level.sku_id, site_id=level.site_id, quantity=units, reason=reason
    )


LINES = """
SELECT r.id AS reservation_id, r.token, l.stock_level_id, v.sku_id, v.site_id, l.quantity, r.expires_at
  FROM reservations r JOIN reservation_lines l ON l.reservation_id = r.id JOIN stock_levels v ON v.id = l.stock_level_id
"""
OF_TOKENS = f"{LINES} WHERE r.token = ANY(%(tokens)s::text[]) ORDER BY r.id, l.stock_level_id"
LOCKED = "FOR UPDATE OF r"
OF_LEVELS = f"""{LINES}
 WHERE l.stock_level_id = ANY(%(levels)s::bigint[])
   AND (%(until)s::timestamptz IS NULL OR r.expires_at <= %(until)s::timestamptz)
 ORDER BY r.id, l.stock_level_id {LOCKED}
"""
TAKE_AWAY = """
WITH v AS (SELECT reservation_id::bigint, stock_level_id::bigint, quantity::bigint
             FROM unnest(%(rows)s::cells[]) AS v(reservation_id, stock_level_id, quantity)),
     gone AS (DELETE FROM reservation_lines l USING v WHERE l.reservation_id = v.reservation_id
                 AND l.stock_level_id = v.stock_level_id AND l.quantity <= v.quantity)
UPDATE reservation_lines l SET quantity = l.quantity - v.quantity FROM v
 WHERE l.reservation_id = v.reservation_id AND l.stock_level_id = v.stock_level_id AND l.quantity > v.quantity
"""
DROP_EMPTY = """
WITH gone AS (DELETE FROM reservations r WHERE r.id = ANY(%(ids)s::bigint[])
                 AND NOT EXISTS (SELECT FROM reservation_lines l WHERE l.reservation_id = r.id) RETURNING r.*)
INSERT INTO ended_reservations (id, token, channel_id, owner, kind, outcome, order_id, expires_at, was_extended,
                                reserved_by, created_at)
SELECT g.id, g.token, g.channel_id, g.owner, g.kind,
       CASE WHEN o.order_id IS NULL THEN %(outcome)s::text ELSE 'ordered' END, o.order_id, g.expires_at,
       g.was_extended, g.reserved_by, g.created_at
  FROM gone g LEFT JOIN unnest(%(tokens)s::text[], %(orders)s::bigint[]) AS o(token, order_id) ON o.token = g.token
"""
