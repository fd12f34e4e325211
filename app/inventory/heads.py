"""Signed digests of all chains: what they held yesterday cannot be rewritten today without the key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.chain import EPOCH
from app.inventory.models import ChainHead
from app.kernel.signing import sign

SETTLED = timedelta(minutes=5)  # no transaction lives that long, so no earlier movement can still appear


@dataclass(frozen=True, kw_only=True)
class Digest:
    """``digest`` is SHA-256 over level id, sequence and hash of each level's last movement before a moment."""

    levels: int
    digest: bytes


def take(session: Session, key: bytes, *, as_of: datetime) -> None:
    """Write the head of all movements before ``as_of``, which should lie ``SETTLED`` or more in the past."""
    found = digest(session, as_of)
    mark = sign(statement(as_of, found), key)
    session.add(ChainHead(as_of=as_of, levels=found.levels, digest=found.digest, signature=mark))
    session.flush()


def digest(session: Session, as_of: datetime) -> Digest:
    """Recomputed from the ledger alone, never from the balances; streams, one row per level."""
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (stock_level_id) stock_level_id, sequence, chain FROM stock_movements"
            " WHERE occurred_at < :as_of ORDER BY stock_level_id, sequence DESC"
        ).execution_options(yield_per=1000),
        {"as_of": as_of},
    )
    levels, hashed = 0, sha256()
    for row in rows:
        levels += 1
        hashed.update(entry(row.stock_level_id, row.sequence, row.chain))
    return Digest(levels=levels, digest=hashed.digest())


def entry(stock_level_id: int, sequence: int, chain: bytes) -> bytes:
    """What one level's last movement adds to a digest; levels follow one another by id."""
    return f"{stock_level_id}\x1f{sequence}\x1f".encode() + bytes(chain)


def statement(as_of: datetime, found: Digest) -> bytes:
    """The bytes that are signed."""
    microseconds = (as_of - EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}\x1f{found.levels}\x1f".encode() + found.digest
