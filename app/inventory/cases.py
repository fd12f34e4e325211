"""What is set aside from sale, case by case, until somebody decides what becomes of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.care_models import QuarantineAct, QuarantineCase, QuarantineNote
from app.kernel import bulk
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound

ACTS = {
    "release": "Good again, for sale",
    "scrap": "Scrap",
    "vendor": "Back to the vendor",
}
DONE = {"release": "good again", "scrap": "scrapped", "vendor": "sent back to the vendor", "gone": "not there any more"}

Held = tuple[int, int, int | None, str]


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """Units in a condition that is not sold; ``bin_id`` is where they were put, as far as we know."""

    sku_id: int
    site_id: int
    condition: str
    quantity: int
    reason: str
    bin_id: int | None = None
    lot_id: int | None = None
    serial_id: int | None = None
    photo_file_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    id: int
    sku_id: int
    site_id: int
    bin_id: int | None
    lot_id: int | None
    serial_id: int | None
    condition: str
    quantity_left: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    """``act`` is one of ``ACTS``; ``loss_minor`` is what the units cost us, none where it is not known.

    ``serials`` are the numbers of the units, one for each, or none.
    """

    case_id: int
    act: str
    quantity: int
    note: str = ""
    loss_minor: int | None = None
    serials: tuple[str, ...] = ()


def add(session: Session, cases: Sequence[NewCase], *, actor: Actor) -> list[int]:
    """Write cases down; answers their ids. Their units are in that condition already."""
    rows = [{**vars(one), "quantity_left": one.quantity, "opened_by": actor.code} for one in cases]
    return [row.id for row in bulk.insert(session, QuarantineCase, rows, suffix="RETURNING id")]


def lock(session: Session, case_ids: Collection[int]) -> dict[int, OpenCase]:
    """Open and closed ones; their stock levels are locked. Raises NotFound."""
    rows = session.execute(text(LOCK), {"ids": sorted(case_ids)})
    found = {row.id: OpenCase(**row._mapping) for row in rows}
    for missing in sorted(set(case_ids) - set(found)):
        raise NotFound(f"there is no case {missing}")
    return found


def keys_of(session: Session, case_ids: Collection[int]) -> set[tuple[int, int]]:
    """The stock levels that these cases are about."""
    rows = session.execute(
        text("SELECT sku_id, site_id FROM quarantine_cases WHERE id = ANY(CAST(:ids AS bigint[]))"),
        {"ids": sorted(case_ids)},
    )
    return {(row.sku_id, row.site_id) for row in rows}


def own_case(session: Session, serial_ids: Collection[int]) -> set[int]:
    """Those of these numbers that an undecided case speaks of by name."""
    rows = session.execute(text(OWN_CASE), {"ids": sorted(serial_ids)})
    return set(rows.scalars())


def decide(session: Session, decisions: Sequence[Decision], *, actor: Actor) -> None:
    """Take units off their cases and write down what was decided; the cases are locked, the stock is the caller's.

    Raises Invalid for an unknown act, and where fewer are left.
    """
    if unknown := sorted({one.act for one in decisions} - set(ACTS)):
        raise Invalid([("act", f"“{unknown[0]}” is not known here: choose one of {', '.join(ACTS)}")])
    sums: dict[int, int] = {}
    for one in decisions:
        sums[one.case_id] = sums.get(one.case_id, 0) + one.quantity
    rows = bulk.pairs(session, TAKE_OFF, list(sums), list(sums.values()))
    if len(rows) < len(sums):
        why = "fewer units are left in this case: look at what is left, then type that or less"
        raise Invalid([("quantity", why)])
    _write(session, decisions, actor)


def shrink(session: Session, held: Collection[Held], *, actor: Actor) -> None:
    """Facts come first: where fewer lie in a condition than cases say, the latest cases lose what is gone.

    The case of a numbered unit stands while its number lies there, and no longer; numbers are brought along before.
    """
    columns = list(zip(*sorted(held, key=str), strict=True))
    names = ("skus", "sites", "lots", "conditions")
    session.execute(text(SHRINK), {**dict(zip(names, map(list, columns), strict=True)), "actor": actor.code})


def outlived(session: Session) -> set[Held]:
    """Where undecided cases stand whose number does not lie there any more."""
    return {(row.sku_id, row.site_id, row.lot_id, row.condition) for row in session.execute(text(OUTLIVED))}


def _write(session: Session, decisions: Sequence[Decision], actor: Actor) -> None:
    """The act cannot be changed, what somebody wrote about it can be erased."""
    ids = bulk.next_ids(session, {"quarantine_acts": len(decisions)})["quarantine_acts"]
    acts = [
        {"id": id, **{name: getattr(one, name) for name in WRITTEN}, "actor": actor.code}
        for id, one in zip(ids, decisions, strict=True)
    ]
    notes = [{"act_id": act["id"], "body": note} for act in acts if (note := act.pop("note"))]
    bulk.insert(session, QuarantineAct, acts)
    bulk.insert(session, QuarantineNote, notes)


WRITTEN = ("case_id", "act", "quantity", "note", "loss_minor")

LOCK = """
SELECT id, sku_id, site_id, bin_id, lot_id, serial_id, condition, quantity_left FROM quarantine_cases
 WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE
"""

TAKE_OFF = """
UPDATE quarantine_cases c SET quantity_left = c.quantity_left - v.quantity,
       closed_at = CASE WHEN c.quantity_left = v.quantity THEN now() END
  FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS v(id, quantity)
 WHERE c.id = v.id AND c.quantity_left >= v.quantity AND v.quantity > 0 RETURNING c.id
"""

OWN_CASE = """
SELECT serial_id FROM quarantine_cases WHERE serial_id = ANY(CAST(:ids AS bigint[])) AND closed_at IS NULL
"""

OUTLIVED = """
SELECT c.sku_id, c.site_id, c.lot_id, c.condition FROM quarantine_cases c JOIN serials n ON n.id = c.serial_id
 WHERE c.closed_at IS NULL AND (n.state, n.site_id, n.condition) IS DISTINCT FROM ('in_stock', c.site_id, c.condition)
"""

SHRINK = """
WITH held AS (SELECT * FROM unnest(CAST(:skus AS bigint[]), CAST(:sites AS bigint[]), CAST(:lots AS bigint[]),
                                   CAST(:conditions AS text[])) AS h(sku_id, site_id, lot_id, condition)),
     lies AS (SELECT h.*, coalesce((SELECT sum(b.quantity) FROM bin_stock b
                                     WHERE b.sku_id = h.sku_id AND b.site_id = h.site_id AND b.condition = h.condition
                                       AND b.lot_id IS NOT DISTINCT FROM h.lot_id), 0)::bigint AS units FROM held h),
     named AS (SELECT c.*, l.units, (n.state, n.site_id, n.condition) IS DISTINCT FROM
                                    ('in_stock', c.site_id, c.condition) AND n.id IS NOT NULL AS is_gone
                 FROM lies l JOIN quarantine_cases c ON c.sku_id = l.sku_id AND c.site_id = l.site_id
                  AND c.condition = l.condition AND c.lot_id IS NOT DISTINCT FROM l.lot_id AND c.closed_at IS NULL
                 LEFT JOIN serials n ON n.id = c.serial_id),
     kept AS (SELECT id, quantity_left, CASE WHEN is_gone THEN 0 ELSE least(quantity_left, greatest(0, units - coalesce(
                     sum(quantity_left) OVER (PARTITION BY sku_id, site_id, lot_id, condition
                                              ORDER BY is_gone, serial_id IS NULL, id
                                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) END::bigint
                     AS units FROM named),
     less AS (UPDATE quarantine_cases c SET quantity_left = k.units, closed_at = CASE WHEN k.units = 0 THEN now() END
                FROM kept k WHERE k.id = c.id AND k.units < k.quantity_left RETURNING c.id)
INSERT INTO quarantine_acts (case_id, act, quantity, actor)
SELECT k.id, 'gone', k.quantity_left - k.units, :actor FROM kept k JOIN less USING (id)
"""
