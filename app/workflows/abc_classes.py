"""Which SKUs are A, B or C: units sold this month and in the eleven before, at their unit cost."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting import plans
from app.counting.classes import CLASSES, classify
from app.kernel import clock


@dataclass(frozen=True, kw_only=True)
class ClassSum:
    """``value_minor`` a year at cost; ``share_bp`` of all, in hundredths of a per cent."""

    name: str
    skus: int
    value_minor: int
    share_bp: int


def abc_classes(session: Session) -> dict[int, str]:
    """Class by SKU id; what was not sold, or has no cost, is C. SKUs that are switched off are missing."""
    rules = plans.defaults(session)
    return classify(_values(session), a_bp=rules.class_a_bp, b_bp=rules.class_b_bp)


def class_sums(session: Session) -> list[ClassSum]:
    """A, B and C with what they come to."""
    rules, values = plans.defaults(session), _values(session)
    classes = classify(values, a_bp=rules.class_a_bp, b_bp=rules.class_b_bp)
    total = sum(values.values())
    sums = {name: [values[sku] for sku, found in classes.items() if found == name] for name in CLASSES}
    return [
        ClassSum(
            name=name,
            skus=len(found),
            value_minor=sum(found),
            share_bp=sum(found) * 10_000 // total if total else 0,
        )
        for name, found in sums.items()
    ]


def _values(session: Session) -> dict[int, int]:
    return {row.id: row.value for row in session.execute(text(VALUES), {"months": _months(clock.now().date())})}


def _months(today: date) -> list[str]:
    """This one and the eleven before, as the sums of sales write them."""
    last = today.year * 12 + today.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(last - 11, last + 1)]


VALUES = """
SELECT s.id, coalesce(u.units * s.cost_minor, 0)::bigint AS value
  FROM skus s
  LEFT JOIN (SELECT sku_id, sum(units) AS units FROM sales_skus WHERE bucket = ANY(CAST(:months AS text[]))
              GROUP BY sku_id) u ON u.sku_id = s.id
 WHERE s.is_active
"""
