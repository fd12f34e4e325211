"""Takes a checked file in, batch by batch: progress and effect share a transaction, so a kill never doubles."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports import lifecycle, staging
from app.imports import options as import_options
from app.imports.models import Import
from app.imports.staging import Group
from app.kernel import clock
from app.kernel.actor import Actor
from app.workflows.check_import import home
from app.workflows.import_kinds import JUDGED
from app.workflows.import_orders import Batch, create_products, import_orders
from app.workflows.judged_import import take_in
from app.workflows.sums import add_up

GROUPS_AT_ONCE = {"orders": 250, **{name: kind.at_once for name, kind in JUDGED.items()}}


def begin_run(session: Session, import_id: int) -> None:
    """Confirmed by a person, or after a stop. Raises StaleState where there is nothing to begin."""
    row = lifecycle.lock(session, import_id)
    lifecycle.move(session, row, "run", started_at=row.started_at or clock.now(), error="")


def advance_import(session: Session, import_id: int, *, actor: Actor) -> bool:
    """Take the next batch in. Answers whether another one is left; an import that was stopped has none."""
    row = lifecycle.lock(session, import_id)
    if row.state != "running":
        return False
    tally = dict(row.tally.get("run", {}))
    up_to = min(row.groups_done + GROUPS_AT_ONCE[row.kind], row.groups_total)
    is_kept = row.kind == "orders"
    groups = staging.groups(session, row.id, after=row.groups_done, up_to=up_to, with_cells=is_kept)
    if groups:
        tally = add_up(tally, _take_in(session, row, groups, actor))
        row.rows_done += sum(len(group.rows) for group in groups)
    row.groups_done = up_to
    row.tally = {**row.tally, "run": tally}
    session.flush()
    if row.groups_done < row.groups_total:
        return True
    lifecycle.move(session, row, "finish", finished_at=clock.now())
    return False


def _take_in(session: Session, row: Import, groups: list[Group], actor: Actor) -> dict[str, Any]:
    if row.kind in JUDGED:
        return take_in(session, row, groups, kind=JUDGED[row.kind], actor=actor)
    batch = _batch(session, row)
    created = 0
    if row.groups_done == 0 and "products" in batch.options.create_missing:
        created = create_products(session, batch)
    done = import_orders(session, batch, groups, actor=actor) | {"products": created}
    staging.drop_done(session, row.id, up_to=groups[-1].number)
    return done


def _batch(session: Session, row: Import) -> Batch:
    channel = session.execute(text("SELECT code FROM channels WHERE id = :id"), {"id": row.channel_id}).scalar_one()
    return Batch(row=row, channel=channel, options=import_options.from_json(row.options), home=home(session))
