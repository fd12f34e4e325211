"""How values are written on pages."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_login import current_user
from markupsafe import Markup, escape

from app.kernel import clock, text
from app.kernel.money import Money
from app.web import company
from app.web.units import units_bar

DASH = "–"


def init_app(app: Flask) -> None:
    filters = [money, amount, when, day, clock_time, ago, number, grams, words, initials, isolated]
    app.jinja_env.filters.update({each.__name__: each for each in filters})
    app.jinja_env.finalize = held_apart
    app.jinja_env.globals.update(right_now=right_now, units_bar=units_bar)


def zone() -> ZoneInfo:
    """The reader's time zone: of the person, else of the company."""
    own = current_user.time_zone if current_user and current_user.is_authenticated else ""
    return ZoneInfo(own or company.current().time_zone)


def money(minor: int | Money, currency: str = "") -> str:
    """``EUR 1,428.15``, the currency first; with a true minus sign."""
    return str(_as_money(minor, currency)).replace("-", "−")


def amount(minor: int | Money, currency: str = "") -> str:
    """The figure alone, where the column names the currency."""
    return _as_money(minor, currency).amount(",").replace("-", "−")


def when(moment: datetime | None, style: str = "full") -> Markup | str:
    """A moment in the reader's zone, with UTC on hover. ``style``: full, short (today: the time) or time."""
    if moment is None:
        return DASH
    local = moment.astimezone(zone())
    shown = {"full": _full(local), "short": _short(local), "time": f"{local:%H:%M}"}[style]
    utc = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), utc, shown)


def day(value: date | datetime | None) -> Markup | str:
    """``Tue 24 Nov``, with the year if it is another one."""
    if value is None:
        return DASH
    local = value.astimezone(zone()).date() if isinstance(value, datetime) else value
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), _day_words(local))


def clock_time(moment: datetime | None) -> Markup | str:
    return when(moment, "time")


def right_now() -> str:
    local = clock.now().astimezone(zone())
    return f"{_full(local)} {local:%Z}"


def ago(moment: datetime | None) -> Markup | str:
    """``6 minutes ago``."""
    if moment is None:
        return DASH
    seconds = max((clock.now() - moment).total_seconds(), 0)
    units = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
    for length, name in units:
        if seconds >= length:
            count = int(seconds // length)
            return _time(moment, f"{count} {name}{'s' if count > 1 else ''} ago")
    return _time(moment, "just now")


def number(value: int | None) -> str:
    """``12,400``; a true minus sign."""
    return DASH if value is None else f"{value:,}".replace("-", "−")


def grams(value: int | None) -> str:
    if value is None:
        return DASH
    return f"{value:,} g" if value < 1000 else f"{value / 1000:,.2f} kg"


def words(code: str) -> str:
    """A state's code as words: ``partly-shipped`` as ``Partly shipped``."""
    plain = WORDS.get(code) or code.replace("_", " ").replace("-", " ")
    return plain[:1].upper() + plain[1:]


def initials(name: str) -> str:
    parts = [part for part in name.split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"


def isolated(value: str) -> Markup:
    """Text that a stranger wrote: it cannot turn the text beside it."""
    return escape(text.isolated(value))


def held_apart(value: Any) -> Any:
    """What every ``{{ … }}`` goes through, so that no template can forget ``isolated`` where it matters most."""
    return isolated(value) if type(value) is str and text.is_unruly(value) else value


WORDS = {"unallocated": "not allocated", "terms": "on terms", "cod": "cash on delivery", "held": "on hold"}


def _as_money(minor: int | Money, currency: str) -> Money:
    return minor if isinstance(minor, Money) else Money(minor, currency)


def _time(moment: datetime, shown: str) -> Markup:
    local = moment.astimezone(zone())
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), _full(local), shown)


def _full(local: datetime) -> str:
    return f"{_day_words(local.date())}, {local:%H:%M}"


def _short(local: datetime) -> str:
    today = clock.now().astimezone(local.tzinfo).date()
    return f"{local:%H:%M}" if local.date() == today else _day_words(local.date())


def _day_words(value: date) -> str:
    today = clock.now().date()
    is_near = value.year == today.year or abs(value - today) < timedelta(days=90)
    return f"{value:%a} {value.day} {value:%b}" if is_near else f"{value.day} {value:%b %Y}"
