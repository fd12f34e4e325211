"""What a scan at the dock means: an item, a carton with its lot, a number of the item before, or the bin to put it."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.catalogue.goods import Good
from app.catalogue.gtin import is_gtin
from app.inventory.arriving import is_bin
from app.inventory.values import GOOD
from app.kernel import gs1, text
from app.kernel.errors import Forbidden, Invalid
from app.kernel.gs1 import Label
from app.queries.lot_days import lot_days
from app.queries.purchase_page import Head, Line
from app.web.forms.receiving import EXPIRY, LOT, NUMBER, UNITS, ReceiveForm
from app.web.roles import current_actor, current_user
from app.web.warehouse.saying import Saying, ok
from app.workflows.read_goods import read_goods
from app.workflows.receive_goods import CONDITIONS, Arrival, Received, receive
from app.workflows.spread_receipts import Item, NotOnOrder

LONGEST_NUMBER = 6


@dataclass(frozen=True, kw_only=True)
class Task:
    """What the station works on; ``asks`` is what it must be told before the item counts, ``wrong`` what does not
    belong here, ``doubted`` what may be a number, ``typed`` are numbers that were refused, to be put right.

    Numbers are asked for until somebody scans something else or types a count: units come one after the other.
    """

    line_id: int | None = None
    quantity: int | None = None
    condition: str = GOOD
    lot: str = ""
    expires_on: str = ""
    bin: str = ""
    serials: tuple[str, ...] = ()
    typed: str = ""
    asks: str = ""
    wrong: str = ""
    doubted: str = ""
    is_over: bool = False
    is_other_day: bool = False


def task_of(form: ReceiveForm) -> Task:
    return Task(
        line_id=form.line.data,
        condition=form.condition.data if form.condition.data in CONDITIONS else GOOD,
        lot=form.lot.data or "",
        expires_on=form.expires_on.data or "",
        bin=form.bin.data or "",
    )


def read(session: Session, head: Head, lines: list[Line], form: ReceiveForm) -> tuple[Task, Item | None]:
    """The task that the station goes on with, and what is to be counted: nothing where a bin was scanned, or a unit
    whose number is still to be scanned."""
    task, scanned = task_of(form), (form.code.data or "").strip()
    label = gs1.read(scanned) or Label()
    shown = _shown(lines, task)
    is_of_shown = not label.gtin and bool(label.lot or label.expires_on)
    if shown and shown.tracking == "serial":
        task = replace(task, asks=NUMBER if form.asks.data == NUMBER else "")
        if is_of_shown and not label.serial:
            return replace(_labelled(task, label), quantity=1, asks=NUMBER), None
        if not scanned and form.is_enter_alone:
            return replace(task, quantity=1), None
        return _scanned(session, head, lines, task, scanned) if scanned else _typed_numbers(shown, task, form)
    if shown and form.asks.data == EXPIRY and text.DATE.fullmatch(scanned):
        task, scanned = replace(task, expires_on=scanned), ""
    if scanned and not (shown and (form.asks.data == LOT or is_of_shown)):
        return _scanned(session, head, lines, task, scanned)
    task = _labelled(_of_lot(task, "" if is_of_shown else scanned), label)
    return _typed(session, _chosen(shown), task, form)


def _typed(session: Session, shown: Line, task: Task, form: ReceiveForm) -> tuple[Task, Item]:
    """Units of the line that is shown."""
    units = len(form.numbers) or form.quantity.data or 1
    task = _dated(session, replace(task, quantity=units, serials=form.numbers))
    return task, _item(shown.sku, task)


def _typed_numbers(shown: Line, task: Task, form: ReceiveForm) -> tuple[Task, Item]:
    """Whoever types numbers says that numbers are what comes next, too. Without one units come in only where that
    was said: Enter in any field is the button for numbers. Raises Invalid."""
    if form.by.data == UNITS:
        task = replace(task, quantity=form.quantity.data or 1, serials=(), asks="")
        return task, _item(shown.sku, task)
    if not form.numbers:
        why = "no number is written here: scan or type one for each unit, or choose “Take in without numbers”"
        raise Invalid([("serials", why)])
    task = replace(task, quantity=len(form.numbers), serials=form.numbers, asks=NUMBER)
    return task, _item(shown.sku, task)


def _scanned(session: Session, head: Head, lines: list[Line], task: Task, scanned: str) -> tuple[Task, Item | None]:
    label, shown = gs1.read(scanned) or Label(), _shown(lines, task)
    code = label.gtin or label.serial or scanned
    good = read_goods(session, {(head.supplier_id, code)}).get((head.supplier_id, code))
    own = _numbered_line(lines, shown) if good is None and not is_bin(session, head.site_id, code) else None
    if own:
        return _unit(_labelled(task, label), own, code, is_sure=bool(shown or label.serial) or is_gtin(code))
    if good is None and shown and _is_number(code):
        task = replace(task, quantity=int(code))
        return task, _item(shown.sku, task)
    if good is None and is_bin(session, head.site_id, code):
        return replace(task, bin=code), None
    if good is None or shown is None or good.code != shown.sku:
        first = next((line for line in lines if good and line.sku == good.code), None)
        task = Task(line_id=first.id if first else None, condition=task.condition, bin=task.bin)
    return _of_item(_dated(session, _labelled(replace(task, quantity=1), label)), good, code, label)


def _of_item(task: Task, good: Good | None, code: str, label: Label) -> tuple[Task, Item | None]:
    """One unit; where the goods are known by number, the one of the label, or of the next scan."""
    if good and good.tracking == "serial" and task.line_id:
        if not label.serial:
            return replace(task, asks=NUMBER), None
        task = replace(task, serials=(label.serial,))
    return task, _item(code, task)


def take_in(session: Session, head: Head, task: Task, item: Item | None, form: ReceiveForm) -> Received | None:
    """Only an administrator lets more in than is tolerated; who read the label says if an announcement was wrong."""
    if item is None:
        return None
    _refuse_other_day(session, task, item, is_sure=bool(form.is_right_day.data))
    over_reason = form.over_reason.data or ""
    if over_reason and not current_user.is_admin:
        raise Forbidden("only an administrator may let more in than is tolerated: ask one, or put the rest aside")
    _refuse_doubtful(item, form)
    arrival = Arrival(number=head.number, client_scan_id=form.scan_id, items=(item,), over_reason=over_reason)
    return receive(session, [arrival], actor=current_actor())[0]


def said_of(task: Task, got: Received | None) -> Saying:
    """What the terminal says of a scan that was not refused."""
    if got is None and task.doubted:
        why = "It is no code of ours, and nothing was counted. Scan it again if it is, or set it aside"
        return Saying(word=f"Is “{task.doubted[:40]}” the number of a unit?", hint=why, state="error")
    if got is None and task.quantity:
        return Saying(word="Now scan the number on this unit", hint="It is counted with its number")
    if got is None:
        return ok(f"Into bin {task.bin}", "Scan the items that go there")
    if not got.parts:
        return ok("This scan was counted before", "Nothing was counted twice")
    part, units = got.parts[-1], sum(each.quantity for each in got.parts)
    how = "" if part.item.condition == GOOD else f", {CONDITIONS[part.item.condition].lower()}"
    what = f"{part.serials[0]} of" if len(part.serials) == units == 1 else f"{units} ×"
    return ok(f"{what} {part.line.sku_code} in{how}", f"{part.received} of {part.line.wanted}")


def after_refusal(task: Task, form: ReceiveForm) -> Task:
    """The same task, with what the refusal asks for."""
    is_typed = bool(form.serials.errors and (form.serials.data or "").strip()) and not form.code.data
    asks = LOT if form.lot.errors else EXPIRY if form.expires_on.errors else NUMBER if is_typed else task.asks
    wrong = (form.code.data or "").strip() if form.code.errors else ""
    is_over = bool(form.quantity.errors) and current_user.is_admin
    numbers = form.serials.data or (form.code.data or "" if form.serials.errors else "")
    units = task.quantity or (None if form.code.data else form.quantity.data)
    return replace(task, asks=asks, wrong=wrong, is_over=is_over, typed=numbers, quantity=units)


def may_be_right(session: Session, task: Task) -> bool:
    """Whether only an announcement speaks against the day."""
    if task.asks != EXPIRY or not task.expires_on:
        return False
    days = lot_days(session, task.line_id, task.lot)
    return days.announced is not None and days.ours is None


def _shown(lines: list[Line], task: Task) -> Line | None:
    return next((line for line in lines if line.id == task.line_id), None)


def _chosen(shown: Line | None) -> Line:
    if shown is None:
        raise NotOnOrder("nothing was scanned: scan an item, or choose a line below")
    return shown


def _numbered_line(lines: list[Line], shown: Line | None) -> Line | None:
    """Whose number it may be: of the item that is shown, or of the only one that is known by number."""
    if shown:
        return shown if shown.tracking == "serial" else None
    numbered = [line for line in lines if line.tracking == "serial" and line.open]
    return numbered[0] if len({line.sku for line in numbered}) == 1 else None


def _unit(task: Task, own: Line, code: str, *, is_sure: bool) -> tuple[Task, Item | None]:
    """The unit of this number; where nobody said that it is one, the question whether it is."""
    if not is_sure:
        return replace(task, line_id=own.id, asks=NUMBER, doubted=code), None
    task = replace(task, line_id=own.id, quantity=1, serials=(code,))
    return task, _item(own.sku, task)


def _refuse_doubtful(item: Item, form: ReceiveForm) -> None:
    """What was scanned as the number of a unit is asked about where it may be something else: the barcode of somebody
    else's item, or, unless a number was asked for, a count, as which it is taken for all other goods."""
    code = (form.code.data or "").strip()
    if code not in item.serials:
        return
    if is_gtin(code):
        why = f"“{code}” looks like the barcode of an item that is none of ours: set it aside"
        raise Invalid([("serials", f"{why}. If it is the number of this unit, take it in below")])
    if _is_short(code) and form.asks.data != NUMBER:
        why = f"“{code}” may be a count or a number: say below how many came"
        raise Invalid([("serials", f"{why}. If it is the number of this unit, take it in under Numbers")])


def _labelled(task: Task, label: Label) -> Task:
    """What a carton's label says of lot and day counts for what is in it."""
    task = _of_lot(task, label.lot)
    return replace(task, expires_on=label.expires_on.isoformat()) if label.expires_on else task


def _of_lot(task: Task, lot: str) -> Task:
    """The day belongs to the lot before, if there was one."""
    if lot in ("", task.lot):
        return task
    return replace(task, lot=lot, expires_on="" if task.lot else task.expires_on)


def _dated(session: Session, task: Task) -> Task:
    """With the day that is known of its lot, where nobody said one."""
    known = None if task.expires_on else lot_days(session, task.line_id, task.lot).known
    return replace(task, expires_on=known.isoformat()) if known else task


def _refuse_other_day(session: Session, task: Task, item: Item, *, is_sure: bool) -> None:
    days = lot_days(session, task.line_id, item.lot)
    if item.expires_on is None or days.known in (None, item.expires_on):
        return
    said = f"lot {item.lot} of {days.sku} expires on {item.expires_on} by its label"
    if days.ours:
        raise Invalid([(EXPIRY, f"{said}, on {days.ours} by our books: read it again, or set it aside and report it")])
    if not is_sure:
        why = f"{said}, on {days.announced} by shipment {days.shipment}: read it again, then say which is right"
        raise Invalid([(EXPIRY, why)])


def _is_number(code: str) -> bool:
    return _is_short(code) and int(code) > 0


def _is_short(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) <= LONGEST_NUMBER


def _item(code: str, task: Task) -> Item:
    """Raises Invalid for a day that is none."""
    day = text.calendar_date(task.expires_on, field="expires_on") if task.lot and task.expires_on else None
    return Item(
        code=code,
        quantity=task.quantity or 1,
        condition=task.condition,
        lot=task.lot,
        expires_on=day,
        bin=task.bin,
        serials=task.serials,
    )
