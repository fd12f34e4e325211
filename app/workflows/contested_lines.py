"""Differences that somebody else may have corrected since they were seen.

What is picked, put away or moved afterwards changes shelf and book alike. A correction changes the book alone: another
count, a short pick, a loss. Posted on top of it, the same missing units would be taken off twice; so such a shelf is
looked at once more.
"""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

CORRECTIONS = ("count", "short_pick", "found", "lost", "correction", "opening", "import_undone")


def contested(session: Session, count_ids: Collection[int]) -> dict[int, list[int]]:
    """Lines by count; those with no difference, or none that is known yet, are left alone."""
    found: dict[int, list[int]] = {count_id: [] for count_id in count_ids}
    for row in session.execute(text(CONTESTED), {"ids": sorted(count_ids), "reasons": list(CORRECTIONS)}):
        found[row.count_id].append(row.id)
    return found


CONTESTED = """
SELECT l.id, l.count_id
  FROM count_lines l JOIN counts c ON c.id = l.count_id
  JOIN stock_levels s ON s.sku_id = l.sku_id AND s.site_id = c.site_id
 WHERE l.count_id = ANY(CAST(:ids AS bigint[])) AND s.sequence > l.seen_sequence
   AND (l.variance <> 0 OR EXISTS (
        SELECT FROM count_serials n WHERE n.count_line_id = l.id AND l.variance IS NOT NULL
           AND n.is_expected <> CASE WHEN l.recounted IS NULL THEN n.is_seen ELSE n.is_seen_again END))
   AND EXISTS (SELECT FROM stock_movements m
                WHERE m.stock_level_id = s.id AND m.sequence > l.seen_sequence AND m.on_hand <> 0
                  AND m.reason = ANY(CAST(:reasons AS text[])) AND m.condition = l.condition
                  AND m.bin_id IS NOT DISTINCT FROM l.bin_id AND m.lot_id IS NOT DISTINCT FROM l.lot_id
                  AND (m.reference_type, m.reference_id) <> ('count_line', l.id)
                  AND NOT (m.reference_type = 'count_number' AND EXISTS (
                      SELECT FROM count_lines o WHERE o.id = m.reference_id AND o.count_id = l.count_id)))
 ORDER BY l.id
"""
