"""What a chart shows, as a sentence for its title and for those who do not see it."""

from collections.abc import Sequence
from datetime import date

from app.analytics.asked import Sales, SalesRow
from app.analytics.periods import Period, said
from app.kernel.money import Money

NOTHING = "Nothing was sold in this period"


def change(now: int, before: int) -> str:
    """``19.7 % above``, ``as much as``, or nothing where there is nothing to compare with."""
    if before <= 0:
        return ""
    tenths = _rounded(1000 * (now - before), before)
    if tenths == 0:
        return "as much as"
    return f"{_tenths(abs(tenths))} % {'above' if tenths > 0 else 'below'}"


def share(part: int, whole: int) -> str:
    return f"{_tenths(_rounded(1000 * part, whole))} %" if whole > 0 else "0 %"


def over_time(now: Sales, before: Sales, rows: Sequence[SalesRow]) -> str:
    if not now.units:
        return NOTHING
    if words := change(now.net_minor, before.net_minor):
        return f"Net sales are {words} the period before"
    best = max(rows, key=lambda row: row.net_minor)
    return f"{_when(best.key)} was best, with {_money(best)}"


def leader(rows: Sequence[SalesRow], total: Sales, verb: str) -> str:
    """``West brings 31.6 % of net sales``."""
    if not rows or not total.units:
        return NOTHING
    if rows[0].net_minor == total.net_minor:
        return f"{called(rows[0])} {verb} all net sales"
    return f"{called(rows[0])} {verb} {share(rows[0].net_minor, total.net_minor)} of net sales"


def best(rows: Sequence[SalesRow], words: str) -> str:
    """``TEC-CO-10004722 sells best: USD 61,599.83``."""
    if not rows or not rows[0].units:
        return NOTHING
    return f"{called(rows[0])} {words}: {_money(rows[0])}"


def summary(rows: Sequence[SalesRow], total: Sales, period: Period) -> str:
    """The chart in words for a screen reader."""
    if not rows:
        return f"{NOTHING}, {period}."
    highest, lowest = max(rows, key=lambda row: row.net_minor), min(rows, key=lambda row: row.net_minor)
    return (
        f"{period}: {Money(total.net_minor, total.currency)} in {total.orders:,} orders and {total.units:,} units. "
        f"Highest: {called(highest)} with {_money(highest)}. Lowest: {called(lowest)} with {_money(lowest)}."
    )


def called(row: SalesRow) -> str:
    return row.name or row.key or "No region"


def _when(key: str) -> str:
    """``2026-03`` as March 2026, ``2026-03-15`` as 15 March 2026."""
    return said(date.fromisoformat(key)) if len(key) > len("2026-03") else f"{date.fromisoformat(f'{key}-01'):%B %Y}"


def _money(row: SalesRow) -> str:
    return str(Money(row.net_minor, row.currency))


def _rounded(numerator: int, denominator: int) -> int:
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def _tenths(tenths: int) -> str:
    return f"{tenths // 10:,}.{tenths % 10}"
