"""Whether, where and how much of our stock a channel is told; and the one delivery that stands for it."""

import secrets
from base64 import b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.channels.ports import Target
from app.kernel import crypto, deliveries, stuck_deliveries
from app.kernel.actor import Actor
from app.kernel.crypto import Keyring, Undecipherable
from app.kernel.deliveries import Delivery
from app.kernel.errors import NotFound, ProviderError

PUBLISH = "channels.publish_stock"
PURPOSE = "stock publication"
SECRET_BYTES = 24


@dataclass(frozen=True, kw_only=True)
class PublicationFacts:
    """``most`` is the cap on what the channel is told of a SKU, None for none; ``held_back`` is kept from it."""

    is_on: bool
    address: str
    most: int | None
    held_back: int


def put(session: Session, channel_id: int, facts: PublicationFacts, *, keys: Keyring) -> str | None:
    """Answers the secret if it was made now: nobody is shown it again."""
    changed = session.execute(text(CHANGE), {"channel_id": channel_id, **vars(facts)}).one_or_none()
    if changed is not None:
        return None
    secret = _new_secret()
    stored = crypto.encrypt(keys, secret, purpose=PURPOSE)
    session.execute(text(ADD), {"channel_id": channel_id, "secret": stored, **vars(facts)})
    return secret


def change_secret(session: Session, channel_id: int, *, keys: Keyring) -> str:
    """The former one goes on signing for a day beside it. Raises NotFound before the first settings."""
    secret = _new_secret()
    stored = crypto.encrypt(keys, secret, purpose=PURPOSE)
    changed = session.execute(text(ROTATE), {"channel_id": channel_id, "secret": stored}).one_or_none()
    if changed is None:
        raise NotFound("this channel is told no stock yet: save an address first")
    return secret


def lock(session: Session, channel_ids: Collection[int] | None = None) -> Sequence[Row[Any]]:
    """Those that are switched on, all or of these channels, in order; nobody else marks or ends a round meanwhile."""
    chosen = None if channel_ids is None else sorted(channel_ids)
    return session.execute(text(LOCK), {"ids": chosen}).all()


def wake(session: Session, locked: Sequence[Row[Any]]) -> None:
    """See to it that a delivery stands for each. The caller holds their locks, as does whoever ends a round."""
    by_key = {_key(row.channel_id, row.round): row.channel_id for row in locked}
    missing = sorted(by_key.keys() - deliveries.known(session, list(by_key)))
    deliveries.add(session, [Delivery(handler=PUBLISH, ids={"channel_id": by_key[key]}, key=key) for key in missing])


def hurry(session: Session, channel_id: int, *, actor: Actor) -> None:
    """Whoever waits for later, or for a person, tries now."""
    locked = lock(session, [channel_id])
    wake(session, locked)
    stuck_deliveries.hurry(session, [_key(row.channel_id, row.round) for row in locked], actor=actor)


def begin_message(session: Session, channel_id: int) -> Row[Any] | None:
    """The next number and all that the message needs, under the channel's lock; None where it is switched off."""
    return session.execute(text(BEGIN_MESSAGE), {"channel_id": channel_id}).one_or_none()


def target(message: Row[Any], *, keys: Keyring) -> Target:
    """Raises ProviderError(permanent) where the secret cannot be read any more."""
    stored = [message.secret, *([message.former_secret] if message.former_secret else [])]
    try:
        opened = tuple(crypto.decrypt(keys, each, purpose=PURPOSE) for each in stored)
    except Undecipherable:
        raise ProviderError("the secret cannot be read with any key we have: make a new one", permanent=True) from None
    return Target(address=message.address, secrets=opened)


def succeed(session: Session, channel_id: int) -> None:
    session.execute(text(SUCCEED), {"channel_id": channel_id})


def fail(session: Session, channel_id: int, reason: str) -> None:
    session.execute(text(FAIL), {"channel_id": channel_id, "reason": reason})


def end_round(session: Session, channel_id: int) -> None:
    """The delivery of this round is about to go; whatever waits by now gets that of the next."""
    ended = session.execute(text(END_ROUND), {"channel_id": channel_id}).one_or_none()
    if ended is not None and session.execute(text(WAITS), {"channel_id": channel_id}).scalar_one():
        wake(session, [ended])


def _key(channel_id: int, number: int) -> str:
    return f"stock:{channel_id}:{number}"


def _new_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


CHANGE = """
UPDATE stock_publications SET is_on = :is_on, address = :address, most = :most, held_back = :held_back
WHERE channel_id = :channel_id RETURNING channel_id
"""
ADD = """
INSERT INTO stock_publications (channel_id, is_on, address, most, held_back, secret)
VALUES (:channel_id, :is_on, :address, :most, :held_back, :secret)
"""
ROTATE = """
UPDATE stock_publications SET former_secret = secret, former_until = now() + interval '1 day', secret = :secret
WHERE channel_id = :channel_id RETURNING channel_id
"""
LOCK = """
SELECT channel_id, round FROM stock_publications
WHERE is_on AND (CAST(:ids AS bigint[]) IS NULL OR channel_id = ANY(CAST(:ids AS bigint[])))
ORDER BY channel_id FOR NO KEY UPDATE
"""
# By the clock, so that numbers go on rising after a backup was restored; by one where two fall into a millisecond.
BEGIN_MESSAGE = """
UPDATE stock_publications p
   SET message = greatest(message + 1, CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)) FROM channels c
WHERE p.channel_id = :channel_id AND p.is_on AND c.id = p.channel_id
RETURNING p.channel_id, c.code, p.message AS number, p.adapter, p.address, p.secret,
          CASE WHEN p.former_until > now() THEN p.former_secret END AS former_secret, clock_timestamp() AS as_of
"""
SUCCEED = """
UPDATE stock_publications SET succeeded_at = now(), failing_since = NULL, last_error = '' WHERE channel_id = :channel_id
"""
FAIL = """
UPDATE stock_publications SET failing_since = coalesce(failing_since, now()), last_error = :reason
WHERE channel_id = :channel_id
"""
END_ROUND = """
UPDATE stock_publications SET round = round + 1 WHERE channel_id = :channel_id RETURNING channel_id, round
"""
WAITS = """
SELECT EXISTS (SELECT FROM stock_offers JOIN stock_publications USING (channel_id)
               WHERE channel_id = :channel_id AND is_on AND changed_at IS NOT NULL)
"""
