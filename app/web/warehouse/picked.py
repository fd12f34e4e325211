"""What a picker means by a scan, or by the button beside a typed number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.fulfilment import scans
from app.queries.pick_walk import Stop, Walk
from app.web.forms.warehouse import ScanForm
from app.web.warehouse import walks
from app.workflows.pick_work import Pick, WrongItem
from app.workflows.read_label import Reading, read_label

AT_THE_LINE = Reading()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Units to be picked or put back, or only the ``place`` that the next ones are to be taken from."""

    picks: tuple[Pick, ...] = ()
    place: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        return ", ".join(f"number {one.serial}" if one.serial else f"{one.quantity} × {one.code}" for one in self.picks)

    @property
    def said(self) -> str:
        return f"{self.what} picked"


def asked(session: Session, walk: Walk, form: ScanForm, *, is_back: bool = False) -> Asked:
    """A typed number belongs to its line; a scan to the stop shown, if it is of that SKU, else to the next of it."""
    code = form.code.data or ""
    read = read_label(session, code, site_id=walk.site_id, skus={stop.sku for stop in walk.stops}) if code else None
    if read is not None and read.is_place and not is_back:
        if form.line.data is None:
            raise WrongItem("scan the item first: a bin or a lot alone does not say what is taken")
        return Asked(place={name: value for name, value in (("bin", read.bin), ("lot", read.lot)) if value})
    # After the walk was read, and from the whole walk: a scan that comes again must not count for the next stop.
    before = scans.work_of(session, {stop.fulfilment_order_id for stop in walk.stops}, form.scan_id)
    if before and read is not None:
        return Asked(picks=(_pick(before, read.sku, form, read),))
    stop = _stop(walk, read, form, is_back=is_back)
    is_shown = stop.line_id == form.line.data
    return Asked(picks=(_pick(stop.fulfilment_order_id, stop.sku, form, read or AT_THE_LINE, is_shown=is_shown),))


def _stop(walk: Walk, read: Reading | None, form: ScanForm, *, is_back: bool) -> Stop:
    if read is None:
        return walks.of_line(walk, form.line.data)
    return walks.of_sku(walk, read.sku, near=form.line.data, is_back=is_back)


def _pick(fulfilment_order_id: int, sku: str, form: ScanForm, read: Reading, *, is_shown: bool = False) -> Pick:
    """The bin and the lot that are shown count for the line that is shown; what the label says counts more."""
    return Pick(
        fulfilment_order_id=fulfilment_order_id,
        code=sku,
        quantity=form.quantity.data or 1,
        client_scan_id=form.scan_id,
        bin=(form.bin.data or "") if is_shown and not read.lot else "",
        lot=read.lot or ((form.lot.data or "") if is_shown else ""),
        serial=read.serial or form.serial.data or "",
    )
