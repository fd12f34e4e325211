"""All that a channel may sell, looked through: when its settings change, when a person asks, and every few minutes."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.channels import publication
from app.channels.publication import PublicationFacts
from app.kernel import deliveries
from app.kernel.actor import Actor
from app.kernel.crypto import Keyring
from app.kernel.deliveries import Delivery, Held
from app.workflows import stock_offers

OFFER_ALL = "channels.offer_all"
COMPARE = "channels.compare_stock"


def change_publication(
    session: Session, channel_id: int, facts: PublicationFacts, *, keys: Keyring, actor: Actor
) -> str | None:
    """Answers the secret if it was made now. What is waiting tries at once."""
    secret = publication.put(session, channel_id, facts, keys=keys)
    publication.hurry(session, channel_id, actor=actor)
    ask(session, channel_id, is_forced=secret is not None)
    return secret


def ask(session: Session, channel_id: int, *, is_forced: bool) -> None:
    """Have every SKU looked at by a worker; ``is_forced``: and told even if the channel knows it."""
    wanted = [
        Delivery(
            handler=OFFER_ALL,
            ids={"channel_id": row.channel_id, "is_forced": is_forced},
            key=f"{OFFER_ALL}:{row.channel_id}:{is_forced}",
        )
        for row in publication.lock(session, [channel_id])
    ]
    deliveries.add(session, wanted)


def offer_all(session: Session, held: Sequence[Held]) -> None:
    """The effect behind ``ask``."""
    forced = {int(each.ids["channel_id"]): False for each in held}
    for each in held:
        forced[int(each.ids["channel_id"])] |= bool(each.ids["is_forced"])
    locked = publication.lock(session, forced)
    for row in locked:
        stock_offers.mark_all(session, row.channel_id, is_forced=forced[row.channel_id])
    publication.wake(session, locked)


def compare(session: Session, _held: Sequence[Held]) -> None:
    """The regular effect: mends whatever no event told of, and wakes a channel whose delivery somebody skipped."""
    locked = publication.lock(session)
    stock_offers.mark_different(session, [row.channel_id for row in locked])
    publication.wake(session, locked)
