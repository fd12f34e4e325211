"""The chains of one SKU, recomputed while a person waits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import checked
from app.kernel.checked import LastCheck
from app.kernel.errors import DomainError, NotFound
from app.workflows.verify_chains import broken_chains_of

MOST = 200_000


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One level's: how long it is, and the first and the last movement."""

    site: str
    movements: int
    first_at: datetime | None
    last_at: datetime | None
    mark: str


@dataclass(frozen=True, kw_only=True)
class ChainCheck:
    sku: str
    chains: tuple[Chain, ...]
    problems: tuple[str, ...]

    @property
    def movements(self) -> int:
        return sum(chain.movements for chain in self.chains)


@dataclass(frozen=True, kw_only=True)
class LedgerState:
    """The last signed head over all chains, and when everything was last verified."""

    as_of: datetime | None
    levels: int
    verified: LastCheck | None


def check_chain(session: Session, sku: str) -> ChainCheck:
    """Reads every movement of the SKU. Raises NotFound, and DomainError where there are too many to wait for."""
    sku_id = session.scalar(text("SELECT id FROM skus WHERE code = :code"), {"code": sku})
    if sku_id is None:
        raise NotFound(f"there is no SKU {sku!r}")
    chains = tuple(Chain(**row) for row in session.execute(text(CHAINS), {"sku_id": sku_id}).mappings())
    if (count := sum(chain.movements for chain in chains)) > MOST:
        raise DomainError(f"{sku} has {count:,} movements, too many to wait for: run `flask verify` instead")
    return ChainCheck(sku=sku, chains=chains, problems=tuple(broken_chains_of(session, sku_id)))


def ledger_state(session: Session) -> LedgerState:
    row = session.execute(text(HEAD)).one_or_none()
    return LedgerState(
        as_of=row.as_of if row else None,
        levels=row.levels if row else 0,
        verified=checked.last(session),
    )


CHAINS = """
SELECT t.code AS site, l.sequence AS movements, encode(substring(l.chain FOR 8), 'hex') AS mark,
       (SELECT occurred_at FROM stock_movements WHERE stock_level_id = l.id ORDER BY sequence LIMIT 1) AS first_at,
       (SELECT occurred_at FROM stock_movements WHERE stock_level_id = l.id ORDER BY sequence DESC LIMIT 1) AS last_at
  FROM stock_levels l JOIN sites t ON t.id = l.site_id WHERE l.sku_id = :sku_id ORDER BY t.code
"""
HEAD = "SELECT as_of, levels FROM chain_heads ORDER BY as_of DESC LIMIT 1"
