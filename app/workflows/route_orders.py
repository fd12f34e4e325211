"""Choosing sites for orders and writing down what was chosen and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.decisions import Inputs, encode, encode_outcome
from app.fulfilment.models import RoutingDecision
from app.fulfilment.opening import Task, open_work
from app.fulfilment.promises import Dispatch, promise
from app.fulfilment.routing import Candidate, Destination, Need, Outcome, Rules
from app.inventory import levels, sites, standing
from app.inventory.allocations import Share, allocate
from app.inventory.levels import Key, Level
from app.inventory.sites import SitePlace
from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.kernel.events import emit
from app.orders import facts, promising
from app.orders.events import OrderRouted
from app.orders.facts import LineChange
from app.orders.placing import NewOrder
from app.workflows import own_reservations
from app.workflows.keep_promises import rest_on_stock

RULES = Rules(version=1)
NOTHING: Mapping[Key, int] = {}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Units of an order that have no site yet. ``excluded`` says why a site, by id, may not have them."""

    order_id: int
    destination: Destination
    needs: tuple[Need, ...]
    names: Mapping[int, str]
    transit_days: int | None = None
    excluded: Mapping[int, str] = field(default_factory=dict)
    actor: Actor | None = None


@dataclass(frozen=True, kw_only=True)
class Routed:
    """A decision: which site sends what, with the bytes that explain and replay it."""

    wanted: Wanted
    shares: tuple[Share, ...]
    inputs: bytes
    outcome: bytes

    @property
    def is_complete(self) -> bool:
        """Whether every unit that was wanted has a site."""
        return sum(share.quantity for share in self.shares) == sum(need.quantity for need in self.wanted.needs)

    def promise(self, asked_at: datetime, places: Sequence[SitePlace]) -> datetime | None:
        """By when all of it is there; None as long as a unit has no site, or nobody knows the days on the way."""
        if not self.is_complete or self.wanted.transit_days is None:
            return None
        sending = {share.site_id for share in self.shares}
        clocks = [Dispatch(time_zone=site.time_zone, cut_off=site.cut_off) for site in places if site.id in sending]
        return promise(asked_at, clocks, transit_days=self.wanted.transit_days)

    @property
    def allocated(self) -> dict[int, int]:
        """Units by order line id."""
        sums: dict[int, int] = {}
        for share in self.shares:
            sums[share.order_line_id] = sums.get(share.order_line_id, 0) + share.quantity
        return sums


def choose(
    drafts: Sequence[NewOrder],
    places: Sequence[SitePlace],
    held: Mapping[Key, Level],
    reserved: Mapping[str, Mapping[Key, int]],
) -> list[Routed | None]:
    """Route new orders one after the other over what the locked levels have left; history is not routed.

    ``reserved`` are units by level, by the token of the reservation that holds them.
    """
    router = _Router(places, held, reserved)
    return [None if draft.request.history else router.offer(draft) for draft in drafts]


def route_backordered(
    session: Session,
    order_ids: Collection[int],
    *,
    cause: str,
    actor: Actor,
    excluded: Mapping[int, Mapping[int, str]] | None = None,
) -> int:
    """Give sites to the backordered units of these locked orders; answers the units placed.

    Who was promised the earliest day goes first, then who came first.
    """
    wanted = _read_backordered(session, order_ids, excluded or {})
    if not wanted:
        return 0
    places = sites.active(session)
    needs = [(need.sku_id, need.quantity) for one in wanted for need in one.needs]
    held = levels.lock_skus(session, {sku_id for sku_id, _ in needs}, [site.id for site in places])
    standing.clear_expired(session, needs, held, actor=actor)
    router = _Router(places, held)
    routes = [route for route in (router.route(one) for one in wanted) if route.shares]
    shares = [share for route in routes for share in route.shares]
    allocate(session, shares, actor=actor, locked=held)
    emit(session, write_routes(session, routes, cause=cause), actor=actor)
    facts.change(
        session,
        [
            LineChange(order_line_id=share.order_line_id, allocated=share.quantity, backordered=-share.quantity)
            for share in shares
        ],
        actor=actor,
    )
    now = clock.now()
    promising.promise(session, {route.wanted.order_id: route.promise(now, places) for route in routes})
    days = {route.wanted.order_id: route.wanted.transit_days for route in routes}
    rest_on_stock(session, shares, places, transit_days=days, actor=actor)
    return sum(share.quantity for share in shares)


def write_routes(session: Session, routes: Sequence[Routed], *, cause: str, are_new: bool = False) -> list[OrderRouted]:
    """Store the decisions and open the work at the sites; answers what is to be told of each."""
    if not routes:
        return []
    decision_ids = bulk.next_ids(session, {"routing_decisions": len(routes)})["routing_decisions"]
    bulk.insert(
        session,
        RoutingDecision,
        [
            {
                "id": id,
                "order_id": route.wanted.order_id,
                "cause": cause,
                "rules_version": RULES.version,
                "inputs": route.inputs,
                "outcome": route.outcome,
            }
            for id, route in zip(decision_ids, routes, strict=True)
        ],
    )
    open_work(session, [task for route in routes for task in _tasks(route)], are_new=are_new)
    return [
        OrderRouted(order_id=route.wanted.order_id, decision_id=id, cause=cause)
        for id, route in zip(decision_ids, routes, strict=True)
    ]


class _Router:
    """Holds what is still free while a batch is routed in order."""

    def __init__(
        self,
        places: Sequence[SitePlace],
        held: Mapping[Key, Level],
        reserved: Mapping[str, Mapping[Key, int]] | None = None,
    ) -> None:
        self.places = places
        self.free = {key: level.available for key, level in held.items()}
        self.reserved = dict(reserved or {})

    def offer(self, draft: NewOrder) -> Routed:
        """An order that may not wait and cannot have everything takes nothing from those behind it."""
        mine = self.reserved.get(draft.request.reservation, {})
        routed = self._decided(_wanted(draft), mine)
        if routed.is_complete or draft.backorders_allowed:
            self.reserved.pop(draft.request.reservation, None)
            self._take(routed.shares)
        return routed

    def route(self, wanted: Wanted) -> Routed:
        routed = self._decided(wanted)
        self._take(routed.shares)
        return routed

    def _take(self, shares: Sequence[Share]) -> None:
        for share in shares:
            self.free[share.key] -= share.quantity - share.reserved

    def _decided(self, wanted: Wanted, mine: Mapping[Key, int] = NOTHING) -> Routed:
        """``mine`` are units that only this order may have."""
        skus = sorted({need.sku_id for need in wanted.needs})
        candidates = [self._candidate(site, skus, wanted.excluded.get(site.id, ""), mine) for site in self.places]
        inputs = Inputs(wanted.needs, tuple(candidates), wanted.destination, RULES)
        outcome = inputs.decide()
        shares = _shares(wanted, outcome)
        return Routed(
            wanted=wanted,
            shares=own_reservations.drawn_on(shares, mine) if mine else shares,
            inputs=encode(inputs),
            outcome=encode_outcome(outcome),
        )

    def _candidate(self, site: SitePlace, skus: Sequence[int], excluded: str, mine: Mapping[Key, int]) -> Candidate:
        return Candidate(
            site_id=site.id,
            code=site.code,
            name=site.name,
            country=site.country,
            latitude_e6=site.latitude_e6,
            longitude_e6=site.longitude_e6,
            priority=site.priority,
            available={sku: self.free.get((sku, site.id), 0) + mine.get((sku, site.id), 0) for sku in skus},
            excluded=excluded,
        )


def _wanted(draft: NewOrder) -> Wanted:
    latitude, longitude = draft.place or (None, None)
    return Wanted(
        order_id=draft.id,
        destination=Destination(latitude_e6=latitude, longitude_e6=longitude, country=draft.request.contact.country),
        needs=tuple(
            Need(order_line_id=line.id, sku_id=line.sku_id, sku_code=line.sku_code, quantity=line.quantity)
            for line in draft.lines
        ),
        names={line.id: line.name for line in draft.lines},
        transit_days=draft.transit_days,
        actor=draft.actor,
    )


def _read_backordered(
    session: Session, order_ids: Collection[int], excluded: Mapping[int, Mapping[int, str]]
) -> list[Wanted]:
    rows = session.execute(text(BACKORDERED), {"ids": list(order_ids)}).all()
    by_order: dict[int, list[Any]] = {}
    for row in rows:
        by_order.setdefault(row.order_id, []).append(row)
    return [_wanted_again(lines, excluded.get(order_id, {})) for order_id, lines in by_order.items()]


BACKORDERED = """
SELECT l.order_id, l.id, l.sku_id, l.sku_code, l.name, l.backordered, c.latitude_e6, c.longitude_e6, c.country,
       z.transit_days
  FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN order_contacts c ON c.order_id = o.id
  LEFT JOIN zones z ON z.id = o.zone_id
 WHERE l.order_id = ANY(CAST(:ids AS bigint[])) AND l.backordered > 0
 ORDER BY min(l.promised_on) OVER (PARTITION BY o.id), o.placed_at, o.id, l.position
"""


def _wanted_again(lines: Sequence[Any], excluded: Mapping[int, str]) -> Wanted:
    first = lines[0]
    return Wanted(
        order_id=first.order_id,
        destination=Destination(
            latitude_e6=first.latitude_e6,
            longitude_e6=first.longitude_e6,
            country=first.country,
        ),
        needs=tuple(
            Need(order_line_id=row.id, sku_id=row.sku_id, sku_code=row.sku_code, quantity=row.backordered)
            for row in lines
        ),
        names={row.id: row.name for row in lines},
        transit_days=first.transit_days,
        excluded=excluded,
    )


def _shares(wanted: Wanted, outcome: Outcome) -> tuple[Share, ...]:
    return tuple(
        Share(
            order_id=wanted.order_id,
            order_line_id=line_id,
            sku_id=sku_id,
            site_id=part.site_id,
            quantity=quantity,
            actor=wanted.actor,
        )
        for part in outcome.parts
        for line_id, sku_id, quantity in part.portions
    )


def _tasks(route: Routed) -> list[Task]:
    codes = {need.order_line_id: need.sku_code for need in route.wanted.needs}
    return [
        Task(
            order_id=share.order_id,
            order_line_id=share.order_line_id,
            sku_id=share.sku_id,
            sku_code=codes[share.order_line_id],
            name=route.wanted.names[share.order_line_id],
            site_id=share.site_id,
            quantity=share.quantity,
        )
        for share in route.shares
    ]
