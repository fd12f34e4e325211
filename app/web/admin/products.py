"""Products: the catalogue with search, and each SKU with its prices."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import kits, products
from app.kernel import text
from app.kernel.uow import run, unit_of_work
from app.web.forms.kits import SPARE, KitForm
from app.web.forms.products import NewProductForm, PriceForm, ProductForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows import keep_kits
from app.workflows.apply_stock_rules import apply_stock_rules

bp = Blueprint("products", __name__, url_prefix="/products")

STATES = {"all": "All", "active": "For sale", "inactive": "Not for sale"}


@bp.get("/")
def index() -> ResponseReturnValue:
    q = text.line(request.args.get("q", ""), field="q", most=100)
    state = text.choice(request.args.get("state") or "all", STATES, field="state")
    with unit_of_work() as session:
        found = products.listed(session, q=q, state=state, cursor=request.args.get("after"))
        total = products.count(session, q=q, state=state)
    shown: dict[str, Any] = {"found": found, "total": total, "q": q, "state": state, "states": STATES}
    return page("admin/products/index.html", partial="admin/products/_list.html", **shown)


@bp.get("/new")
def new() -> ResponseReturnValue:
    return page("admin/products/new.html", partial="admin/products/_form.html", form=NewProductForm(), product=None)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = NewProductForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            products.add(session, form.code.data or "", form.facts())
    if form.errors:
        return page("admin/products/new.html", partial="admin/products/_form.html", form=form, product=None, status=422)
    toast("Added. Say what it costs.")
    return redirect(url_for(".edit", code=form.code.data), code=303)


@bp.get("/<path:code>")
def edit(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        form = ProductForm(obj=products.get(session, code))
    return _page(code, form)


@bp.post("/<path:code>")
def update(code: str) -> ResponseReturnValue:
    form = ProductForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            products.change(session, code, form.facts())
    if form.errors:
        return _page(code, form)
    run(lambda session: apply_stock_rules(session, actor=current_actor()))  # another category may have other rules
    toast("Saved. Placed orders keep the name and price that they had.")
    return redirect(url_for(".index"), code=303)


@bp.post("/<path:code>/prices")
def create_price(code: str) -> ResponseReturnValue:
    form = PriceForm()
    with unit_of_work() as session:
        product, lists = products.get(session, code), dict(products.price_lists(session))
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            price_list = text.choice(form.price_list.data or "", lists, field="price_list")
            products.set_price(session, code, price_list, form.minor(lists[price_list]))
    if form.errors:
        return _page(code, ProductForm(formdata=None, obj=product), wrong=form)
    toast("Saved. Orders are priced with it from now on.")
    return redirect(url_for(".edit", code=code), code=303)


@bp.post("/<path:code>/contents")
def create_contents(code: str) -> ResponseReturnValue:
    form = KitForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            keep_kits.change_contents(session, code, form.contents())
    if form.errors:
        return _page(code, _untouched(code), wrong=form)
    toast("Saved. What can be sold of it follows its parts from now on.")
    return redirect(url_for(".edit", code=code), code=303)


def _untouched(code: str) -> ProductForm:
    with unit_of_work() as session:
        return ProductForm(formdata=None, obj=products.get(session, code))


def _page(code: str, form: ProductForm, *, wrong: PriceForm | KitForm | None = None) -> ResponseReturnValue:
    with unit_of_work() as session:
        product, lists = products.get(session, code), products.price_lists(session)
        parts = [(one.code, str(one.quantity)) for one in kits.of_code(session, code)]
    kit = wrong if isinstance(wrong, KitForm) else None
    shown: dict[str, Any] = {"form": form, "product": product, "price_lists": lists}
    shown |= {"wrong": None if kit else wrong, "kit_errors": kit.sentences() if kit else []}
    shown["wrong_rows"] = kit.wrong_rows() if kit else set()
    shown["kit_rows"] = kit.typed() if kit else [*parts, *[("", "")] * SPARE]
    status = (wrong or form).status
    return page("admin/products/edit.html", partial="admin/products/_form.html", status=status, **shown)
