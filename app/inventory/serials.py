"""Units known by their own number: given at receipt, picked by scan, followed to the customer and back."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.inventory import levels, numbered
from app.inventory.errors import NotInHand
from app.inventory.numbered import Step
from app.inventory.values import GOOD
from app.kernel import bulk, clock, driver
from app.kernel.actor import Actor
from app.kernel.errors import Invalid

LONGEST_CODE = 60
CAME_BACK = {"shipped": "returned", "sent_back": "returned", "lost": "found", "scrapped": "found"}
HERE = ("in_stock", "picked")

Spot = tuple[int, int, int | None, int | None, str]  # SKU, site, bin, lot and condition


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A unit that came in, where it was put down, and the number on it."""

    sku_id: int
    code: str
    site_id: int
    bin_id: int | None = None
    lot_id: int | None = None
    condition: str = GOOD
    reference: tuple[str, int] = ("receipt", 0)


def numbered_at(spot: Spot, code: str, reference: tuple[str, int]) -> Numbered:
    sku_id, site_id, bin_id, lot_id, condition = spot
    return Numbered(
        sku_id=sku_id,
        code=code,
        site_id=site_id,
        bin_id=bin_id,
        lot_id=lot_id,
        condition=condition,
        reference=reference,
    )


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A numbered unit as the books have it."""

    id: int
    sku_id: int
    code: str
    state: str
    site_id: int | None
    bin_id: int | None
    lot_id: int | None
    condition: str
    bin_code: str
    lot_code: str


def register(session: Session, units: Sequence[Numbered], *, field: str = "numbers", actor: Actor) -> list[int]:
    """Give units that lie there their numbers; answers ids in the order given. Their receipt is posted before.

    A number that left may come back. Raises Invalid at ``field`` for one that is in stock, on its way, named twice or
    given elsewhere at this moment, and where fewer units without a number lie than are named.
    """
    if not units:
        return []
    named = [replace(one, code=clean(one.code, field=field)) for one in units]
    keys = [(one.sku_id, one.code) for one in named]
    levels.lock(session, {(one.sku_id, one.site_id) for one in named})
    known = _lock(session, keys)
    _refuse(keys, known, field)
    ids = {key: unit.id for key, unit in known.items()} | _make(session, set(keys) - set(known), field)
    moment = clock.now()
    steps = [_arrival(one, ids[key], known.get(key), actor) for one, key in zip(named, keys, strict=True)]
    numbered.write(session, steps, moment=moment)
    _refuse_surplus(session, {(one.sku_id, one.site_id) for one in named}, field)
    return [ids[key] for key in keys]


def find(session: Session, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], Unit]:
    """By SKU and number; unknown ones are missing."""
    rows = bulk.pairs(session, FIND, [sku for sku, _ in keys], [code for _, code in keys])
    return {(row.sku_id, row.code): Unit(**row._asdict()) for row in rows}


def load(session: Session, serial_ids: Collection[int]) -> dict[int, Unit]:
    """By id; unknown ones are missing."""
    rows = driver.fetch(session, LOAD, {"ids": driver.array(sorted(serial_ids))}) if serial_ids else []
    return {row.id: Unit(**row._asdict()) for row in rows}


def lying(session: Session, spots: Collection[tuple[int, int, int | None]]) -> dict[Spot, dict[str, int]]:
    """Numbers in stock, with their ids, by SKU, site, bin, lot and condition, of these (SKU, site, bin)."""
    columns = dict(zip(("sku", "site", "bin"), zip(*spots, strict=True), strict=True)) if spots else {}
    rows = driver.fetch(session, LYING, {key: driver.array(one) for key, one in columns.items()}) if spots else []
    found: dict[Spot, dict[str, int]] = {}
    for row in rows:
        found.setdefault((row.sku_id, row.site_id, row.bin_id, row.lot_id, row.condition), {})[row.code] = row.id
    return found


def _lock(session: Session, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], Unit]:
    """As ``find``; nobody gives these numbers elsewhere meanwhile. Their levels are locked before."""
    rows = bulk.pairs(session, LOCK, [sku for sku, _ in keys], [code for _, code in keys])
    return {(row.sku_id, row.code): Unit(**row._asdict()) for row in rows}


def _make(session: Session, new: Collection[tuple[int, str]], field: str) -> dict[tuple[int, str], int]:
    values = {
        "sku": driver.array(sku for sku, _ in sorted(new)),
        "code": driver.array(code for _, code in sorted(new)),
    }
    made = {(row.sku_id, row.code): row.id for row in driver.fetch(session, MAKE, values)}
    for _, code in sorted(set(new) - set(made)):
        raise Invalid([(field, f"{code} was given to a unit at another place just now: read it again")])
    return made


def places_of(session: Session, serial_ids: Collection[int]) -> dict[int, tuple[int | None, int | None]]:
    """Bin and lot of numbered units that lie in stock, by their ids; their levels are locked."""
    rows = bulk.pairs(session, IN_STATE, sorted(serial_ids), ["in_stock"]) if serial_ids else []
    return {row.id: (row.bin_id, row.lot_id) for row in rows}


def hold(session: Session, lines: Mapping[int, int], *, is_back: bool = False, actor: Actor) -> None:
    """Numbers by fulfilment line that were taken, or put back, where there is no shelf and so no movement."""
    before, after = ("picked", "in_stock") if is_back else ("in_stock", "picked")
    rows = bulk.pairs(session, IN_STATE, sorted(lines), [before])
    steps = [
        Step(
            serial_id=row.id,
            what="put_back" if is_back else "pick",
            state=after,
            site_id=row.site_id,
            bin_id=row.bin_id,
            lot_id=row.lot_id,
            condition=row.condition,
            reference=("fulfilment_line", lines[row.id]),
            actor=actor.code,
        )
        for row in rows
    ]
    numbered.write(session, steps, moment=clock.now())


def in_hand(unit: Unit | None, code: str, site_id: int) -> Unit:
    """The unit, if it may be picked at this site. Raises NotInHand and says where it is instead."""
    if unit is None:
        raise NotInHand(f"number {code} is not in the books: give it its number first, or scan another unit")
    if unit.state == "picked":
        raise NotInHand(f"number {code} is picked already: scan another unit")
    if unit.state != "in_stock":
        raise NotInHand(f"number {code} is {unit.state.replace('_', ' ')} by our books: set it aside and report it")
    if unit.site_id != site_id:
        raise NotInHand(f"number {code} lies at another site by our books: set it aside and report it")
    if unit.condition != GOOD:
        raise NotInHand(f"number {code} is {unit.condition.replace('_', ' ')}: scan another unit")
    return unit


def moved_for(
    session: Session, what: str, reference_type: str, ids: Collection[int]
) -> list[tuple[int, int, int | None]]:
    """Numbers to which this happened for such lines, or anything where nothing is said, in that order.

    As (line id, number's id, its lot).
    """
    values = {"what": what, "type": reference_type, "ids": driver.array(sorted(ids))}
    return [(row.reference_id, row.serial_id, row.lot_id) for row in driver.fetch(session, MOVED_FOR, values)]


def clean(code: str, *, field: str = "numbers") -> str:
    """Raises Invalid."""
    known = code.strip()
    if not known or len(known) > LONGEST_CODE or not known.isprintable():
        raise Invalid([(field, f"a serial number has 1 to {LONGEST_CODE} printable characters: scan it again")])
    return known


def _refuse(keys: Sequence[tuple[int, str]], known: Mapping[tuple[int, str], Unit], field: str) -> None:
    twice = sorted({code for (_, code), times in Counter(keys).items() if times > 1})
    failures = [(field, f"{code} is named twice: scan each unit once") for code in twice]
    for key in dict.fromkeys(keys):
        if key in known and known[key].state in HERE:
            why = f"{key[1]} is in stock already: two units cannot share a number, so read it again"
            failures.append((field, why))
        elif key in known and known[key].state == "in_transit":
            failures.append((field, f"{key[1]} is on its way between two sites: receive it on its transfer"))
    if failures:
        raise Invalid(failures)


def _refuse_surplus(session: Session, keys: Collection[levels.Key], field: str) -> None:
    for row in bulk.pairs(session, SURPLUS, [sku for sku, _ in keys], [site for _, site in keys]):
        raise Invalid([(field, f"{row.numbers} numbers for {row.units} units in that place: enter the receipt first")])


def _arrival(one: Numbered, id: int, before: Unit | None, actor: Actor) -> Step:
    return Step(
        serial_id=id,
        what=_how(before, one),
        state="in_stock",
        site_id=one.site_id,
        bin_id=one.bin_id,
        lot_id=one.lot_id,
        condition=one.condition,
        reference=one.reference,
        actor=actor.code,
    )


def _how(before: Unit | None, one: Numbered) -> str:
    """What is written of a number that comes in: a receipt that was taken back left it lost, and brings it anew."""
    back = CAME_BACK.get(before.state, "received") if before else "received"
    return "received" if back == "found" and one.reference[0] == "receipt_line" else back


UNIT = """
SELECT s.id, s.sku_id, s.code, s.state, s.site_id, s.bin_id, s.lot_id, s.condition, coalesce(b.code, '') AS bin_code,
       coalesce(t.code, '') AS lot_code
"""
PLACE = "LEFT JOIN bins b ON b.id = s.bin_id LEFT JOIN lots t ON t.id = s.lot_id"

FIND = f"""{UNIT} FROM unnest(%(first)s::bigint[], %(second)s::text[]) AS k(sku_id, code)
  JOIN serials s USING (sku_id, code) {PLACE}
"""

LOAD = f"{UNIT} FROM serials s {PLACE} WHERE s.id = ANY(%(ids)s::bigint[])"

LYING = """
SELECT s.sku_id, s.site_id, s.bin_id, s.lot_id, s.condition, s.code, s.id
  FROM unnest(%(sku)s::bigint[], %(site)s::bigint[], %(bin)s::bigint[]) AS k(sku_id, site_id, bin_id)
  JOIN serials s ON s.sku_id = k.sku_id AND s.site_id = k.site_id AND s.bin_id IS NOT DISTINCT FROM k.bin_id
 WHERE s.state = 'in_stock'
"""

LOCK = f"{FIND} ORDER BY s.sku_id, s.code FOR UPDATE OF s"

MAKE = """
INSERT INTO serials (sku_id, code, state)
SELECT sku_id, code, 'lost' FROM unnest(%(sku)s::bigint[], %(code)s::text[]) AS v(sku_id, code) ORDER BY 1, 2
ON CONFLICT (sku_id, code) DO NOTHING RETURNING id, sku_id, code
"""

MOVED_FOR = """
SELECT m.reference_id, m.serial_id, s.lot_id FROM serial_moves m JOIN serials s ON s.id = m.serial_id
 WHERE m.reference_type = %(type)s AND m.reference_id = ANY(%(ids)s::bigint[]) AND %(what)s IN ('', m.what)
   AND m.reference_type IN ('receipt_line', 'transfer_line') ORDER BY m.id
"""

IN_STATE = """
SELECT id, site_id, bin_id, lot_id, condition FROM serials
 WHERE id = ANY(%(first)s::bigint[]) AND state = ANY(%(second)s::text[])
"""

SURPLUS = """
SELECT n.numbers, coalesce(b.quantity, 0) AS units
  FROM (SELECT s.sku_id, s.site_id, s.bin_id, s.lot_id, s.condition, count(*) AS numbers FROM serials s
          JOIN unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(sku_id, site_id) USING (sku_id, site_id)
         GROUP BY 1, 2, 3, 4, 5) n
  LEFT JOIN bin_stock b ON b.sku_id = n.sku_id AND b.site_id = n.site_id AND b.condition = n.condition
   AND b.bin_id IS NOT DISTINCT FROM n.bin_id AND b.lot_id IS NOT DISTINCT FROM n.lot_id
 WHERE n.numbers > coalesce(b.quantity, 0) ORDER BY n.sku_id, n.site_id LIMIT 1
"""
