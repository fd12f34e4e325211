"""What of a SKU may be sold, over all open sites."""


def of_sku(sku_id: str) -> str:
    """SQL: one row of ``available``, units, and ``movements``, how many of all sites that rests on.

    As ``levels.Level.available`` site by site: what one site is short of another does not owe. Of a kit there are as
    many as the scarcest of its components is enough for; its movements go on growing when its contents change.
    """
    return f"""
    SELECT coalesce(min(n.available / c.quantity), 0)::bigint AS available,
           coalesce(sum(n.movements) + (SELECT former_movements FROM skus WHERE id = {sku_id}), 0)::bigint AS movements
      FROM ({parts_of(sku_id)}) AS c
      CROSS JOIN LATERAL (
          SELECT coalesce(sum(greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock))
                          FILTER (WHERE t.is_active), 0)::bigint AS available,
                 coalesce(sum(l.sequence), 0)::bigint AS movements
            FROM stock_levels l JOIN sites t ON t.id = l.site_id WHERE l.sku_id = c.sku_id) AS n
    """


def parts_of(sku_id: str) -> str:
    """SQL: ``sku_id`` and ``quantity`` of what lies on the shelves for one of it: a kit's components, or itself."""
    return f"""
    SELECT component_sku_id AS sku_id, quantity FROM kit_components WHERE kit_sku_id = {sku_id}
    UNION ALL
    SELECT {sku_id}, 1 WHERE NOT EXISTS (SELECT FROM kit_components WHERE kit_sku_id = {sku_id})
    """
