"""What a counter scanned or typed, as entries of the count: an item, a carton label, or numbers of single units."""

from sqlalchemy.orm import Session

from app.kernel.errors import Invalid
from app.queries.count_station import Station
from app.web.forms.counting import CountForm
from app.workflows.count_places import Entry
from app.workflows.counted_numbers import read_counted
from app.workflows.recount_places import Again


def entries(session: Session, station: Station, form: CountForm) -> list[Entry]:
    place_id = form.place.data or 0
    sku, lot, serial = read_counted(session, form.code.data or "", [place_id])
    _refuse_label(form, serial)
    return [
        Entry(
            count_id=station.id,
            place_id=place_id,
            code=sku,
            units=1 if number else form.units,
            is_more=bool(number) or form.is_more,
            client_scan_id=_scan(form, at),
            lot=form.lot.data or lot,
            condition=form.condition.data or "",
            serial=number,
            is_back=bool(form.is_back.data),
        )
        for at, number in enumerate(form.listed or (serial,))
    ]


def again(session: Session, station: Station, form: CountForm) -> list[Again]:
    places = {one.place_id for one in station.again if one.id == form.line.data}
    sku, _, serial = read_counted(session, form.code.data or "", places)
    _refuse_label(form, serial)
    return [
        Again(
            count_id=station.id,
            line_id=form.line.data or 0,
            units=1 if number else form.units,
            is_more=bool(number) or form.is_more,
            client_scan_id=_scan(form, at),
            code=sku,
            serial=number,
            is_back=bool(form.is_back.data),
        )
        for at, number in enumerate(form.listed or (serial,))
    ]


def _scan(form: CountForm, at: int) -> str:
    return f"{form.scan_id[:58]}-{at}" if at else form.scan_id


def _refuse_label(form: CountForm, serial: str) -> None:
    if serial and not form.is_more:
        raise Invalid([("code", f"{serial} is the number of one unit: scan it, or type the item and how many")])
