"""Two ways to the same figure, compared by the database; what differs is told as a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.planning import hash_joins

AT_ONCE = 1_000


@dataclass(frozen=True)
class Comparison:
    """``sql`` yields a row for each difference; ``sentence`` names its columns in braces."""

    name: str
    sql: str
    sentence: str

    def find(self, session: Session) -> Iterator[str]:
        """Sentences, streamed: however much differs, memory stays the same."""
        with hash_joins(session):
            rows = session.execute(text(self.sql).execution_options(yield_per=AT_ONCE))
        for row in rows:
            yield self.sentence.format(**row._mapping)
