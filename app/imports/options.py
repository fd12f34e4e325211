"""What the person who imports may decide."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from app.imports.dates import DateOrder
from app.kernel.errors import Invalid
from app.kernel.money import exponent

Creatable = Literal["products", "customers"]
CREATABLE: tuple[Creatable, ...] = ("products", "customers")
DATE_ORDERS: tuple[DateOrder, ...] = ("day", "month")


@dataclass(frozen=True, kw_only=True)
class Options:
    """``history_until``: orders placed up to this day are taken over as delivered. Empty text means: learn it."""

    history_until: date | None = None
    create_missing: tuple[Creatable, ...] = ()
    date_order: DateOrder | None = None
    currency: str = ""
    country: str = ""

    def to_json(self) -> dict[str, Any]:
        until = self.history_until.isoformat() if self.history_until else None
        return asdict(self) | {"history_until": until, "create_missing": list(self.create_missing)}


def from_json(plain: dict[str, Any]) -> Options:
    until = plain.get("history_until")
    return Options(
        **plain
        | {
            "history_until": date.fromisoformat(until) if until else None,
            "create_missing": tuple(plain.get("create_missing", ())),
        }
    )


def creatable(names: Sequence[str]) -> tuple[Creatable, ...]:
    """The names that were given, checked. Raises Invalid."""
    unknown = [name for name in names if name not in CREATABLE]
    if unknown:
        remedy = "write products, customers or both"
        raise Invalid([("create_missing", f"“{name}” cannot be created: {remedy}") for name in unknown])
    return tuple(name for name in CREATABLE if name in names)


def checked_currency(code: str) -> str:
    """Raises Invalid for what is no currency; empty stays empty."""
    if code:
        exponent(code)
    return code
