"""What a count's terminal says, and what a scan there means."""

from app.kernel.errors import DomainError
from app.queries.count_station import Station
from app.web.forms.counting import CountForm
from app.web.warehouse.saying import Saying, ok
from app.workflows.count_places import Entered


def bin_scanned(station: Station, form: CountForm) -> int | None:
    """The place whose bin was scanned. Raises DomainError for one that is done, or that somebody else counts."""
    code = (form.code.data or "").strip().upper()
    stop = next((stop for stop in station.stops if stop.bin and stop.bin.upper() == code), None)
    if stop is None or not form.is_more:
        return None
    if stop.is_counted:
        raise DomainError(f"{stop.bin} is done: take the next one", field="code")
    if stop.counter not in ("", station.me):
        raise DomainError(f"{stop.begun_by} is counting {stop.bin}: take the next one", field="code")
    form.place.data = None
    return stop.id


def said(form: CountForm, entered: list[Entered]) -> Saying:
    """Never what the book says: only what was counted."""
    if not entered:
        is_bin = form.place.data is None and form.line.data is None
        return ok("Now scan what lies there" if is_bin else "This scan was counted before")
    one = entered[-1]
    if one.began_again:
        return Saying(
            word=f"Begin again: {one.sku or 'it'} moved while you counted",
            hint=f"It stands at {one.units} now. Count all of it once more.",
            state="error",
        )
    return ok(f"{one.sku}: {one.units}" if one.sku else f"{one.units} counted", "Each scan counts one unit")
