"""Purchase orders are drafted, changed while they are drafts, and sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.catalogue.goods import Good
from app.inventory import sites
from app.inventory.sites import SitePlace
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, Outrun, StaleState
from app.kernel.events import emit
from app.purchasing import orders, performance, suppliers, terms
from app.purchasing.events import PurchaseOrderSent
from app.purchasing.models import PurchaseOrder
from app.purchasing.orders import Buying, NewLine, NewOrder
from app.purchasing.performance import NOTHING, Performance, usual_days
from app.purchasing.states import DRAFT, PURCHASE_ORDER
from app.purchasing.suppliers import SupplierRow
from app.purchasing.terms import Terms
from app.workflows.expect_purchases import expect_rest, unlikely_day
from app.workflows.read_goods import Named, read_goods

MOST_LINES = 500
LARGEST_WORTH = 10**15


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """``sku`` is our code, a GTIN or the supplier's code. Without a cost the agreed one is taken, in minor units."""

    sku: str
    quantity: int
    unit_cost_minor: int | None = None
    expected_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """``supplier`` and ``site`` are codes. Without a day the supplier's usual lead time is reckoned with."""

    supplier: str
    site: str
    lines: tuple[DraftLine, ...]
    expected_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Rewriting:
    """``version`` is what whoever writes it has seen."""

    number: str
    version: int
    draft: Draft


@dataclass(frozen=True, kw_only=True)
class _Known:
    suppliers: dict[str, SupplierRow]
    sites: dict[str, SitePlace]
    goods: dict[Named, Good]
    terms: dict[tuple[int, int], Terms]
    measured: dict[int, Performance]


def write_drafts(session: Session, drafts: Sequence[Draft], *, actor: Actor) -> dict[int, str]:
    """New drafts; answers number by id. Raises Invalid with every failure."""
    return orders.insert(session, _checked(session, drafts), actor=actor)


def rewrite_drafts(session: Session, rewritings: Sequence[Rewriting]) -> None:
    """Raises StaleState if one was changed since, or is sent."""
    ids = orders.ids_of(session, [one.number for one in rewritings])
    locked = orders.lock(session, ids.values())
    for one in rewritings:
        _refuse_other(locked[ids[one.number]], one.version)
    checked = _checked(session, [one.draft for one in rewritings])
    orders.rewrite(session, dict(zip((ids[one.number] for one in rewritings), checked, strict=True)))


def send(session: Session, numbers: Sequence[str], *, actor: Actor) -> None:
    """The supplier has it from here on: its days are those they are measured by, its units are reckoned with."""
    ids = sorted(orders.ids_of(session, numbers).values())
    locked = orders.lock(session, ids)
    zones = {site.id: site.time_zone for site in sites.active(session)}
    for one in locked.values():
        _refuse_unfit(one, zones)
    values = {"sent_at": clock.now(), "version": PurchaseOrder.version + 1}
    PURCHASE_ORDER.move(session, PurchaseOrder, ids=ids, action="send", values=values)
    orders.keep_promises(session, ids)
    expect_rest(session, ids, actor=actor)
    emit(session, [PurchaseOrderSent(purchase_order_id=id) for id in ids], actor=actor)


def _refuse_other(one: Buying, version: int) -> None:
    if one.state != DRAFT:
        raise StaleState(f"{one.number} is {one.state.replace('_', ' ')}: only a draft can be written anew")
    if one.version != version:
        raise Outrun(f"{one.number} was changed by somebody else meanwhile: load the page again")


def _refuse_unfit(one: Buying, zones: dict[int, str]) -> None:
    PURCHASE_ORDER.target(one.state, "send")
    if one.site_id not in zones:
        raise Invalid([("site", f"the site of {one.number} is closed: choose another site before sending it")])
    today = clock.today_in(zones[one.site_id])
    late = [line for line in one.lines if line.expected_on < today]
    if late:
        raise Invalid(
            [
                ("expected_on", f"line {line.position} was expected on {line.expected_on}: write a day from {today} on")
                for line in late
            ]
        )


def _checked(session: Session, drafts: Sequence[Draft]) -> list[NewOrder]:
    known = _known(session, drafts)
    failures: list[tuple[str, str]] = []
    checked = [_order(draft, known, failures) for draft in drafts]
    if failures:
        raise Invalid(failures)
    return [one for one in checked if one is not None]


def _known(session: Session, drafts: Sequence[Draft]) -> _Known:
    found = suppliers.by_code(session, [draft.supplier for draft in drafts])
    named = {
        (found[draft.supplier].id, line.sku) for draft in drafts if draft.supplier in found for line in draft.lines
    }
    read = read_goods(session, named)
    agreed = terms.of_skus(session, [(supplier_id, good.id) for (supplier_id, _), good in read.items()])
    ids = [one.id for one in found.values()]
    measured = performance.measure(session, ids, today=clock.now().date())
    places = {site.code: site for site in sites.active(session)}
    return _Known(suppliers=found, sites=places, goods=read, terms=agreed, measured=measured)


def _order(draft: Draft, known: _Known, failures: list[tuple[str, str]]) -> NewOrder | None:
    supplier, site = known.suppliers.get(draft.supplier), known.sites.get(draft.site)
    before = len(failures)
    if supplier is None or not supplier.is_active:
        failures.append(("supplier", f"there is no active supplier {draft.supplier!r}: choose one, or add it first"))
    if site is None:
        failures.append(("site", f"there is no open site {draft.site!r}: choose another"))
    if not 1 <= len(draft.lines) <= MOST_LINES:
        failures.append(("lines", f"write 1 to {MOST_LINES} lines: a SKU and a quantity each"))
    if supplier is None or site is None or len(failures) > before:
        return None
    lines = [_line(place, draft, (supplier, site), known, failures) for place in range(len(draft.lines))]
    return NewOrder(
        supplier_id=supplier.id,
        site_id=site.id,
        currency=supplier.currency,
        note=draft.note,
        lines=tuple(line for line in lines if line is not None),
    )


def _line(
    place: int,
    draft: Draft,
    ends: tuple[SupplierRow, SitePlace],
    known: _Known,
    failures: list[tuple[str, str]],
) -> NewLine | None:
    (supplier, site), line = ends, draft.lines[place]
    good = known.goods.get((supplier.id, line.sku))
    if good is None:
        failures.append((f"lines.{place}.sku", f"there is no SKU “{line.sku[:80]}”: choose one of ours"))
        return None
    agreed = known.terms.get((supplier.id, good.id), Terms(supplier_id=supplier.id, sku_id=good.id))
    cost = agreed.cost_minor if line.unit_cost_minor is None else line.unit_cost_minor
    if cost is None:
        why = f"{good.code} has no agreed cost: write what one unit costs in {supplier.currency}"
        failures.append((f"lines.{place}.unit_cost", why))
    elif cost * line.quantity > LARGEST_WORTH:
        failures.append((f"lines.{place}.unit_cost", "the line is worth more than the books hold: split it"))
    today = clock.today_in(site.time_zone)
    stated = agreed.lead_days if agreed.lead_days is not None else supplier.lead_days
    usual = today + timedelta(days=usual_days(known.measured.get(supplier.id, NOTHING), stated=stated))
    day = line.expected_on or draft.expected_on or usual
    if why := unlikely_day(day, today):
        field = f"lines.{place}.expected_on" if line.expected_on else "expected_on"
        if field not in {name for name, _ in failures}:
            failures.append((field, why))
    return NewLine(
        sku_id=good.id,
        sku_code=good.code,
        name=good.name,
        ordered=line.quantity,
        unit_cost_minor=cost or 0,
        expected_on=day,
    )
