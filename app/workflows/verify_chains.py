"""The hash chains of stock, recomputed in one pass over the ledger, and the signed heads that they must still fit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.inventory.chain import Link, extend
from app.inventory.heads import Digest, entry, statement
from app.kernel.crypto import Keyring
from app.kernel.signing import fits
from app.workflows.comparison import AT_ONCE
from app.workflows.sign_chains import PURPOSE

LINK = [each.name for each in fields(Link)]

MOVEMENTS = f"""
    SELECT l.id AS level_id, l.sequence AS level_sequence, l.chain AS level_chain, skus.code AS sku, sites.code AS site,
           m.id, m.chain, {", ".join(f"m.{name}" for name in LINK)}
      FROM stock_levels l JOIN skus ON skus.id = l.sku_id JOIN sites ON sites.id = l.site_id
      LEFT JOIN stock_movements m ON m.stock_level_id = l.id
     WHERE CAST(:sku_id AS bigint) IS NULL OR l.sku_id = :sku_id ORDER BY l.id, m.sequence, m.id
"""

HEADS = "SELECT as_of, levels, digest, signature FROM chain_heads ORDER BY as_of"


@dataclass
class _Head:
    """A signed head, and the digest that grows while the ledger is read again."""

    as_of: datetime
    signed: Digest
    signature: bytes
    levels: int = 0
    again: Any = field(default_factory=sha256)

    @property
    def found(self) -> Digest:
        return Digest(levels=self.levels, digest=self.again.digest())

    def take(self, last: Row[Any] | None) -> None:
        if last is not None:
            self.levels += 1
            self.again.update(entry(last.level_id, last.sequence, last.chain))


def broken_chains(session: Session, keys: Keyring) -> Iterator[str]:
    """Numbers without a gap, each hash over the one before, the level's own end, and every signed head. One pass."""
    heads = [_head(row) for row in session.execute(text(HEADS))]
    rows = session.execute(text(MOVEMENTS).execution_options(yield_per=AT_ONCE), {"sku_id": None})
    for _, movements in groupby(rows, key=lambda row: row.level_id):
        yield from _broken_chain(movements, heads)
    for head in heads:
        yield from _broken_head(head, keys.derive(PURPOSE))


def broken_chains_of(session: Session, sku_id: int) -> Iterator[str]:
    """The same for the levels of one SKU, without the heads, which lie over all levels."""
    rows = session.execute(text(MOVEMENTS).execution_options(yield_per=AT_ONCE), {"sku_id": sku_id})
    for _, movements in groupby(rows, key=lambda row: row.level_id):
        yield from _broken_chain(movements, ())


def _head(row: Row[Any]) -> _Head:
    return _Head(row.as_of, Digest(levels=row.levels, digest=bytes(row.digest)), bytes(row.signature))


def _broken_chain(movements: Iterable[Row[Any]], heads: Sequence[_Head]) -> Iterator[str]:
    before: Row[Any] | None = None
    last_by_head: list[Row[Any] | None] = [None] * len(heads)
    for row in movements:
        if row.id is None:
            before = None
            break
        yield from _broken_link(row, before)
        for place, head in enumerate(heads):
            if row.occurred_at < head.as_of:
                last_by_head[place] = row
        before = row
    for head, last in zip(heads, last_by_head, strict=True):
        head.take(last)
    yield from _broken_end(row, before)


def _broken_link(row: Row[Any], before: Row[Any] | None) -> Iterator[str]:
    number, chain = (before.sequence, bytes(before.chain)) if before else (0, b"")
    if row.sequence != number + 1:
        yield f"stock of {row.sku} at {row.site}: after movement number {number} comes number {row.sequence} ({row.id})"
    elif extend(chain, Link(**{name: getattr(row, name) for name in LINK})) != bytes(row.chain):
        yield f"movement {row.id} (number {row.sequence} of {row.sku} at {row.site}) was changed: its hash does not fit"


def _broken_end(level: Row[Any], last: Row[Any] | None) -> Iterator[str]:
    number, chain = (last.sequence, bytes(last.chain)) if last else (0, b"")
    if level.level_sequence != number:
        yield (
            f"stock of {level.sku} at {level.site} counts {level.level_sequence} movements, the last that stands is"
            f" number {number}"
        )
    elif bytes(level.level_chain) != chain:
        yield f"stock of {level.sku} at {level.site} does not hold the hash of its last movement (number {number})"


def _broken_head(head: _Head, keys: Sequence[bytes]) -> Iterator[str]:
    if not fits(statement(head.as_of, head.signed), head.signature, keys):
        yield f"the signed head of {head.as_of:%Y-%m-%d %H:%M} UTC was not signed with a key of ours"
    elif head.found != head.signed:
        yield (
            f"the signed head of {head.as_of:%Y-%m-%d %H:%M} UTC no longer fits: movements before that time were"
            f" changed or cut, with their hashes ({head.found.levels} levels, {head.signed.levels} signed)"
        )
