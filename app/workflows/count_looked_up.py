"""A count begins where somebody looked a bin or a SKU up, and so saw what the book has there."""

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.workflows.countable_spots import open_spots
from app.workflows.plan_counts import MOST_BY_HAND, Wanted, begin, lock_site, places


def count_looked_up(session: Session, wanted: Wanted, *, actor: Actor) -> str:
    """The number of the new count: of all its places that are in none yet. Raises Invalid where there is nothing left
    to count."""
    lock_site(session, wanted.site_id)
    found, busy = places(session, wanted), open_spots(session, wanted.site_id)
    left = [key for key in found if key not in busy]
    if why_not := _why_not(len(left), sorted({busy[key] for key in found if key in busy})):
        raise Invalid([("code", why_not)])
    return begin(session, wanted.site_id, left, actor=actor)


def _why_not(left: int, counts: list[str]) -> str:
    if not left and not counts:
        return "it is closed, or not at this site any more: look it up again"
    if not left:
        return f"it is being counted already, in {', '.join(counts[:5])}: open that count and say there what lies there"
    if left > MOST_BY_HAND:
        return f"it lies in {left:,} places, more than one count has: look one of its bins up and count that"
    return ""
