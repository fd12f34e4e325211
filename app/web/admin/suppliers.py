"""Suppliers: how they keep their word, what they sell, what is open with them."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import text
from app.kernel.uow import unit_of_work
from app.purchasing import performance, suppliers, terms
from app.purchasing.performance import NOTHING, usual_days
from app.purchasing.suppliers import SupplierRow
from app.queries import purchase_board, supplier_page
from app.queries.supplier_page import TermsLine
from app.web import company
from app.web.filters import amount
from app.web.forms.suppliers import ChangedSupplierForm, NewSupplierForm, TermsForm
from app.web.page import page
from app.web.toasts import toast

bp = Blueprint("suppliers", __name__, url_prefix="/suppliers")
LATEST = 10


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        found = supplier_page.suppliers(session, today=company.today())
    return page("admin/suppliers/index.html", partial="admin/suppliers/_table.html", suppliers=found)


@bp.get("/new")
def new() -> ResponseReturnValue:
    form = NewSupplierForm(currency=company.current().currency, lead_days=14)
    return page("admin/suppliers/new.html", partial="admin/suppliers/_form.html", form=form, supplier=None)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = NewSupplierForm()
    code = (form.code.data or "").strip().upper()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            suppliers.add(session, code, form.facts())
    if form.errors:
        shown: dict[str, Any] = {"form": form, "supplier": None, "status": 422}
        return page("admin/suppliers/new.html", partial="admin/suppliers/_form.html", **shown)
    toast("Added. Say what they sell and at what cost.")
    return redirect(url_for(".show", code=code), code=303)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """``?sku=`` fills the form below with what is agreed for that SKU."""
    sku = text.line(request.args.get("sku", ""), field="sku", most=80)
    return _page(code, chosen=sku)


@bp.get("/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        supplier = suppliers.get(session, code)
    least = amount(supplier.minimum_minor, supplier.currency).replace(",", "")
    form = ChangedSupplierForm(obj=supplier, minimum=least)
    return page("admin/suppliers/edit.html", partial="admin/suppliers/_form.html", form=form, supplier=supplier)


@bp.post("/<code>")
def update(code: str) -> ResponseReturnValue:
    form = ChangedSupplierForm()
    with unit_of_work() as session:
        supplier = suppliers.get(session, code)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            suppliers.change(session, code, form.facts(), version=form.seen_version)
    if form.errors:
        shown: dict[str, Any] = {"form": form, "supplier": supplier, "status": 422}
        return page("admin/suppliers/edit.html", partial="admin/suppliers/_form.html", **shown)
    toast("Saved. Orders that are written keep their currency and costs.")
    return redirect(url_for(".show", code=code), code=303)


@bp.post("/<code>/skus")
def create_terms(code: str) -> ResponseReturnValue:
    form = TermsForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            supplier = suppliers.get(session, code)
            terms.put(session, [form.terms(supplier, supplier_page.sku_id(session, form.sku.data or ""))])
    if form.errors:
        return _page(code, form)
    toast(f"Saved: {form.sku.data} may be ordered at these terms.")
    return redirect(url_for(".show", code=code), code=303)


@bp.post("/<code>/skus/<path:sku>/removal")
def create_terms_removal(code: str, sku: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        terms.drop(session, suppliers.get(session, code).id, [supplier_page.sku_id(session, sku)])
    toast(f"{sku} is no longer among what they sell us.")
    return redirect(url_for(".show", code=code), code=303)


def _page(code: str, form: TermsForm | None = None, *, chosen: str = "") -> ResponseReturnValue:
    with unit_of_work() as session:
        supplier = suppliers.get(session, code)
        agreed = supplier_page.terms(session, supplier.id)
        measured = performance.measure(session, [supplier.id], today=company.today()).get(supplier.id, NOTHING)
        latest = purchase_board.of_supplier(session, supplier.id, today=company.today(), most=LATEST)
    shown: dict[str, Any] = {"supplier": supplier, "agreed": agreed, "measured": measured, "orders": latest}
    shown["usual"] = usual_days(measured, stated=supplier.lead_days)
    shown["form"] = form or _terms_form(supplier, next((one for one in agreed if one.sku == chosen), None))
    status = form.status if form else 200
    return page("admin/suppliers/show.html", partial="admin/suppliers/_supplier.html", status=status, **shown)


def _terms_form(supplier: SupplierRow, agreed: TermsLine | None) -> TermsForm:
    """Empty, or filled with what is agreed so far."""
    if agreed is None:
        return TermsForm(formdata=None)
    cost = "" if agreed.cost_minor is None else amount(agreed.cost_minor, supplier.currency).replace(",", "")
    values = {"supplier_code": agreed.code, "pack_size": agreed.pack_size, "days": agreed.lead_days}
    values["least_units"] = agreed.least_units
    return TermsForm(formdata=None, sku=agreed.sku, cost=cost, **values)
