"""Where an address lies, offline: by postal code where we know the country's codes, else by city."""

from functools import lru_cache

from app.fulfilment import cities, indian_pins, us_zips
from app.fulfilment.places import Place, plain


@lru_cache(maxsize=4_096)
def locate(country: str, postal_code: str, city: str = "", region: str = "") -> Place | None:
    """(latitude, longitude) in micro-degrees, or None when neither code nor city is known. Remembered by address."""
    country, code, town, state = country.strip().upper(), postal_code.strip(), plain(city), plain(region)
    if country == "US":
        return us_zips.locate(code, town, state) or cities.locate(country, town, us_zips.state_code(state))
    if country == "IN":
        return indian_pins.locate(code) or cities.locate(country, town)
    return cities.locate(country, town)
