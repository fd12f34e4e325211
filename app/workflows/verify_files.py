"""Imports and exports: what they say of themselves against what they left in the books."""

from app.workflows.comparison import Comparison

RECEIVED = Comparison(
    "units received by imports",
    """
    SELECT i.id, i.file_name, (i.tally->'run'->>'units')::bigint AS said, coalesce(m.units, 0) AS units
      FROM imports i
      LEFT JOIN LATERAL (SELECT sum(on_hand)::bigint AS units FROM stock_movements
                          WHERE reference_type = 'import' AND reference_id = i.id AND reason = 'opening') m ON true
     WHERE i.kind = 'stock' AND i.tally->'run' ? 'units'
       AND (i.tally->'run'->>'units')::bigint <> coalesce(m.units, 0) ORDER BY i.id
    """,
    "import {id} ({file_name}) says that it received {said} units; its movements sum to {units}",
)

UNDONE = Comparison(
    "imports that were undone",
    """
    SELECT i.id, i.file_name, skus.code AS sku, sites.code AS site, sum(m.on_hand)::bigint AS units
      FROM imports i JOIN stock_movements m ON m.reference_type = 'import' AND m.reference_id = i.id
      JOIN stock_levels l ON l.id = m.stock_level_id JOIN skus ON skus.id = l.sku_id JOIN sites ON sites.id = l.site_id
     WHERE i.state = 'undone' AND i.kind IN ('stock', 'counts')
     GROUP BY i.id, i.file_name, skus.code, sites.code, m.bin_id, m.lot_id, m.condition
    HAVING sum(m.on_hand) <> 0 ORDER BY i.id, skus.code, sites.code
    """,
    "import {id} ({file_name}) says that it is undone; of {sku} at {site} it still changes {units} units",
)

HALF = Comparison(
    "imports that are over",
    """
    SELECT id, file_name, groups_done, groups_total FROM imports
     WHERE state = 'done' AND groups_done <> groups_total ORDER BY id
    """,
    "import {id} ({file_name}) says that it is done; {groups_done} of {groups_total} of its parts are",
)

FILES = Comparison(
    "files of exports",
    """
    SELECT id, kind, state, coalesce('file ' || file_id, 'no file') AS file FROM exports
     WHERE (state = 'done') <> (file_id IS NOT NULL) ORDER BY id
    """,
    "export {id} of {kind} is {state} and has {file}",
)

CHECKS = (RECEIVED, UNDONE, HALF, FILES)
