"""Kits: without stock, made of what is no kit, and whole in every order."""

from app.workflows.comparison import Comparison

KIT_STOCK = Comparison(
    "kits without stock",
    """
    SELECT s.code AS sku, t.code AS site, l.on_hand FROM skus s JOIN stock_levels l ON l.sku_id = s.id
      JOIN sites t ON t.id = l.site_id WHERE s.is_kit ORDER BY l.id
    """,
    "{sku} is a kit, but has a stock level at {site} with {on_hand} on hand",
)

KIT_CONTENTS = Comparison(
    "contents of kits",
    """
    SELECT s.code AS sku, 'is a kit of nothing' AS what FROM skus s
     WHERE s.is_kit AND NOT EXISTS (SELECT FROM kit_components c WHERE c.kit_sku_id = s.id)
    UNION ALL
    SELECT s.code, 'has components, but is no kit' FROM skus s
     WHERE NOT s.is_kit AND EXISTS (SELECT FROM kit_components c WHERE c.kit_sku_id = s.id)
    UNION ALL
    SELECT s.code, 'is part of a kit and a kit itself' FROM skus s
     WHERE s.is_kit AND EXISTS (SELECT FROM kit_components c WHERE c.component_sku_id = s.id)
    ORDER BY 1, 2
    """,
    "{sku} {what}",
)

KIT_RATIOS = Comparison(
    "whole kits",
    """
    SELECT o.number, l.kit_position, min(l.kit_code) AS kit, min(l.kit_quantity) AS least, max(l.kit_quantity) AS most,
           min(l.cancelled * l.kit_quantity / l.ordered) AS fewest,
           max(l.cancelled * l.kit_quantity / l.ordered) AS highest
      FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.kit_sku_id IS NOT NULL
     GROUP BY o.id, o.number, l.kit_position
    HAVING min(l.kit_quantity) <> max(l.kit_quantity) OR min(l.kit_sku_id) <> max(l.kit_sku_id)
        OR bool_or(l.ordered % l.kit_quantity <> 0)
        OR min(l.cancelled * l.kit_quantity / l.ordered) <> max(l.cancelled * l.kit_quantity / l.ordered)
        OR bool_or(l.cancelled * l.kit_quantity % l.ordered <> 0)
     ORDER BY o.id, l.kit_position
    """,
    "order {number}, kit {kit} (line {kit_position} as asked for): its parts are of {least} to {most} kits, and of"
    " {fewest} to {highest} cancelled ones",
)

CHECKS = (KIT_STOCK, KIT_CONTENTS, KIT_RATIOS)
