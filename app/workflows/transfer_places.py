"""From which shelves a site gives what leaves it for another site."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import sites
from app.inventory.places import Portion, Shelves
from app.inventory.removal import Choice, choose
from app.kernel import clock
from app.kernel.errors import DomainError
from app.transfers.book import LineRow
from app.workflows.free_places import free_places
from app.workflows.shelf_rules import why_not


class MayNotLeave(DomainError):
    """Enough lies there that nobody was promised, but not in a state or a place from which it may be sent."""


def portions(session: Session, leaving: Sequence[tuple[LineRow, int]]) -> dict[int, list[Portion]]:
    """What to take for each line, by its id: by its SKU's rule of removal, the lots that are named first.

    ``leaving`` are lines and the site that they leave, whose levels are locked. Raises ``MayNotLeave`` where what lies
    there may not leave, and says why.
    """
    shelves = free_places(session, [(line.sku_id, site_id) for line, site_id in leaving])
    skus = _skus(session, {line.sku_id for line, _ in leaving})
    zones = {site.id: site.time_zone for site in sites.all_of_them(session)}
    today = {site_id: clock.today_in(zones[site_id]) for _, site_id in leaving}
    named_first = sorted(leaving, key=lambda pair: pair[0].lot_id is None)
    return {line.id: _taken(line, site_id, shelves, skus[line.sku_id], today[site_id]) for line, site_id in named_first}


def _taken(line: LineRow, site_id: int, shelves: Shelves, sku: Any, today: date) -> list[Portion]:
    key = line.sku_id, site_id
    offered = [one for one in shelves.at(key) if line.lot_id in (None, one.lot_id)]
    choice = choose(offered, line.asked, strategy=sku.removal, today=today)
    if choice.missing:
        raise MayNotLeave(_refusal(sku.code, line.asked, choice))
    for portion in choice.portions:
        shelves.put(key, replace(portion, quantity=-portion.quantity))
    return list(choice.portions)


def _refusal(sku: str, asked: int, choice: Choice) -> str:
    why = why_not(choice.left_out)
    return (
        f"{sku}: {asked - choice.missing} of {asked} may be sent ({why or 'no more lie there'}):"
        " send fewer, or put the others right first"
    )


def refuse_serials(session: Session, sku_ids: Collection[int]) -> None:
    """Goods that are known unit by unit need a scan of each, which a transfer does not ask for."""
    for sku in _skus(session, sku_ids).values():
        if sku.tracking == "serial":
            raise DomainError(
                f"{sku.code} is followed by serial number and cannot go by transfer: enter it as lost here and found"
                " there, by its numbers",
                field="code",
            )


def _skus(session: Session, sku_ids: Collection[int]) -> Mapping[int, Any]:
    rows = session.execute(
        text("SELECT id, code, removal, tracking FROM skus WHERE id = ANY(CAST(:ids AS bigint[]))"),
        {"ids": sorted(sku_ids)},
    )
    return {row.id: row for row in rows}
