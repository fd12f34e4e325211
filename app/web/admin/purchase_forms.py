"""The form of a purchase order: what it offers, and what it is filled with."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.inventory import sites
from app.kernel.uow import unit_of_work
from app.purchasing import performance, suppliers
from app.purchasing.performance import NOTHING, Performance, usual_days
from app.queries import supplier_page
from app.queries.purchase_page import Head, Line
from app.web import company
from app.web.filters import amount
from app.web.forms.base import choices
from app.web.forms.purchase_orders import BLANK_LINES, PurchaseOrderForm
from app.web.page import page

SUGGESTED = ("sku", "site", "quantity", "supplier")


def offer(session: Session, form: PurchaseOrderForm) -> dict[str, str]:
    """Give the form its choices; answers the currencies by supplier code."""
    found = suppliers.active(session)
    places = [(site.code, f"{site.code} {site.name}") for site in sites.active(session)]
    named = [(one.code, f"{one.name} ({one.code}), {one.currency}") for one in found]
    form.supplier.choices = choices(("", "Choose"), *named)
    form.site.choices = choices(*places)
    return {one.code: one.currency for one in found}


def suggested(session: Session, asked: Mapping[str, str]) -> PurchaseOrderForm:
    """A new order, with one line if a SKU is named, from whoever sells it at the lowest cost."""
    line = {"sku": asked["sku"], "quantity": asked["quantity"]}
    values: dict[str, Any] = {"lines": [line] if asked["sku"] else []}
    values["supplier"] = asked["supplier"] or supplier_page.best_supplier(session, asked["sku"])
    if asked["site"]:
        values["site"] = asked["site"]
    form = PurchaseOrderForm(formdata=None, **values)
    offer(session, form)
    return _with_blanks(form)


def of_draft(session: Session, head: Head, lines: list[Line]) -> PurchaseOrderForm:
    written = [
        {
            "sku": line.sku,
            "quantity": str(line.ordered),
            "unit_cost": amount(line.unit_cost_minor, head.currency).replace(",", ""),
            "expected_on": line.expected_on.isoformat(),
        }
        for line in lines
    ]
    values = {"supplier": head.supplier, "site": head.site, "note": head.note, "version": str(head.version)}
    form = PurchaseOrderForm(formdata=None, lines=written, **values)
    offer(session, form)
    return _with_blanks(form)


def shown(form: PurchaseOrderForm, *, number: str = "") -> Response:
    """The page with the form, and for each supplier the day on which each would deliver."""
    with unit_of_work() as session:
        found = suppliers.active(session)
        goods = supplier_page.terms(session, next((one.id for one in found if one.code == form.supplier.data), 0))
        measured = performance.measure(session, [one.id for one in found], today=company.today())
    usual = {one.code: _usual(one, measured.get(one.id, NOTHING)) for one in found}
    values: dict[str, Any] = {"form": form, "number": number, "suppliers": found, "usual": usual, "goods": goods}
    return page(
        "admin/purchase_orders/form.html",
        partial="admin/purchase_orders/_form.html",
        status=form.status,
        **values,
    )


def _usual(one: suppliers.SupplierRow, measured: Performance) -> dict[str, Any]:
    days = usual_days(measured, stated=one.lead_days)
    return {"days": days, "day": company.today() + timedelta(days=days), "measured": measured}


def _with_blanks(form: PurchaseOrderForm) -> PurchaseOrderForm:
    written = sum(bool(entry.sku.data) for entry in form.lines)
    while len(form.lines) < written + BLANK_LINES:
        form.lines.append_entry()
    return form
