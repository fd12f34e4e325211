"""What may be exported, and which rows of it: the words of a request, checked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from app.kernel import text
from app.kernel.table_files import FORMATS, Format

LONGEST_SEARCH = 100
DAYS = ("since", "until")
STATES = ("all", "active", "inactive")


@dataclass(frozen=True)
class Exported:
    """``filters`` are the names of those that this kind knows."""

    label: str
    filters: tuple[str, ...]


KINDS: Mapping[str, Exported] = {
    "products": Exported("Products", ("q", "state")),
    "prices": Exported("Prices", ("q", "price_list")),
    "stock": Exported("Stock by site", ("q", "site")),
    "places": Exported("Stock by bin and lot", ("q", "site")),
    "bins": Exported("Bins", ("site",)),
    "ledger": Exported("Stock ledger", ("q", "site", "reason", "since", "until")),
}

LABELS = {
    "q": "with",
    "state": "state",
    "price_list": "list",
    "site": "at",
    "reason": "reason",
    "since": "since",
    "until": "until",
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Empty means all. ``q`` is looked for in code, name and GTIN of the SKU; days are those of the company."""

    q: str = ""
    state: str = "all"
    price_list: str = ""
    site: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Only what is said."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value and value != "all"
        }


@dataclass(frozen=True, kw_only=True)
class Asked:
    kind: str
    format: Format
    filters: Filters = Filters()


def asked(kind: str, format: str, given: Mapping[str, str]) -> Asked:
    """Raises Invalid; filters that the kind does not know are left out."""
    known = KINDS[text.choice(kind, KINDS, field="kind")].filters
    said = {name: given.get(name, "").strip() for name in known if given.get(name, "").strip()}
    chosen: dict[str, Any] = {}
    for name in said:
        if name in DAYS:
            chosen[name] = text.calendar_date(said[name], field=name)
        else:
            chosen[name] = text.line(said[name], field=name, most=LONGEST_SEARCH)
    text.choice(chosen.get("state", "all"), STATES, field="state")
    known_format = cast(Format, text.choice(format, FORMATS, field="format"))
    return Asked(kind=kind, format=known_format, filters=Filters(**chosen))
