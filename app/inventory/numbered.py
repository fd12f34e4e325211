"""Numbered units go where their units go: what leaves a place takes its numbers along, what comes brings them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from app.inventory.care_models import SerialMove
from app.inventory.errors import PlaceEmpty
from app.kernel import bulk, clock, driver
from app.kernel.actor import Actor
from app.kernel.driver import array

if TYPE_CHECKING:
    from app.inventory.post import Movement

GONE = {"ship": "shipped", "scrap": "scrapped", "vendor": "sent_back"}
IN_TRANSIT = "transfer"
FROM_SHELVES = ("count", "receipt_undone", "transfer_out")  # what was picked meanwhile is not meant

_Place = tuple[int, int, int | None, int | None, str]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What became of one numbered unit, and where it is afterwards."""

    serial_id: int
    what: str
    state: str
    site_id: int | None
    bin_id: int | None
    lot_id: int | None
    condition: str
    reference: tuple[str, int]
    actor: str


def follow(session: Session, movements: Sequence["Movement"], *, actor: Actor, moment: datetime) -> None:
    """The bins are written. Named numbers go as they are named; where others must, the oldest do, as nobody said which,
    but those that have a case of their own last.

    A number that comes and does not leave anywhere was on its way between sites. Raises ``PlaceEmpty`` where a named
    unit does not lie where it is taken from, or is not on its way.
    """
    leaving: dict[_Place, Movement] = {_place(one): one for one in movements if one.on_hand < 0}
    named = {id: one for one in movements if one.on_hand < 0 for id in one.serial_ids}
    told = {id: one for one in movements if one.on_hand > 0 for id in one.serial_ids}
    gone = _leaving(session, leaving, list(named)) if leaving else []
    if len({row.serial_id for row in gone} & set(named)) < len(named):
        raise PlaceEmpty("one of these numbers does not lie there: scan it again, or look its history up")
    if any(row.state == "picked" and named[row.serial_id].reason in FROM_SHELVES for row in gone if row.is_named):
        raise PlaceEmpty("one of these numbers is in a tote: it was picked meanwhile")
    room = _room(movements)
    steps = [_step(row.serial_id, named.get(row.serial_id) or _at(leaving, row), told, room, actor) for row in gone]
    steps += [_step(id, told[id], told, room, actor) for id in _coming(session, told.keys() - named.keys())]
    if steps:
        write(session, steps, moment=moment)


def lose(session: Session, lines: Mapping[int, int], *, actor: Actor) -> None:
    """Numbers on their way that will not come, by id with the line of their transfer."""
    if not lines:
        return
    on_the_way = _coming(session, lines.keys())
    kept = {row.id: row for row in bulk.pairs(session, KEPT, sorted(on_the_way), ["in_transit"])}
    steps = [
        Step(
            serial_id=id,
            what="transfer_lost",
            state="lost",
            site_id=None,
            bin_id=None,
            lot_id=kept[id].lot_id,
            condition=kept[id].condition,
            reference=("transfer_line", lines[id]),
            actor=actor.code,
        )
        for id in on_the_way
    ]
    write(session, steps, moment=clock.now())


def write(session: Session, steps: Sequence[Step], *, moment: datetime) -> None:
    """Bring the numbers to where they are now, and write their history."""
    driver.write(
        session,
        WRITE,
        {
            "id": array(one.serial_id for one in steps),
            "state": array(one.state for one in steps),
            "site": array(one.site_id for one in steps),
            "bin": array(one.bin_id for one in steps),
            "condition": array(one.condition for one in steps),
            "lot": array(one.lot_id for one in steps),
            "line": array(_line(one) for one in steps),
        },
    )
    bulk.insert(session, SerialMove, [_history(one, moment) for one in steps])


def _history(one: Step, moment: datetime) -> dict[str, Any]:
    return {
        "serial_id": one.serial_id,
        "what": one.what,
        "state": one.state,
        "site_id": one.site_id,
        "bin_id": one.bin_id,
        "condition": one.condition,
        "reference_type": one.reference[0],
        "reference_id": one.reference[1],
        "actor": one.actor,
        "occurred_at": moment,
    }


def _line(one: Step) -> int | None:
    return one.reference[1] if one.state == "shipped" else None


def _place(one: "Movement") -> _Place:
    return one.sku_id, one.site_id, one.bin_id, one.lot_id, one.condition


def _at(leaving: Mapping[_Place, "Movement"], row: Any) -> "Movement":
    return leaving[row.sku_id, row.site_id, row.bin_id, row.lot_id, row.condition]


def _leaving(session: Session, leaving: Mapping[_Place, "Movement"], named: Sequence[int]) -> list[Any]:
    places = dict(zip(("sku", "site", "bin", "lot", "condition"), zip(*leaving, strict=True), strict=True))
    values = {name: array(column) for name, column in places.items()}
    return driver.fetch(session, LEAVING, {**values, "named": array(named)})


def _coming(session: Session, serial_ids: Collection[int]) -> list[int]:
    """Those ids, once they are locked. Raises ``PlaceEmpty`` for one that is not on its way."""
    if not serial_ids:
        return []
    rows = bulk.pairs(session, f"{KEPT} ORDER BY id FOR UPDATE", sorted(serial_ids), ["in_transit"])
    if len(rows) < len(serial_ids):
        raise PlaceEmpty("one of these numbers is not on its way any more: load the page again")
    return [row.id for row in rows]


def _room(movements: Sequence["Movement"]) -> dict[_Place, int]:
    """Places where more lie than before, and how many more; units that come or go by name are not among them."""
    sums: dict[_Place, int] = {}
    for one in movements:
        named = len(one.serial_ids) if one.on_hand > 0 else -len(one.serial_ids)
        sums[_place(one)] = sums.get(_place(one), 0) + one.on_hand - named
    return {place: units for place, units in sums.items() if units > 0}


def _step(
    serial_id: int, why: "Movement", told: Mapping[int, "Movement"], room: dict[_Place, int], actor: Actor
) -> Step:
    is_named = serial_id in why.serial_ids or serial_id in told
    place = _with_room(why, room) if not is_named else _place(told[serial_id]) if serial_id in told else None
    if place is not None and not is_named:
        room[place] -= 1
    return Step(
        serial_id=serial_id,
        what=why.reason,
        state=_gone(why.reason) if place is None else "picked" if why.reason == "pick" else "in_stock",
        site_id=place[1] if place else None,
        bin_id=place[2] if place else None,
        lot_id=why.lot_id,
        condition=place[4] if place else why.condition,
        reference=why.reference,
        actor=(why.actor or actor).code,
    )


def _with_room(why: "Movement", room: Mapping[_Place, int]) -> _Place | None:
    fitting = (place for place, units in room.items() if units > 0 and place[:2] == why.key and place[3] == why.lot_id)
    return next(fitting, None)


def _gone(reason: str) -> str:
    return "in_transit" if reason.startswith(IN_TRANSIT) else GONE.get(reason, "lost")


# A place keeps no more numbers than units. Numbers in totes are known by hand: they are the last to be given up; before
# them come those that a case speaks of by name.
LEAVING = """
SELECT p.sku_id, p.site_id, p.bin_id, p.lot_id, p.condition, n.serial_id, n.state, n.is_named
  FROM unnest(%(sku)s::bigint[], %(site)s::bigint[], %(bin)s::bigint[], %(lot)s::bigint[], %(condition)s::text[])
       AS p(sku_id, site_id, bin_id, lot_id, condition)
  JOIN bin_stock b ON b.sku_id = p.sku_id AND b.site_id = p.site_id AND b.condition = p.condition
   AND b.bin_id IS NOT DISTINCT FROM p.bin_id AND b.lot_id IS NOT DISTINCT FROM p.lot_id
 CROSS JOIN LATERAL (
       SELECT s.id AS serial_id, s.state, s.id = ANY(%(named)s::bigint[]) AS is_named,
              row_number() OVER (ORDER BY s.id = ANY(%(named)s::bigint[]) DESC, s.state = 'picked',
                                       p.condition <> 'good' AND EXISTS (
                                           SELECT FROM quarantine_cases c
                                            WHERE c.sku_id = p.sku_id AND c.site_id = p.site_id
                                              AND c.serial_id = s.id AND c.closed_at IS NULL), s.id) AS turn,
              count(*) OVER () - b.quantity AS surplus
         FROM serials s
        WHERE s.sku_id = p.sku_id AND s.site_id = p.site_id AND s.condition = p.condition
          AND s.bin_id IS NOT DISTINCT FROM p.bin_id AND s.lot_id IS NOT DISTINCT FROM p.lot_id) n
 WHERE n.is_named OR n.turn <= n.surplus
"""

KEPT = """
SELECT id, lot_id, condition FROM serials WHERE id = ANY(%(first)s::bigint[]) AND state = ANY(%(second)s::text[])
"""

WRITE = """
UPDATE serials s SET state = v.state, site_id = v.site_id, bin_id = v.bin_id, condition = v.condition,
       lot_id = v.lot_id, order_line_id = v.line
  FROM unnest(%(id)s::bigint[], %(state)s::text[], %(site)s::bigint[], %(bin)s::bigint[], %(condition)s::text[],
              %(lot)s::bigint[], %(line)s::bigint[]) AS v(id, state, site_id, bin_id, condition, lot_id, line)
 WHERE s.id = v.id
"""
