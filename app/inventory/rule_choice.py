"""Which of several stock rules counts: the most specific one, with the reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

KINDS = {
    "safety": "Safety stock",
    "channel_buffer": "Held back from channels",
    "reorder": "Reorder point",
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Codes and names; empty means all. Both days belong to it."""

    id: int
    kind: str
    units: int
    sku: str = ""
    category: str = ""
    site: str = ""
    channel: str = ""
    from_on: date | None = None
    until_on: date | None = None

    @property
    def is_dated(self) -> bool:
        return self.from_on is not None or self.until_on is not None

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, bool, date, int]:
        """Compared left to right, the larger goes first: goods, then site, then channel, then days, then the newest."""
        return (
            bool(self.sku),
            bool(self.category),
            bool(self.site),
            bool(self.channel),
            self.is_dated,
            self.from_on or date.min,
            self.id,
        )

    @property
    def scope(self) -> str:
        """``SKU TEA-1 at RNO1, all channels``; channels only where they matter."""
        goods = f"SKU {self.sku}" if self.sku else f"category {self.category}" if self.category else "all SKUs"
        places = f"at {self.site}" if self.site else "at all sites"
        told = (
            "" if self.kind != "channel_buffer" else f", channel {self.channel}" if self.channel else ", all channels"
        )
        return f"{goods} {places}{told}"

    @property
    def days(self) -> str:
        """``from 20 November 2026 until 2 December 2026``; empty for ever."""
        parts = [
            f"{word} {day.day} {day:%B %Y}" for word, day in (("from", self.from_on), ("until", self.until_on)) if day
        ]
        return " ".join(parts)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is asked about. ``site`` or ``channel`` may be empty where the question is about all of them."""

    sku: str
    category: str = ""
    site: str = ""
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """``rule`` is None where none fits: then the number is 0."""

    rule: Rule | None
    others: tuple[Rule, ...] = ()

    @property
    def units(self) -> int:
        return self.rule.units if self.rule else 0

    @property
    def reason(self) -> str:
        """One sentence without its end, such as ``rule for SKU TEA-1 at RNO1; it goes before 2 for all SKUs …``."""
        if self.rule is None:
            return "no rule says anything here"
        told = f"rule for {self.rule.scope}" + (f", {self.rule.days}" if self.rule.days else "")
        if not self.others:
            return told
        nearest = self.others[0]
        return f"{told}; it goes before {nearest.units} for {nearest.scope}"


def choose(rules: Iterable[Rule], kind: str, place: Place, day: date) -> Choice:
    """The rule that counts for this place on this day, and those that it goes before, the nearest first."""
    fitting = sorted(
        (rule for rule in rules if rule.kind == kind and _fits(rule, place, day)), key=lambda r: r.rank, reverse=True
    )
    return Choice(rule=fitting[0] if fitting else None, others=tuple(fitting[1:]))


def _fits(rule: Rule, place: Place, day: date) -> bool:
    return (
        rule.sku in ("", place.sku)
        and rule.category in ("", place.category)
        and rule.site in ("", place.site)
        and rule.channel in ("", place.channel)
        and (rule.from_on is None or rule.from_on <= day)
        and (rule.until_on is None or day <= rule.until_on)
    )
