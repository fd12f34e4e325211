"""Addresses as the post of the country wants them on paper."""

from dataclasses import dataclass

from babel import Locale

CITY_FIRST = frozenset({"AU", "CA", "GB", "IE", "IN", "NZ", "US", "ZA", "SG", "HK"})
_COUNTRIES = Locale("en").territories


@dataclass(frozen=True, kw_only=True)
class Address:
    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


def address_lines(to: Address) -> tuple[str, ...]:
    """Empty lines are left out; the street keeps its own line ends."""
    lines = [to.name, *to.street.splitlines(), _place(to), country_name(to.country)]
    return tuple(line.strip() for line in lines if line.strip())


def country_name(country: str) -> str:
    return str(_COUNTRIES.get(country, country))


def _place(to: Address) -> str:
    if to.country in CITY_FIRST:
        return ", ".join(part for part in (to.city, f"{to.region} {to.postal_code}".strip()) if part)
    return ", ".join(part for part in (f"{to.postal_code} {to.city}".strip(), to.region) if part)
