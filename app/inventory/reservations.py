"""Soft promises: units of sites held for a cart or a quote until a moment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.inventory import levels, standing
from app.inventory.events import UnitsFreed, UnitsReserved
from app.inventory.levels import Key, Level
from app.inventory.owners import Mine, Owner, of_owners
from app.inventory.post import Movement, post
from app.inventory.reservation_models import ReservationLine
from app.inventory.spread import Shortage, Spread, spread
from app.inventory.standing import Ending
from app.kernel import bulk, clock, driver, ids
from app.kernel.actor import Actor
from app.kernel.driver import array, cells
from app.kernel.errors import DomainError, Invalid, NotFound, Outrun, StaleState
from app.kernel.events import Event, emit

# How long units are held, how long a hold that is edited again and again may last, and what the one extension adds.
LASTS: Mapping[str, timedelta] = {"cart": timedelta(minutes=15), "quote": timedelta(days=3)}
LONGEST: Mapping[str, timedelta] = {"cart": timedelta(hours=2), "quote": timedelta(days=30)}
EXTENSION = timedelta(minutes=15)
AT_ONCE = 200  # reservations that one sweep ends
REASONS: Mapping[str, str] = {
    "release_reservation": "Not wanted any more",
    "release_mistake": "Held by mistake",
    "release_needed": "Needed for somebody else",
}


@dataclass(frozen=True, kw_only=True)
class Demand:
    """All that a cart or quote wants to hold from now on, units by SKU id; ``lasts`` None is what its kind lasts."""

    channel_id: int
    owner: str
    wanted: Mapping[int, int]
    kind: str = "cart"
    lasts: timedelta | None = None

    @property
    def of(self) -> Owner:
        return self.channel_id, self.owner


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything is held until ``expires_at``; or something was short, and what was held before still is."""

    token: str | None = None
    expires_at: datetime | None = None
    short: tuple[Shortage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Change:
    """A reservation as it was, if it was, and as it will be."""

    id: int
    token: str
    demand: Demand
    before: Mine | None
    units: Mapping[Key, int]
    began_at: datetime
    expires_at: datetime

    @property
    def deltas(self) -> dict[Key, int]:
        """What is given back first, so that what is taken never meets a level too early."""
        old = self.before.units if self.before else {}
        changes = {key: self.units.get(key, 0) - old.get(key, 0) for key in {*old, *self.units}}
        return {key: units for key, units in sorted(changes.items(), key=lambda each: (each[1] > 0, each[0])) if units}


def reserve(session: Session, demands: Sequence[Demand], *, actor: Actor) -> list[Answer]:
    """Hold what each demand wants, all of it or nothing new; one answer per demand, in order.

    An owner that holds something already asks for a new whole: the difference is reserved or freed.
    """
    if len({demand.of for demand in demands}) < len(demands):
        raise Invalid([("owner", "a cart is named twice: name it once, with all that it wants")])
    site_ids = [row.id for row in driver.fetch(session, OPEN_SITES)]
    held, mine = _locked(session, demands, site_ids)
    usable = {key: level for key, level in held.items() if key[1] in site_ids}
    lines = [line for one in mine.values() for line in one.lines]
    asked_for = (each for demand in demands for each in demand.wanted.items())
    standing.clear_expired(session, asked_for, usable, mine=lines, actor=actor)
    chosen = _choose(demands, mine, usable, site_ids)
    changes = _changes(session, demands, chosen, mine)
    _write(session, list(changes.values()), held, actor)
    return [
        Answer(token=changes[at].token, expires_at=changes[at].expires_at) if at in changes else Answer(short=one.short)
        for at, one in enumerate(chosen)
    ]


def extend(session: Session, tokens: Sequence[str]) -> list[datetime]:
    """A slow payment needs longer: once per reservation, while it holds. Answers the new ends, in order of tokens."""
    rows = driver.fetch(session, EXTEND, {"tokens": array(tokens), "by": EXTENSION, "now": clock.now()})
    ends = {row.token: row.expires_at for row in rows}
    if missing := [token for token in tokens if token not in ends]:
        raise _why_not(session, missing)
    return [ends[token] for token in tokens]


def release(session: Session, tokens: Collection[str], *, actor: Actor, reason: str = "release_reservation") -> None:
    """Give up what these hold, for one of ``REASONS``. Raises NotFound for one that holds nothing any more."""
    if reason not in REASONS:
        raise Invalid([("reason", f"choose a reason: {', '.join(REASONS)}")])
    lines = standing.of_tokens(session, tokens)
    if set(tokens) - {line.token for line in lines}:
        raise gone()
    held = levels.lock(session, {line.key for line in lines})
    locked = standing.lock_tokens(session, tokens, held)
    if any(line.key not in held for line in standing.of_tokens(session, tokens)):
        raise _changed()
    standing.end(session, locked, held, Ending(reason=reason), actor=actor)


def expire_due(session: Session, *, actor: Actor, most: int = AT_ONCE) -> int:
    """End those whose time is over, the oldest first; answers how many were found."""
    now = clock.now()
    tokens = [row.token for row in driver.fetch(session, DUE, {"now": now, "most": most})]
    keys = {line.key for line in standing.of_tokens(session, tokens)}
    held = levels.lock(session, keys) if keys else {}
    lines = [line for line in standing.lock_tokens(session, tokens, held) if line.expires_at <= now]
    standing.end(session, lines, held, standing.EXPIRED, actor=actor)
    return len(tokens)


def gone() -> NotFound:
    return NotFound("this reservation holds nothing any more: reserve again, or order without it")


def _locked(
    session: Session, demands: Sequence[Demand], site_ids: Sequence[int]
) -> tuple[dict[Key, Level], dict[Owner, Mine]]:
    """Levels first, then the reservations of these owners, read again under the locks."""
    owners = [demand.of for demand in demands]
    keys = {line.key for one in of_owners(session, owners).values() for line in one.lines}
    skus = {sku for demand in demands for sku in demand.wanted} | {sku for sku, _ in keys}
    held = levels.lock_skus(session, skus, {*site_ids, *(site for _, site in keys)})
    mine = of_owners(session, owners, is_locked=True)
    if any(line.key not in held for one in mine.values() for line in one.lines):
        raise _changed()
    return held, mine


def _choose(
    demands: Sequence[Demand], mine: Mapping[Owner, Mine], usable: Mapping[Key, Level], site_ids: Sequence[int]
) -> list[Spread]:
    """One after the other, over what those before have left."""
    left = {key: level.unpromised - level.safety_stock for key, level in usable.items()}
    chosen = []
    for demand in demands:
        own = mine[demand.of].units if demand.of in mine else {}
        found = spread(demand.wanted, own, {key: max(0, units) for key, units in left.items()}, site_ids)
        if not found.short:
            for key in left:
                left[key] += own.get(key, 0) - found.units.get(key, 0)
        chosen.append(found)
    return chosen


def _changes(
    session: Session, demands: Sequence[Demand], chosen: Sequence[Spread], mine: Mapping[Owner, Mine]
) -> dict[int, _Change]:
    """By place in the batch, for those that have everything."""
    fresh = [demand for demand, one in zip(demands, chosen, strict=True) if not one.short and demand.of not in mine]
    new_ids = iter(bulk.next_ids(session, {"reservations": len(fresh)})["reservations"] if fresh else ())
    now = clock.now()
    changes = {}
    for at, (demand, one) in enumerate(zip(demands, chosen, strict=True)):
        if one.short:
            continue
        before = mine.get(demand.of)
        goes_on = before is not None and before.expires_at > now
        began_at = before.created_at if before and goes_on else now
        changes[at] = _Change(
            id=before.id if before else next(new_ids),
            token=before.token if before else ids.public_token(),
            demand=demand,
            before=before,
            units=one.units,
            began_at=began_at,
            expires_at=max(_end(demand, began_at, now), before.expires_at if before else now),
        )
    return changes


def _end(demand: Demand, began_at: datetime, now: datetime) -> datetime:
    """Each change begins the time anew, but not for ever."""
    return min(now + (demand.lasts or LASTS[demand.kind]), began_at + LONGEST[demand.kind])


def _write(session: Session, changes: Sequence[_Change], held: Mapping[Key, Level], actor: Actor) -> None:
    if not changes:
        return
    moved = [(change, key, units) for change in changes for key, units in change.deltas.items()]
    post(session, [_movement(*each) for each in moved], actor=actor, locked=held)
    written = driver.fetch(session, PUT, {"rows": _rows(changes), "by": actor.code, "now": clock.now()})
    if len(written) < len(changes):
        raise _changed()
    driver.write(session, DROP_LINES, {"ids": array(change.id for change in changes if change.before)})
    bulk.insert(
        session,
        ReservationLine,
        [
            {"reservation_id": change.id, "stock_level_id": held[key].id, "quantity": units}
            for change in changes
            for key, units in change.units.items()
        ],
    )
    emit(session, [_event(held[key], units) for _, key, units in moved], actor=actor)


def _rows(changes: Sequence[_Change]) -> str:
    return cells(
        [change.id for change in changes],
        [change.token for change in changes],
        [change.demand.channel_id for change in changes],
        [change.demand.owner for change in changes],
        [change.demand.kind for change in changes],
        [change.expires_at for change in changes],
        [change.began_at for change in changes],
    )


def _movement(change: _Change, key: Key, units: int) -> Movement:
    return Movement(
        sku_id=key[0],
        site_id=key[1],
        reserved=units,
        reason="reserve" if units > 0 else "release_reservation",
        reference=("reservation", change.id),
    )


def _event(level: Level, units: int) -> Event:
    where = {"stock_level_id": level.id, "sku_id": level.sku_id, "site_id": level.site_id}
    if units > 0:
        return UnitsReserved(**where, quantity=units)
    return UnitsFreed(**where, quantity=-units, reason="release_reservation")


def _changed() -> Outrun:
    return Outrun("this cart was changed at the same moment: send it again")


def _why_not(session: Session, tokens: Sequence[str]) -> DomainError:
    now = clock.now()
    found = {line.token: line for line in standing.of_tokens(session, tokens)}
    first = found.get(tokens[0])
    if first is None:
        return gone()
    if first.expires_at <= now:
        return StaleState("this reservation has run out: reserve again")
    return StaleState("this reservation was extended before: order now, or reserve again when it has run out")


OPEN_SITES = "SELECT id FROM sites WHERE is_active ORDER BY priority, code"
PUT = """
INSERT INTO reservations AS r (id, token, channel_id, owner, kind, expires_at, created_at, reserved_by)
SELECT id::bigint, token, channel_id::bigint, owner, kind, expires_at::timestamptz, began_at::timestamptz, %(by)s
  FROM unnest(%(rows)s::cells[]) AS v(id, token, channel_id, owner, kind, expires_at, began_at)
 ORDER BY channel_id::bigint, owner
ON CONFLICT (channel_id, owner) DO UPDATE
   SET kind = excluded.kind, expires_at = excluded.expires_at, created_at = excluded.created_at,
       was_extended = r.was_extended AND r.expires_at > %(now)s::timestamptz WHERE r.id = excluded.id
RETURNING id
"""
DROP_LINES = "DELETE FROM reservation_lines WHERE reservation_id = ANY(%(ids)s::bigint[])"
EXTEND = """
UPDATE reservations SET expires_at = expires_at + %(by)s::interval, was_extended = true
 WHERE token = ANY(%(tokens)s::text[]) AND NOT was_extended AND expires_at > %(now)s::timestamptz
RETURNING token, expires_at
"""
DUE = "SELECT token FROM reservations WHERE expires_at <= %(now)s::timestamptz ORDER BY expires_at, id LIMIT %(most)s"
