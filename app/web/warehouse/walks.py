"""A pick list as this person may walk it, and the stop that a scan or a button means."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.inventory.takes import Take
from app.queries import pick_walk
from app.queries.pick_walk import Spot, Stop, Walk
from app.web.roles import require_site
from app.workflows.pick_work import WrongItem
from app.workflows.plan_picks import plan_picks


def of_person(session: Session, pick_list_id: int) -> Walk:
    """Raises ``NotFound`` for a list of another site."""
    walk = pick_walk.walk(session, pick_list_id)
    require_site(walk.site_id)
    open_lines = [stop.line_id for stop in walk.stops if stop.left and not stop.is_held]
    return walk.along(plan_picks(session, open_lines))


def spot(walk: Walk, line_id: int | None, turn: int | None = None, *, bin: str = "", lot: str = "") -> Spot | None:
    """Where the picker is sent, or where they chose to take it from."""
    found = walk.at(line_id, turn)
    if found is None or found.line_id != line_id or not (bin or lot):
        return found
    if found.take and (bin, lot) == (found.take.bin, found.take.lot):
        return found  # each form says where the picker was sent
    return replace(found, take=Take(bin=bin, lot=lot, quantity=found.stop.left), chosen=True)


def of_line(walk: Walk, line_id: int | None) -> Stop:
    for stop in walk.stops:
        if stop.line_id == line_id:
            return stop
    raise WrongItem("This line is not on the list any more: it was cancelled or went elsewhere.")


def of_sku(walk: Walk, sku: str, *, near: int | None, is_back: bool = False) -> Stop:
    """The stop shown if it is of this SKU, else the next one; for ``is_back`` one of which something is picked."""
    fitting = [stop for stop in walk.stops if stop.sku == sku and (stop.picked if is_back else stop.left)]
    for stop in sorted(fitting, key=lambda one: one.line_id != near):
        return stop
    raise WrongItem(f"{sku} is not asked for here: put it back and scan the item that is shown.")
