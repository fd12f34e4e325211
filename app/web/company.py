"""What every page says about the company, read again every half minute."""

import time
from dataclasses import dataclass
from datetime import date

from flask import Flask, current_app, g, request
from sqlalchemy import text

from app.kernel import clock
from app.kernel.uow import unit_of_work

SECONDS = 30
WITHOUT = ("assets.", "health.", "api.")
_CACHE = "waybill.company"


@dataclass(frozen=True)
class Shown:
    name: str = "Waybill"
    time_zone: str = "UTC"
    currency: str = "USD"


def init_app(app: Flask) -> None:
    app.before_request(_load)
    app.context_processor(lambda: {"company": current()})


def current() -> Shown:
    """What is known in this request; a stand-in where the database could not be asked."""
    found: Shown = g.get("company") or Shown()
    return found


def today() -> date:
    return clock.today_in(current().time_zone)


def forget() -> None:
    """After a change: this process shows it at once, the others within half a minute."""
    current_app.extensions.pop(_CACHE, None)


def _load() -> None:
    if (request.endpoint or "").startswith(WITHOUT):
        return
    read_at, shown = current_app.extensions.get(_CACHE, (0.0, None))
    if shown is None or time.monotonic() - read_at > SECONDS:
        shown = _read()
        current_app.extensions[_CACHE] = (time.monotonic(), shown)
    g.company = shown


def _read() -> Shown:
    with unit_of_work() as session:
        row = session.execute(text("SELECT name, time_zone, currency FROM company")).one_or_none()
    return Shown(row.name, row.time_zone, row.currency) if row else Shown()
