"""A gift set of teas."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.workflows.keep_kits import change_contents
from tests.factories.house import make_skus

SET = {"TEA-1": 1, "TEA-2": 2}


def make_kit(
    session: Session, contents: dict[str, int] | None = None, *, code: str = "SET-1", minor: int = 2500
) -> str:
    """One TEA-1 and two of TEA-2 for 25.00, unless said otherwise."""
    make_skus(session, [code], minor=minor)
    change_contents(session, code, SET if contents is None else contents)
    return code


def kit_lines(session: Session, order_id: int) -> list[tuple[str, int, int, int]]:
    """(SKU, ordered, total, tax) of the lines that are parts of kits."""
    rows = session.execute(
        text(
            "SELECT sku_code, ordered, total_minor, tax_minor FROM order_lines"
            " WHERE order_id = :id AND kit_sku_id IS NOT NULL ORDER BY position"
        ),
        {"id": order_id},
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]
