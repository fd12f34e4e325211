"""SKUs that should be looked at soon, since less of them was found than the book says."""

from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

Missed = tuple[int, int]


def note(session: Session, missed: Sequence[Missed]) -> None:
    """(site, SKU) each; one request stands at a time."""
    session.execute(
        text(
            "INSERT INTO count_requests (site_id, sku_id)"
            " SELECT site_id, sku_id FROM unnest(CAST(:sites AS bigint[]), CAST(:skus AS bigint[]))"
            " AS v(site_id, sku_id) GROUP BY 1, 2 ORDER BY 1, 2 ON CONFLICT DO NOTHING"
        ),
        {"sites": [site for site, _ in missed], "skus": [sku for _, sku in missed]},
    )


def answer(session: Session, site_ids: Collection[int]) -> None:
    """What stands open at these sites is answered: counts were planned of it, or there is no place to look at."""
    session.execute(
        text(
            "UPDATE count_requests SET answered_at = now()"
            " WHERE site_id = ANY(CAST(:sites AS bigint[])) AND answered_at IS NULL"
        ),
        {"sites": sorted(site_ids)},
    )
