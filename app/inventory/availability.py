"""What of a SKU may be sold, over all open sites."""


def of_sku(sku_id: str) -> str:
    """SQL: one row of ``available``, units, and ``movements``, how many of all sites that rests on.

    As ``levels.Level.available`` site by site: what one site is short of another does not owe.
    """
    return f"""
    SELECT coalesce(sum(greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock))
                    FILTER (WHERE t.is_active), 0)::bigint AS available,
           coalesce(sum(l.sequence), 0)::bigint AS movements
      FROM stock_levels l JOIN sites t ON t.id = l.site_id WHERE l.sku_id = {sku_id}
    """
