"""The day by which an order was promised; the first one stays."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel.driver import array


def promise(session: Session, promises: Mapping[int, datetime | None]) -> None:
    """Moments by order id, for those locked orders that have none yet; None promises nothing."""
    driver.write(
        session,
        "UPDATE orders o SET promised_at = v.moment"
        " FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS v(id, moment)"
        " WHERE o.id = v.id AND o.promised_at IS NULL AND v.moment IS NOT NULL",
        {"ids": array(promises), "moments": array(promises.values())},
    )
