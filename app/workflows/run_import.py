"""Takes a checked file in, batch by batch: progress and effect share a transaction, so a kill never doubles."""

from collections.abc import Mapping
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
from app.workflows.import_orders import Batch, create_products, import_orders
from app.workflows.import_products import import_products
from app.workflows.import_stock import import_stock

GROUPS_AT_ONCE = {"orders": 250, "stock": 500, "products": 500}


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
    groups = staging.groups(session, row.id, after=row.groups_done, most=GROUPS_AT_ONCE[row.kind])
    if groups:
        tally = add_up(tally, _take_in(session, row, groups, actor))
        staging.drop_done(session, row.id, up_to=groups[-1].number)
        row.groups_done = groups[-1].number
        row.rows_done += sum(len(group.rows) for group in groups)
    row.tally = {**row.tally, "run": tally}
    session.flush()
    if row.groups_done < row.groups_total and groups:
        return True
    lifecycle.move(session, row, "finish", finished_at=clock.now())
    return False


def add_up(sums: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers by name, and numbers by name within these (net totals by currency)."""
    total = dict(sums)
    for name, value in more.items():
        if isinstance(value, Mapping):
            total[name] = add_up(total.get(name, {}), value)
        else:
            total[name] = total.get(name, 0) + value
    return total


def _take_in(session: Session, row: Import, groups: list[Group], actor: Actor) -> dict[str, Any]:
    if row.kind == "stock":
        return import_stock(session, row, groups, actor=actor)
    if row.kind == "products":
        return import_products(session, row, groups)
    batch = _batch(session, row)
    created = 0
    if row.groups_done == 0 and "products" in batch.options.create_missing:
        created = create_products(session, batch)
    return import_orders(session, batch, groups, actor=actor) | {"products": created}


def _batch(session: Session, row: Import) -> Batch:
    channel = session.execute(text("SELECT code FROM channels WHERE id = :id"), {"id": row.channel_id}).scalar_one()
    return Batch(row=row, channel=channel, options=import_options.from_json(row.options), home=home(session))
