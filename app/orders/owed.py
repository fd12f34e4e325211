"""What an order costs now: cancelled units cost nothing, an order of which all is cancelled costs nothing at all.

A line of ``n`` units that costs ``T`` is split as ``Money.allocate`` does, and cancelling takes units from the end, as
in the sales reports: what is owed after two cancellations is what is owed after one of both.
"""


def kept(column: str) -> str:
    """SQL: the part of this column of a line ``l`` that belongs to its units that are not cancelled."""
    units = "(l.ordered - l.cancelled)"
    return f"({units} * (l.{column} / l.ordered) + least({units}, l.{column} % l.ordered))"


OWED = f"""
(SELECT CASE WHEN sum(l.ordered - l.cancelled) > 0
        THEN o.shipping_minor + sum({kept("total_minor")} + {kept("tax_minor")}) ELSE 0 END::bigint
   FROM order_lines l WHERE l.order_id = o.id)
"""
"""SQL: minor units, of an order ``o``."""
