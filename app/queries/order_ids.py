"""Numbers to ids, all or none."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


def ids_of(session: Session, numbers: Sequence[str]) -> list[int]:
    """In the order given. Raises NotFound, naming none of them, if one does not exist."""
    rows = session.execute(
        text("SELECT id, number FROM orders WHERE number = ANY(CAST(:numbers AS text[]))"), {"numbers": list(numbers)}
    )
    found = {row.number: row.id for row in rows}
    if any(number not in found for number in numbers):
        raise NotFound("one of these orders does not exist: nothing was changed")
    return [found[number] for number in dict.fromkeys(numbers)]
