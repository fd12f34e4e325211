"""Countries, time zones and currencies to choose from."""

from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_territory_currencies

from app.web.forms.base import choices

_LOCALE = Locale("en")
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})

_countries = {
    code: name
    for code, name in _LOCALE.territories.items()
    if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
}
_tender = {currency for code in _countries for currency in get_territory_currencies(code)}

COUNTRIES = choices(*sorted(_countries.items(), key=lambda pair: pair[1]))
ZONES = choices(*((name, name.replace("_", " ")) for name in sorted(available_timezones())))
CURRENCIES = choices(*((code, f"{code}, {_LOCALE.currencies.get(code, code)}") for code in sorted(_tender)))
