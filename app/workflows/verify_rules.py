"""Safety stock against the rules, stock by day against the movements, alerts against their own figures."""

from app.inventory.rules_in_force import TODAY, at, rule_of
from app.workflows.comparison import Comparison
from app.workflows.count_stock import DAY, SUMS

# Levels follow on the days on which a rule begins or ends within minutes, not at midnight sharp.
LATELY = TODAY.replace("now()", "(now() - interval '30 minutes')")

SAFETY = Comparison(
    "safety stock against the rules",
    f"""
    SELECT s.code AS sku, t.code AS site, l.safety_stock, coalesce(n.units, 0) AS wanted
      FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id
      LEFT JOIN LATERAL ({rule_of("safety", sku="s", sites=at("l.site_id"), day=TODAY)}) n ON true
      LEFT JOIN LATERAL ({rule_of("safety", sku="s", sites=at("l.site_id"), day=LATELY)}) b ON true
     WHERE l.safety_stock NOT IN (coalesce(n.units, 0), coalesce(b.units, 0)) ORDER BY l.sku_id, l.site_id
    """,
    "{sku} at {site} keeps back {safety_stock}, the rules say {wanted}: it is mended every ten minutes, or at once when"
    " a rule is saved",
)

DAYS = Comparison(
    "stock by day",
    f"""
    WITH found AS (
        SELECT m.stock_level_id, {DAY} AS day, {SUMS}
          FROM stock_counted c JOIN stock_movements m
            ON m.stock_level_id = c.stock_level_id AND m.sequence <= c.sequence GROUP BY 1, 2)
    SELECT stock_level_id, day, coalesce(k.on_hand, 0) AS kept, coalesce(f.on_hand, 0) AS moved,
           concat_ws(' ', k.promised, k.unavailable, k.shipped, k.demanded) AS kept_more,
           concat_ws(' ', f.promised, f.unavailable, f.shipped, f.demanded) AS moved_more
      FROM found f FULL JOIN stock_days k USING (stock_level_id, day)
     WHERE (f.on_hand, f.promised, f.unavailable, f.shipped, f.demanded) IS DISTINCT FROM
           (k.on_hand, k.promised, k.unavailable, k.shipped, k.demanded)
       AND EXISTS (SELECT FROM stock_calendar WHERE time_zone = (SELECT coalesce(max(time_zone), 'UTC') FROM company))
     ORDER BY 1, 2
    """,
    "stock level {stock_level_id} on {day}: reports have {kept} on hand ({kept_more}), its movements come to {moved}"
    " ({moved_more}): run `flask report rebuild`",
)

BALANCES = Comparison(
    "stock as its days know it",
    """
    SELECT c.stock_level_id, c.on_hand, coalesce(sum(d.on_hand), 0) AS summed
      FROM stock_counted c LEFT JOIN stock_days d USING (stock_level_id)
     GROUP BY c.stock_level_id, c.on_hand, c.promised, c.unavailable
    HAVING (c.on_hand, c.promised, c.unavailable) <>
           (coalesce(sum(d.on_hand), 0), coalesce(sum(d.promised), 0), coalesce(sum(d.unavailable), 0)) ORDER BY 1
    """,
    "stock level {stock_level_id}: reports begin at {on_hand} on hand, its days come to {summed}",
)

ALERT_STATES = Comparison(
    "states of stock alerts",
    """
    SELECT a.id, s.code AS sku, t.code AS site, a.free + a.incoming AS units, a.reorder_point, a.closes_at,
           CASE WHEN a.closed_at IS NULL THEN 'open' ELSE 'over' END AS state
      FROM stock_alerts a JOIN skus s ON s.id = a.sku_id JOIN sites t ON t.id = a.site_id
     WHERE (a.closed_at IS NULL) <> (a.free + a.incoming < a.closes_at) AND s.is_active AND t.is_active
        OR a.closes_at <= a.reorder_point ORDER BY a.id
    """,
    "alert {id} for {sku} at {site} is {state} with {units} units: it opens below {reorder_point}, ends at {closes_at}",
)

ALERT_FIGURES = Comparison(
    "figures of stock alerts",
    """
    SELECT a.id, s.code AS sku, t.code AS site, a.free, a.level_sequence,
           l.on_hand - l.allocated - l.reserved - l.unavailable AS there
      FROM stock_alerts a JOIN skus s ON s.id = a.sku_id JOIN sites t ON t.id = a.site_id
      JOIN stock_levels l ON l.sku_id = a.sku_id AND l.site_id = a.site_id
     WHERE a.closed_at IS NULL AND a.level_sequence >= l.sequence
       AND (a.level_sequence > l.sequence OR a.free <> l.on_hand - l.allocated - l.reserved - l.unavailable)
     ORDER BY a.id
    """,
    "alert {id} for {sku} at {site} says {free} free after movement {level_sequence}, the level has {there}",
)

CHECKS = (SAFETY, DAYS, BALANCES, ALERT_STATES, ALERT_FIGURES)
