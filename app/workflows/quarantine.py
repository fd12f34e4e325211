"""Setting units aside from sale, with who, why and a photo; and deciding what becomes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import keeping
from app.inventory import cases, levels, moves, places, serials
from app.inventory.cases import Decision, NewCase, OpenCase
from app.inventory.errors import PlaceEmpty
from app.inventory.levels import Key
from app.inventory.moves import Move
from app.inventory.places import Place, Portion, Shelves, shelves_first
from app.inventory.serials import Unit
from app.inventory.values import CONDITIONS, GOOD
from app.kernel import clock
from app.kernel.actor import SYSTEM, Actor
from app.kernel.deliveries import Held
from app.kernel.errors import Invalid
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.decided_units import Units
from app.workflows.displace import lock_losing
from app.workflows.free_places import free_places
from app.workflows.goods_in_hand import Goods, goods_in_hand
from app.workflows.shelf_rules import Wish

UNSOLD = {code: name for code, name in CONDITIONS.items() if code not in (GOOD, "expired")}


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """``code`` is a SKU, a label or a number as scanned; bin and lot where somebody said so. ``to_bin`` is where the
    units are put; empty where they stay."""

    site_id: int
    code: str
    quantity: int
    condition: str
    reason: str
    bin: str = ""
    lot: str = ""
    to_bin: str = ""
    photo_file_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Found:
    asked: SetAside
    goods: Goods
    unit: Unit | None
    portion: Portion

    @property
    def key(self) -> Key:
        return self.goods.sku_id, self.asked.site_id

    @property
    def serial_ids(self) -> tuple[int, ...]:
        return () if self.unit is None else (self.unit.id,)


def set_units_aside(session: Session, asked: Sequence[SetAside], *, actor: Actor) -> list[int]:
    """A fact, never refused for a promise's sake; a case for each lot. Answers their ids. Raises Invalid."""
    _refuse_nonsense(asked)
    goods = goods_in_hand(session, [(one.site_id, one.code) for one in asked])
    sums: dict[Key, int] = {}
    for one, good in zip(asked, goods, strict=True):
        sums[good.sku_id, one.site_id] = sums.get((good.sku_id, one.site_id), 0) + one.quantity
    lock_losing(session, sums)
    shelves = free_places(session, sums)
    units = serials.find(session, [(good.sku_id, good.serial) for good in goods if good.serial])
    found = [each for one, good in zip(asked, goods, strict=True) for each in _found(one, good, shelves, units)]
    adjust_stock(session, [_adjustment(one) for one in found], actor=actor)
    put = _put(session, found, actor)
    return cases.add(session, _cases(found, put), actor=actor)


def decide(session: Session, decisions: Sequence[Decision], *, actor: Actor) -> None:
    """Release to good, scrap or send back units of cases, a part or all.

    Raises Invalid, NotFound for an unknown case, and PlaceEmpty where its units do not lie there any more.
    """
    for one in decisions:
        if one.quantity < 1:
            raise Invalid([("quantity", f"{one.quantity} is no number of units: type 1 or more")])
    keys = cases.keys_of(session, {one.case_id for one in decisions})
    levels.lock(session, keys)
    known = cases.lock(session, {one.case_id for one in decisions})
    _refuse_unfit(session, [known[one.case_id] for one in decisions if one.act == "release"])
    costs = keeping.costs(session, {one.sku_id for one in known.values()})
    priced = [replace(one, loss_minor=_loss(one, costs[known[one.case_id].sku_id])) for one in decisions]
    cases.decide(session, priced, actor=actor)
    units = Units(session, known.values(), actor=actor)
    turned = [each for one in priced for each in units.outcome(one, known[one.case_id])]
    adjust_stock(session, turned, actor=actor)


def open_missing_cases(session: Session, *, actor: Actor) -> int:
    """A case for whatever lies in a condition that is not sold and stands in none; answers how many were opened.

    Cases that outlived their number, as older versions left them, end before: they hide units that stand in none.
    """
    outlived = cases.outlived(session)
    rows = session.execute(text(WITHOUT_A_CASE)).mappings().all()
    wanted = {(row["sku_id"], row["site_id"]) for row in rows} | {(sku_id, site_id) for sku_id, site_id, *_ in outlived}
    held = levels.lock(session, wanted)
    if outlived:
        cases.shrink(session, outlived, actor=actor)
    again = session.execute(text(WITHOUT_A_CASE)).mappings()
    still = [row for row in again if (row["sku_id"], row["site_id"]) in held]
    return len(
        cases.add(session, [NewCase(**row, reason="Was set aside without a case") for row in still], actor=actor)
    )


def open_missing_cases_on_time(session: Session, _held: Sequence[Held]) -> None:
    """The scheduled effect: what came in damaged or to be checked waits for somebody from then on."""
    open_missing_cases(session, actor=SYSTEM)


def _refuse_nonsense(asked: Sequence[SetAside]) -> None:
    for one in asked:
        if one.condition not in UNSOLD:
            raise Invalid([("condition", f"“{one.condition}” is not known here: choose one of {', '.join(UNSOLD)}")])
        if not one.reason.strip():
            raise Invalid([("reason", "say why: whoever decides about these units will read it")])
        if one.quantity < 1:
            raise Invalid([("quantity", f"{one.quantity} is no number of units: type 1 or more")])


def _found(one: SetAside, goods: Goods, shelves: Shelves, units: Mapping[tuple[int, str], Unit]) -> list[_Found]:
    unit = _unit(one, goods, units)
    wish = Wish(place=(unit.bin_id, unit.lot_id)) if unit else Wish(bin=one.bin, lot=one.lot or goods.lot)

    def is_meant(place: Place) -> bool:
        return places.is_good(place) and wish.fits(place)

    key = goods.sku_id, one.site_id
    try:
        portions = shelves.take(key, one.quantity, order=shelves_first, where=is_meant)
    except PlaceEmpty as error:
        raise Invalid([("quantity", f"{goods.sku}: {error}; what is picked is put back first")]) from None
    return [_Found(asked=one, goods=goods, unit=unit, portion=portion) for portion in portions]


def _unit(one: SetAside, goods: Goods, units: Mapping[tuple[int, str], Unit]) -> Unit | None:
    if goods.tracking != "serial":
        return None
    if not goods.serial or one.quantity != 1:
        raise Invalid([("code", f"{goods.sku} is known by serial number: scan the number of each unit, one by one")])
    return serials.in_hand(units.get((goods.sku_id, goods.serial)), goods.serial, one.site_id)


def _adjustment(one: _Found) -> Adjustment:
    return Adjustment(
        sku_id=one.goods.sku_id,
        site_id=one.asked.site_id,
        reason="damage" if one.asked.condition == "damaged" else "condition",
        unavailable=one.portion.quantity,
        bin_id=one.portion.bin_id,
        lot_id=one.portion.lot_id,
        condition=one.asked.condition,
        is_exact=True,
        serial_ids=one.serial_ids,
    )


def _put(session: Session, found: Sequence[_Found], actor: Actor) -> dict[tuple[int, str], int]:
    """Into the bins that were named; answers their ids by site and code."""
    wanted = {(one.asked.site_id, one.asked.to_bin) for one in found if one.asked.to_bin}
    rows = session.execute(
        text(BINS), {"sites": [site for site, _ in sorted(wanted)], "codes": [code for _, code in sorted(wanted)]}
    )
    bins = {(row.site_id, row.asked): row.id for row in rows}
    for _, code in sorted(wanted - set(bins)):
        raise Invalid([("to_bin", f"there is no bin {code} at this site: scan another, or leave it empty")])
    put = [(one, bins[one.asked.site_id, one.asked.to_bin]) for one in found if one.asked.to_bin]
    moves.move(session, [_move(one, bin_id) for one, bin_id in put if bin_id != one.portion.bin_id], actor=actor)
    return bins


def _move(one: _Found, bin_id: int) -> Move:
    return Move(
        sku_id=one.goods.sku_id,
        site_id=one.asked.site_id,
        quantity=one.portion.quantity,
        from_bin_id=one.portion.bin_id,
        to_bin_id=bin_id,
        lot_id=one.portion.lot_id,
        from_condition=one.asked.condition,
        reason="move",
        reference=("adjustment", 0),
        serial_ids=one.serial_ids,
    )


def _cases(found: Sequence[_Found], put: Mapping[tuple[int, str], int]) -> list[NewCase]:
    """Units of one lot that were set aside together are one case."""
    opened: dict[tuple[int, int | None], NewCase] = {}
    for one in found:
        key = id(one.asked), one.portion.lot_id
        if key in opened:
            opened[key] = replace(opened[key], quantity=opened[key].quantity + one.portion.quantity)
        else:
            opened[key] = NewCase(
                sku_id=one.goods.sku_id,
                site_id=one.asked.site_id,
                bin_id=put.get((one.asked.site_id, one.asked.to_bin), one.portion.bin_id),
                lot_id=one.portion.lot_id,
                serial_id=one.unit.id if one.unit else None,
                condition=one.asked.condition,
                quantity=one.portion.quantity,
                reason=one.asked.reason.strip(),
                photo_file_id=one.asked.photo_file_id,
            )
    return list(opened.values())


def _refuse_unfit(session: Session, released: Sequence[OpenCase]) -> None:
    rows = session.execute(text(UNFIT), {"ids": sorted({one.id for one in released}), "now": clock.now()})
    for row in rows:
        remedy = "let the lot go first" if row.is_frozen else "scrap these units, or correct the day of the lot"
        why = "is frozen" if row.is_frozen else f"was to be removed on {row.remove_on}"
        raise Invalid([("act", f"lot {row.code} {why}: {remedy}")])


def _loss(one: Decision, cost: int | None) -> int | None:
    return one.quantity * cost if one.act == "scrap" and cost is not None else None


BINS = """
SELECT b.site_id, b.id, v.code AS asked
  FROM unnest(CAST(:sites AS bigint[]), CAST(:codes AS text[])) AS v(site_id, code)
  JOIN bins b ON b.site_id = v.site_id AND upper(b.code) = upper(v.code) AND b.is_active
"""

UNFIT = """
SELECT t.code, t.remove_on, t.frozen_at IS NOT NULL AS is_frozen
  FROM quarantine_cases c JOIN lots t ON t.id = c.lot_id JOIN sites s ON s.id = c.site_id
 WHERE c.id = ANY(CAST(:ids AS bigint[]))
   AND (t.frozen_at IS NOT NULL OR t.remove_on <= (CAST(:now AS timestamptz) AT TIME ZONE s.time_zone)::date)
 ORDER BY c.id LIMIT 1
"""

WITHOUT_A_CASE = """
SELECT b.sku_id, b.site_id, b.lot_id, b.condition, (b.units - coalesce(c.units, 0))::bigint AS quantity
  FROM (SELECT sku_id, site_id, lot_id, condition, sum(quantity) AS units FROM bin_stock
         WHERE condition <> 'good' AND quantity > 0 GROUP BY 1, 2, 3, 4) b
  LEFT JOIN (SELECT sku_id, site_id, lot_id, condition, sum(quantity_left) AS units FROM quarantine_cases
              WHERE closed_at IS NULL GROUP BY 1, 2, 3, 4) c
    ON c.sku_id = b.sku_id AND c.site_id = b.site_id AND c.condition = b.condition
   AND c.lot_id IS NOT DISTINCT FROM b.lot_id
 WHERE b.units > coalesce(c.units, 0) ORDER BY 1, 2, 3, 4 LIMIT 500
"""
