"""The single way in: every order of every channel is placed here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.channels import lookup
from app.customers import register
from app.customers.register import Buyer
from app.inventory import levels, sites, standing
from app.inventory.allocations import allocate
from app.inventory.levels import Key, Level
from app.inventory.sites import SitePlace
from app.inventory.standing import Line
from app.kernel import bulk, clock, driver, ids
from app.kernel.actor import Actor
from app.kernel.events import Event, emit
from app.orders import exceptions, placing
from app.orders.events import OrderConfirmed, OrderPlaced, OrderRecorded, OrderRouted
from app.orders.placing import NewOrder, PricedLine
from app.orders.values import Failure, OrderRequest, Placement
from app.shipping import zones
from app.workflows import own_reservations
from app.workflows.check_orders import Checked, check_orders
from app.workflows.claim_orders import claim_orders, store_answers
from app.workflows.route_orders import Routed, choose, write_routes

MOST_EVENTS = 3  # placed, routed, confirmed


def place_orders(session: Session, requests: Sequence[OrderRequest], *, actor: Actor) -> list[Placement]:
    """Place each request, or say why not; one answer per request, in order.

    A request that was answered before (same key or same external number) gets that answer again. One that a person can
    mend is parked in the exceptions queue. The number of SQL statements does not depend on the number of requests.
    """
    with driver.reading_ahead(session, placement_reads(requests)):
        return _answers(session, requests, actor)


def placement_reads(requests: Sequence[OrderRequest]) -> list[driver.Query]:
    """What ``place_orders`` reads first, for callers that read something with it in one round trip."""
    reads = [lookup.asked({request.channel for request in requests}), (zones.RULES, {}), (sites.ACTIVE, {})]
    tokens = own_reservations.tokens(requests)
    return [*reads, standing.asked(tokens)] if tokens else reads


def _answers(session: Session, requests: Sequence[OrderRequest], actor: Actor) -> list[Placement]:
    checked = check_orders(session, requests)
    placements: list[Placement | None] = [None] * len(checked)
    for position, one in enumerate(checked):
        if one.is_blocked and not one.is_mendable:
            placements[position] = Placement(failures=one.failures)
    open_positions = [position for position, placement in enumerate(placements) if placement is None]
    claims = claim_orders(session, checked, open_positions)
    for position, placement in claims.answered.items():
        placements[position] = placement
    fresh = [at for at in open_positions if placements[at] is None and at not in claims.leader]
    with driver.together(session):
        _park(session, checked, [at for at in fresh if checked[at].is_blocked], placements)
        _place(session, checked, [at for at in fresh if not checked[at].is_blocked], placements, actor)
        store_answers(session, claims, placements)
    _follow(session, requests, claims.leader, placements, actor)
    return [placement for placement in placements if placement is not None]


def _park(
    session: Session, checked: Sequence[Checked], positions: Sequence[int], placements: list[Placement | None]
) -> None:
    if not positions:
        return
    parked = [
        exceptions.Parked(channel_id=one.channel.id, request=one.request, failures=one.failures)
        for one in (checked[at] for at in positions)
    ]
    for at, id in zip(positions, exceptions.park(session, parked), strict=True):
        placements[at] = Placement(exception_id=id, failures=checked[at].failures)


def _place(
    session: Session,
    checked: Sequence[Checked],
    positions: Sequence[int],
    placements: list[Placement | None],
    actor: Actor,
) -> None:
    if not positions:
        return
    places = sites.active(session)
    drafts, held, reserved = _drafts_and_stock(session, [checked[at] for at in positions], places, actor)
    standing.clear_expired(session, _wanted(drafts), held, mine=reserved, actor=actor)
    routed = choose(drafts, places, held, own_reservations.units(reserved))
    accepted: list[NewOrder] = []
    routes: list[Routed] = []
    for at, draft, route in zip(positions, drafts, routed, strict=True):
        short = _shortages(draft, route)
        if short:
            placements[at] = Placement(failures=short)
            continue
        order = _routed(draft, route, places) if route else draft
        accepted.append(order)
        routes.extend([route] if route else [])
        placements[at] = _placement(order, checked[at])
    if reserved:
        held_for = {order.id: order.request.reservation for order in accepted}
        mine = [(held_for[route.wanted.order_id], route.wanted.order_id, route.shares) for route in routes]
        own_reservations.settle(session, mine, reserved, held, actor=actor)
    _write(session, accepted, routes, held, actor)


def _wanted(drafts: Sequence[NewOrder]) -> Iterator[tuple[int, int]]:
    return ((line.sku_id, line.quantity) for draft in drafts if not draft.request.history for line in draft.lines)


def _drafts_and_stock(
    session: Session, checked: Sequence[Checked], places: Sequence[SitePlace], actor: Actor
) -> tuple[list[NewOrder], dict[Key, Level], list[Line]]:
    """Customers, ids, locked levels and what the orders' own carts hold in one round trip: none needs another's
    answer."""
    buyers = [_buyer(one.request) for one in checked]
    wanted = _ids_for(checked)
    skus = {line.sku_id for one in checked if not one.request.history for line in one.lines}
    tokens = own_reservations.tokens(one.request for one in checked)
    mine = standing.of_tokens(session, tokens)
    skus |= {line.sku_id for line in mine}
    site_ids = sorted({*(place.id for place in places), *(line.site_id for line in mine)})
    stock = [levels.asked(skus, site_ids)] if skus else []
    stock += [standing.asked_locked(tokens)] if tokens else []
    with driver.reading_ahead(session, [register.asked(buyers), bulk.asked(wanted), *stock]):
        customer_ids = register.register(session, buyers)
        bulk.draw_ahead(session, wanted)
        held = levels.lock_skus(session, skus, site_ids) if skus else {}
        reserved = standing.lock_tokens(session, tokens, held)
    return _drafts(session, checked, customer_ids, actor), held, reserved


def _ids_for(checked: Sequence[Checked]) -> dict[str, int]:
    orders, lines = len(checked), sum(len(one.lines) for one in checked)
    own = {"orders": orders, "order_numbers": orders, "order_lines": lines}
    return {**own, "routing_decisions": orders, "fulfilment_orders": lines, "events": MOST_EVENTS * orders}


def _drafts(
    session: Session, checked: Sequence[Checked], customer_ids: Sequence[int | None], actor: Actor
) -> list[NewOrder]:
    orders, lines = len(checked), sum(len(one.lines) for one in checked)
    drawn = bulk.next_ids(session, {"orders": orders, "order_numbers": orders, "order_lines": lines})
    line_ids = iter(drawn["order_lines"])
    return [
        NewOrder(
            id=id,
            number=f"W-{number}",
            tracking_key=ids.public_token(),
            request=one.request,
            channel_id=one.channel.id,
            customer_id=customer_id,
            zone_id=one.zone.zone_id if one.zone else None,
            transit_days=one.zone.transit_days if one.zone else None,
            actor=one.request.actor or actor,
            lines=tuple(PricedLine(id=next(line_ids), **vars(line)) for line in one.lines),
            place=one.place,
            payment_condition="none" if one.request.import_id else one.channel.payment_condition,
            backorders_allowed=one.channel.backorders_allowed,
            holds=one.holds,
        )
        for one, customer_id, id, number in zip(
            checked, customer_ids, drawn["orders"], drawn["order_numbers"], strict=True
        )
    ]


def _buyer(request: OrderRequest) -> Buyer:
    contact = request.contact
    return Buyer(code=request.customer_code, email=contact.email, name=contact.name, phone=contact.phone)


def _routed(draft: NewOrder, route: Routed, places: Sequence[SitePlace]) -> NewOrder:
    return replace(draft, allocated=route.allocated, promised_at=route.promise(clock.now(), places))


def _shortages(draft: NewOrder, route: Routed | None) -> tuple[Failure, ...]:
    if route is None or draft.backorders_allowed:
        return ()
    short = {line.place for line in draft.lines if route.allocated.get(line.id, 0) < line.quantity}
    return tuple(
        _shortage(place, [line for line in draft.lines if line.place == place], route) for place in sorted(short)
    )


def _shortage(place: int, lines: Sequence[PricedLine], route: Routed) -> Failure:
    """Of a kit there are as many as its scarcest component is enough for."""
    first = lines[0]
    code, asked = (first.kit.code, first.kit.quantity) if first.kit else (first.sku_code, first.quantity)
    left = min(route.allocated.get(line.id, 0) * asked // line.quantity for line in lines)
    message = f"{code}: {left} left, {asked} asked"
    return Failure(code="out_of_stock", field=f"lines.{place}.quantity", message=message)


def _placement(order: NewOrder, one: Checked) -> Placement:
    return Placement(
        order_id=order.id,
        number=order.number,
        status=order.status,
        tracking_key=order.tracking_key,
        promised_at=order.promised_at,
        failures=one.failures,
    )


def _write(
    session: Session, orders: Sequence[NewOrder], routes: Sequence[Routed], held: Mapping[Key, Level], actor: Actor
) -> None:
    if not orders:
        return
    placing.write(session, orders)
    shares = [share for route in routes for share in route.shares]
    allocate(session, shares, actor=actor, locked=held, are_new=True)
    routed = write_routes(session, routes, cause="placed", are_new=True)
    _tell(session, orders, routed)
    mended = [(order.request.mends, order.id) for order in orders if order.request.mends]
    if mended:
        exceptions.resolve(session, mended, actor=actor)


def _tell(session: Session, orders: Sequence[NewOrder], routed: Sequence[OrderRouted]) -> None:
    routes = {event.order_id: event for event in routed}
    told = [(event, order.actor) for order in orders for event in _events(order, routes.get(order.id))]
    emit(session, [event for event, _ in told], actor=[actor for _, actor in told], are_first=True)


def _events(order: NewOrder, routed: OrderRouted | None) -> list[Event]:
    """As many as ``NewOrder.event_count`` says."""
    id, number, channel = order.id, order.number, order.request.channel
    if routed is None:
        return [OrderRecorded(order_id=id, number=number, channel=channel)]
    placed: list[Event] = [OrderPlaced(order_id=id, number=number, channel=channel), routed]
    return [*placed, OrderConfirmed(order_id=id)] if order.status == "confirmed" else placed


def _follow(
    session: Session,
    requests: Sequence[OrderRequest],
    leaders: Mapping[int, int],
    placements: list[Placement | None],
    actor: Actor,
) -> None:
    """Who repeats an order of the same batch is told what became of it; where nothing did, it is tried in its place."""
    alone = []
    for follower, leader in leaders.items():
        before = placements[leader]
        assert before is not None
        if before.came_to_nothing:
            alone.append(follower)
        else:
            placements[follower] = replace(before, duplicate=True)
    if alone:
        again = place_orders(session, [requests[at] for at in alone], actor=actor)
        for at, placement in zip(alone, again, strict=True):
            placements[at] = placement
