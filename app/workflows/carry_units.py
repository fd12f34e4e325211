"""Units are carried from one shelf to another, or from the dock to their first: put away, moved, refilled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import levels, moves, shelves
from app.inventory.bin_models import BinMove
from app.inventory.levels import Key
from app.inventory.moves import Move
from app.inventory.places import Shelves
from app.inventory.put_away import WAITING, Goods, Lying, Shelf, objections
from app.inventory.values import CONDITIONS, GOOD
from app.kernel import bulk, clock
from app.kernel import text as typed
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, Invalid
from app.workflows.free_places import free_places

OVERRIDES = {
    "blocked": "The bin that was suggested cannot be reached",
    "full": "It is full, whatever the books say",
    "wrong_size": "The goods do not fit in there",
    "nearer": "This bin is better for picking",
    "told_so": "A supervisor said so",
}


class NotSuggested(DomainError):
    """Another bin than the one that was shown: it needs a reason."""


class TooFew(DomainError):
    """Fewer units lie there, loose, than somebody wants to carry."""


class RuleBroken(DomainError):
    """The bin's own rules speak against it: it needs a reason, or another bin."""


@dataclass(frozen=True, kw_only=True)
class Carry:
    """Units of one SKU, lot and condition, by their codes. ``from_bin`` is nothing for the dock; ``suggested`` is the
    bin that the person was shown, if any; ``override`` is one of ``OVERRIDES`` or nothing."""

    site_id: int
    sku: str
    quantity: int
    to_bin: str
    from_bin: str = ""
    lot: str = ""
    condition: str = GOOD
    suggested: str = ""
    override: str = ""
    scan: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A carry with ids; ``kind`` is put_away where the goods waited for their first shelf."""

    asked: Carry
    sku_id: int
    lot_id: int | None
    from_bin_id: int | None
    to_bin_id: int
    suggested_bin_id: int | None
    kind: str

    @property
    def key(self) -> Key:
        return self.sku_id, self.asked.site_id

    @property
    def goods(self) -> Goods:
        return Goods(
            sku_id=self.sku_id, lot_id=self.lot_id, quantity=self.asked.quantity, condition=self.asked.condition
        )


def carry(session: Session, carries: Sequence[Carry], *, actor: Actor) -> None:
    """Move the units, all or none. A scan that came before is passed over.

    Raises ``NotSuggested`` and ``RuleBroken`` while no reason is given, ``TooFew`` where fewer lie there.
    """
    known = [_known(one, row) for one, row in zip(carries, _rows(session, carries), strict=True)]
    held = levels.lock(session, {one.key for one in known})
    fresh = _fresh(session, known)
    bins = shelves.lock(session, {one.to_bin_id for one in fresh})
    free = free_places(session, {one.key for one in fresh})
    for one in fresh:
        _refuse(one, bins[one.to_bin_id], free)
        bins[one.to_bin_id] = _with(bins[one.to_bin_id], one.goods)
    ids = bulk.next_ids(session, {"bin_moves": len(fresh)})["bin_moves"]
    bulk.insert(session, BinMove, [_row(id, one, actor) for id, one in zip(ids, fresh, strict=True)])
    if fresh:
        moves.move(session, [_move(id, one) for id, one in zip(ids, fresh, strict=True)], actor=actor, locked=held)


def _known(one: Carry, row: Any) -> _Known:
    """Raises Invalid, naming every code that is not known here."""
    failures = []
    if row.sku_id is None:
        failures.append(("code", f"there is no SKU “{one.sku[:40]}”: scan the item again"))
    elif one.lot and row.lot_id is None:
        failures.append(("lot", f"{one.sku} has no lot “{one.lot[:40]}”: check the label"))
    for field, code, id in (
        ("from_bin", one.from_bin, row.from_bin_id),
        ("code", one.to_bin, row.to_bin_id),
        ("code", one.suggested, row.suggested_bin_id),
    ):
        if id is None and (code or code is one.to_bin):
            failures.append((field, f"there is no bin “{code[:24]}” at this site: scan the label on the shelf"))
    if failures:
        raise Invalid(failures)
    typed.choice(one.condition, CONDITIONS, field="condition")
    if one.override:
        typed.choice(one.override, OVERRIDES, field="override")
    if not 1 <= one.quantity <= typed.LARGEST_QUANTITY:
        raise DomainError(f"{one.quantity} is no number of units: type 1 or more", field="quantity")
    is_first = row.from_bin_id is None or row.from_kind in WAITING
    return _Known(
        asked=one,
        sku_id=row.sku_id,
        lot_id=row.lot_id,
        from_bin_id=row.from_bin_id,
        to_bin_id=row.to_bin_id,
        suggested_bin_id=row.suggested_bin_id,
        kind="put_away" if is_first else "move",
    )


def _fresh(session: Session, known: Sequence[_Known]) -> list[_Known]:
    rows = bulk.pairs(
        session,
        "SELECT site_id, client_scan_id FROM bin_moves"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS v(site_id, client_scan_id)"
        " USING (site_id, client_scan_id)",
        [one.asked.site_id for one in known if one.asked.scan],
        [one.asked.scan for one in known if one.asked.scan],
    )
    before = {(row.site_id, row.client_scan_id) for row in rows}
    return [one for one in known if (one.asked.site_id, one.asked.scan) not in before]


def _refuse(one: _Known, shelf: Shelf, free: Shelves) -> None:
    asked = one.asked
    if one.from_bin_id == one.to_bin_id:
        raise DomainError(f"they lie in {asked.to_bin} already: scan another bin", field="code")
    _take(one, free)
    against = objections(one.goods, shelf)
    final = [each for each in against if each.is_final]
    if final or (against and not asked.override):
        remedy = "" if final else "; choose another bin, or say why it must be this one"
        if any(each.rule == "not_picked" for each in final):
            remedy = "; nobody picks from it: choose another bin, or set these units aside instead"
        field = "code" if final else "override"
        raise RuleBroken("; ".join(each.why for each in final or against) + remedy, field=field)
    if asked.suggested and asked.suggested != asked.to_bin and not asked.override:
        raise NotSuggested(f"{asked.suggested} was suggested, not {asked.to_bin}: say why", field="override")


def _take(one: _Known, free: Shelves) -> None:
    asked = one.asked
    place = (one.from_bin_id, one.lot_id, asked.condition)
    there = sum(each.quantity for each in free.at(one.key) if (each.bin_id, each.lot_id, each.condition) == place)
    if asked.quantity > there:
        what = f"{asked.sku}, lot {asked.lot}" if asked.lot else asked.sku
        where = f"in {asked.from_bin}" if asked.from_bin else "without a bin"
        raise TooFew(
            f"{there} of {what} lie {where}, not {asked.quantity}: look again, or count that place", field="quantity"
        )
    free.take(
        one.key,
        asked.quantity,
        order=lambda each: (each.bin_id or 0,),
        where=lambda each: place == (each.bin_id, each.lot_id, each.condition),
    )


def _with(shelf: Shelf, goods: Goods) -> Shelf:
    """The bin as it is once these units lie in it."""
    added = Lying(sku_id=goods.sku_id, lot_id=goods.lot_id, units=goods.quantity)
    return Shelf(**{**vars(shelf), "lying": (*shelf.lying, added)})


def _row(id: int, one: _Known, actor: Actor) -> Mapping[str, Any]:
    return {
        "id": id,
        "site_id": one.asked.site_id,
        "kind": one.kind,
        "sku_id": one.sku_id,
        "lot_id": one.lot_id,
        "condition": one.asked.condition,
        "quantity": one.asked.quantity,
        "from_bin_id": one.from_bin_id,
        "to_bin_id": one.to_bin_id,
        "suggested_bin_id": one.suggested_bin_id,
        "override": one.asked.override,
        "client_scan_id": one.asked.scan,
        "actor": actor.code,
        "request_id": actor.request_id,
        "occurred_at": clock.now(),
    }


def _move(id: int, one: _Known) -> Move:
    return Move(
        sku_id=one.sku_id,
        site_id=one.asked.site_id,
        quantity=one.asked.quantity,
        from_bin_id=one.from_bin_id,
        to_bin_id=one.to_bin_id,
        lot_id=one.lot_id,
        from_condition=one.asked.condition,
        reason=one.kind,
        reference=("bin_move", id),
    )


def _rows(session: Session, carries: Sequence[Carry]) -> list[Any]:
    columns = ("site_id", "sku", "lot", "from_bin", "to_bin", "suggested")
    values = {name: [getattr(one, name) for one in carries] for name in columns}
    return list(session.execute(text(CODES), values))


CODES = """
SELECT s.id AS sku_id, l.id AS lot_id, f.id AS from_bin_id, f.kind AS from_kind, t.id AS to_bin_id,
       g.id AS suggested_bin_id
  FROM unnest(CAST(:site_id AS bigint[]), CAST(:sku AS text[]), CAST(:lot AS text[]), CAST(:from_bin AS text[]),
              CAST(:to_bin AS text[]), CAST(:suggested AS text[]))
       WITH ORDINALITY AS asked (site_id, sku, lot, from_bin, to_bin, suggested, position)
  LEFT JOIN skus s ON s.code = asked.sku
  LEFT JOIN lots l ON l.sku_id = s.id AND l.code = asked.lot
  LEFT JOIN bins f ON f.site_id = asked.site_id AND f.code = asked.from_bin
  LEFT JOIN bins t ON t.site_id = asked.site_id AND t.code = asked.to_bin
  LEFT JOIN bins g ON g.site_id = asked.site_id AND g.code = asked.suggested
 ORDER BY asked.position
"""
