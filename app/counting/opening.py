"""Counts are planned."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.counting.events import CountPlanned
from app.counting.models import Count, CountPlace
from app.counting.tolerance import Rules
from app.kernel import bulk
from app.kernel.actor import Actor
from app.kernel.events import emit

Spot = tuple[int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class NewCount:
    """``spots`` are (bin, None) or (None, SKU that lies in no bin)."""

    site_id: int
    cause: str
    rules: Rules
    spots: tuple[Spot, ...]
    plan_id: int | None = None


def plan(session: Session, counts: Sequence[NewCount], *, actor: Actor) -> list[str]:
    """Numbers of the new counts, in the order given."""
    if not counts:
        return []
    drawn = bulk.next_ids(session, {"counts": len(counts), "count_numbers": len(counts)})
    ids, numbers = drawn["counts"], [f"C-{number}" for number in drawn["count_numbers"]]
    bulk.insert(session, Count, [_row(*each, actor) for each in zip(ids, numbers, counts, strict=True)])
    places = [
        {"count_id": id, "bin_id": bin_id, "sku_id": sku_id}
        for id, count in zip(ids, counts, strict=True)
        for bin_id, sku_id in count.spots
    ]
    bulk.insert(session, CountPlace, places)
    planned = [
        CountPlanned(count_id=id, number=number, site_id=one.site_id, cause=one.cause, places=len(one.spots))
        for id, number, one in zip(ids, numbers, counts, strict=True)
    ]
    emit(session, planned, actor=actor)
    return numbers


def _row(id: int, number: str, count: NewCount, actor: Actor) -> dict[str, object]:
    return {
        "id": id,
        "number": number,
        "site_id": count.site_id,
        "plan_id": count.plan_id,
        "cause": count.cause,
        "created_by": actor.code,
        **vars(count.rules),
    }
