"""Counts are planned: by class, zone and age, where units were missing, or by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.counting import opening, plans, requests
from app.counting.opening import NewCount
from app.counting.plan import Proposal, Rule, due
from app.counting.plans import PlanRow
from app.counting.tolerance import Rules
from app.kernel import clock
from app.kernel.actor import SYSTEM, Actor
from app.kernel.deliveries import Held
from app.kernel.errors import Invalid
from app.orders.events import UnitsShortPicked
from app.workflows.abc_classes import abc_classes
from app.workflows.countable_spots import SpotKey, open_spots, spots

MOST_BY_HAND = 500


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A count by hand: all bins of a zone, these bins and SKUs by code, and the one bin or SKU that a page showed.

    A SKU means each place where it lies.
    """

    site_id: int
    zone: str = ""
    codes: tuple[str, ...] = ()
    bin_id: int | None = None
    sku_id: int | None = None


def plan_due(session: Session, *, actor: Actor) -> list[str]:
    """Numbers of the counts that the plans ask for now, and of those for places where units were missing."""
    sites = _lock_sites(session)
    classes, rows, rules = abc_classes(session), plans.listed(session), plans.defaults(session).rules
    by_id = {row.id: row for row in rows}
    wanted = []
    for site_id in sites:
        mine = [_rule(row) for row in rows if row.site_id == site_id and row.facts.is_active]
        proposals = due(spots(session, site_id, classes), mine, now=clock.now())
        wanted += [_count(site_id, one, by_id, rules) for one in proposals]
    requests.answer(session, sites)
    return opening.plan(session, wanted, actor=actor)


def plan_daily(session: Session, _held: Sequence[Held]) -> None:
    plan_due(session, actor=SYSTEM)


def plan_by_hand(session: Session, wanted: Wanted, *, actor: Actor) -> str:
    """The number of the new count. Raises Invalid for codes that mean nothing there, or are being counted already."""
    lock_site(session, wanted.site_id)
    found = places(session, wanted)
    busy = open_spots(session, wanted.site_id)
    taken = [f"{name} ({busy[key]})" for key, name in found.items() if key in busy]
    if taken:
        raise Invalid([("codes", f"being counted already: {', '.join(taken[:5])}; leave it out")])
    if not 0 < len(found) <= MOST_BY_HAND:
        raise Invalid([("codes", f"{len(found)} places: name 1 to {MOST_BY_HAND} by a zone or by their codes")])
    return begin(session, wanted.site_id, found, actor=actor)


def begin(session: Session, site_id: int, spots: Collection[SpotKey], *, actor: Actor) -> str:
    """The number of a count of these places, by the rules for counts by hand."""
    new = NewCount(site_id=site_id, cause="hand", rules=plans.defaults(session).rules, spots=tuple(spots))
    return opening.plan(session, [new], actor=actor)[0]


def lock_site(session: Session, site_id: int) -> None:
    """One planner at a site at a time: no place gets into two counts. Raises Invalid where no site is open."""
    if not _lock_sites(session, [site_id]):
        raise Invalid([("site_id", "there is no such site, or it is closed: choose one that is open")])


def places(session: Session, wanted: Wanted) -> dict[SpotKey, str]:
    """With what they are called. Raises Invalid for codes that mean nothing there."""
    found = {(row.id, None): row.code for row in session.execute(text(BINS), vars(wanted) | _codes(wanted))}
    others = set(wanted.codes) - set(found.values())
    known = codes.resolve(session, others)
    unknown = sorted(others - set(known))
    if unknown:
        raise Invalid([("codes", f"no bin here and no SKU is called {', '.join(map(repr, unknown[:5]))}")])
    values = {"site": wanted.site_id, "codes": sorted(set(known.values())), "sku": wanted.sku_id}
    rows = session.execute(text(WHERE_SKUS_LIE), values)
    return {**found, **{(row.bin_id, row.sku_id): row.name for row in rows}}


def on_units_short_picked(session: Session, events: Sequence[UnitsShortPicked]) -> None:
    """Where fewer were found than the book says, somebody should look; what was damaged was found."""
    missing = [event for event in events if event.reason != "damaged"]
    values = {"ids": [one.fulfilment_order_id for one in missing], "skus": [one.sku for one in missing]}
    rows = session.execute(text(WHERE_SHORT), values)
    requests.note(session, [(row.site_id, row.sku_id) for row in rows])


def _lock_sites(session: Session, site_ids: Collection[int] | None = None) -> list[int]:
    """Those of them that are open."""
    values = {"ids": None if site_ids is None else sorted(site_ids)}
    return list(session.execute(text(LOCK_SITES), values).scalars())


def _rule(row: PlanRow) -> Rule:
    return Rule(
        plan_id=row.id,
        abc_class=row.facts.abc_class,
        zone=row.facts.zone,
        every_days=row.facts.every_days,
        room=row.facts.most_places - row.open_places,
    )


def _count(site_id: int, one: Proposal, by_id: dict[int, PlanRow], rules: Rules) -> NewCount:
    return NewCount(
        site_id=site_id,
        plan_id=one.plan_id,
        cause="short_pick" if one.plan_id is None else "plan",
        rules=rules if one.plan_id is None else by_id[one.plan_id].facts.rules,
        spots=tuple((spot.bin_id, spot.sku_id) for spot in one.spots),
    )


def _codes(wanted: Wanted) -> dict[str, list[str]]:
    return {"codes": list(wanted.codes)}


LOCK_SITES = """
SELECT id FROM sites WHERE is_active AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
 ORDER BY id FOR NO KEY UPDATE
"""

WHERE_SHORT = """
SELECT f.site_id, k.id AS sku_id
  FROM unnest(CAST(:ids AS bigint[]), CAST(:skus AS text[])) AS v(id, sku)
  JOIN fulfilment_orders f ON f.id = v.id JOIN skus k ON k.code = v.sku
"""

BINS = """
SELECT id, code FROM bins
 WHERE site_id = :site_id AND is_active AND (code = ANY(CAST(:codes AS text[])) OR (:zone <> '' AND zone = :zone)
                                             OR id = CAST(:bin_id AS bigint))
 ORDER BY pick_sequence, code
"""

# A SKU that lies nowhere is looked for where it would lie without a bin.
WHERE_SKUS_LIE = """
SELECT DISTINCT b.bin_id, CASE WHEN b.bin_id IS NULL THEN k.id END AS sku_id, coalesce(n.code, k.code) AS name
  FROM skus k LEFT JOIN bin_stock b ON b.sku_id = k.id AND b.site_id = :site AND b.quantity > 0
  LEFT JOIN bins n ON n.id = b.bin_id
 WHERE k.code = ANY(CAST(:codes AS text[])) OR k.id = CAST(:sku AS bigint) ORDER BY 1, 2
"""
