"""Stock rules for statements that read many levels: as ``rule_choice`` chooses, by index."""

TODAY = "(now() AT TIME ZONE (SELECT coalesce(max(time_zone), 'UTC') FROM company))::date"
ALL_SITES, ALL_CHANNELS = "site_id IS NULL", "channel_id IS NULL"

# As Rule.rank.
RANK = """
    (sku_id IS NOT NULL) DESC, (category IS NOT NULL) DESC, (site_id IS NOT NULL) DESC, (channel_id IS NOT NULL) DESC,
    (from_on IS NOT NULL OR until_on IS NOT NULL) DESC, from_on DESC NULLS LAST, id DESC
"""


def at(site: str) -> str:
    """SQL: rules for this site, and those for all of them."""
    return f"(site_id IS NULL OR site_id = {site})"


def only_at(site: str) -> str:
    return f"site_id = {site}"


def told(channel: str) -> str:
    """SQL: rules for this channel, and those for all of them."""
    return f"(channel_id IS NULL OR channel_id = {channel})"


def rule_of(kind: str, *, sku: str, day: str, sites: str = ALL_SITES, channels: str = ALL_CHANNELS) -> str:
    """SQL: at most one row for a row ``sku`` of skus: ``rule_id``, ``units``, and whether it names anything."""
    return f"""
    SELECT id AS rule_id, units, sku_id IS NOT NULL OR category IS NOT NULL OR channel_id IS NOT NULL AS is_narrow
      FROM (SELECT * FROM stock_rules WHERE sku_id = {sku}.id
            UNION ALL SELECT * FROM stock_rules WHERE sku_id IS NULL AND category = {sku}.category
            UNION ALL SELECT * FROM stock_rules WHERE sku_id IS NULL AND category IS NULL) r
     WHERE kind = '{kind}' AND {sites} AND {channels}
       AND (from_on IS NULL OR from_on <= {day}) AND (until_on IS NULL OR until_on >= {day})
     ORDER BY {RANK} LIMIT 1
    """
