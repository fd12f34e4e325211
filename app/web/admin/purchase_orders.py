"""Purchase orders: listed, written, looked at."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import clock, text
from app.kernel.uow import unit_of_work
from app.purchasing.states import DRAFT
from app.queries import actors, purchase_board, purchase_mailings, purchase_page
from app.queries.purchase_board import VIEWS
from app.web import company
from app.web.admin import purchase_forms
from app.web.forms.purchase_orders import CancelForm, DatesForm, MailForm, PurchaseOrderForm, RaisingForm
from app.web.once import once
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.purchase_papers import load_papers
from app.workflows.raise_drafts import propose
from app.workflows.write_purchase_orders import Rewriting, rewrite_drafts, write_drafts

bp = Blueprint("purchase_orders", __name__, url_prefix="/purchase-orders")


@bp.get("/")
def index() -> ResponseReturnValue:
    view = text.choice(request.args.get("view") or "open", VIEWS, field="view")
    q = text.line(request.args.get("q", ""), field="q", most=100)
    with unit_of_work() as session:
        after = request.args.get("after")
        found = purchase_board.purchase_board(session, view=view, today=company.today(), q=q, cursor=after)
        counts = purchase_board.counts(session, today=company.today())
    shown: dict[str, Any] = {"found": found, "counts": counts, "view": view, "views": VIEWS, "q": q}
    return page("admin/purchase_orders/index.html", partial="admin/purchase_orders/_list.html", **shown)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """``?sku=``, ``?site=``, ``?quantity=`` and ``?supplier=`` fill it in: where something runs low, it leads here."""
    asked = {name: text.line(request.args.get(name, ""), field=name, most=80) for name in purchase_forms.SUGGESTED}
    with unit_of_work() as session:
        form = purchase_forms.suggested(session, asked)
    return purchase_forms.shown(form)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = PurchaseOrderForm()
    numbers: list[str] = []
    with unit_of_work() as session:
        currencies = purchase_forms.offer(session, form)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            once(session, form, lambda: numbers.extend(_write(session, form, currencies)))
    if form.errors:
        return purchase_forms.shown(form)
    toast("Saved as a draft: nothing is sent or reckoned with yet.")
    return redirect(url_for(".show", number=numbers[0]) if numbers else url_for(".index", view="draft"), code=303)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    return whole(number)


@bp.get("/<number>/edit")
def edit(number: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        head = purchase_page.head(session, number)
        form = purchase_forms.of_draft(session, head, purchase_page.lines(session, head.id))
    if head.state != DRAFT:
        toast(f"{number} is sent: its lines cannot be written anew.", tone="warn")
        return redirect(url_for(".show", number=number))
    return purchase_forms.shown(form, number=number)


@bp.post("/<number>")
def update(number: str) -> ResponseReturnValue:
    form = PurchaseOrderForm()
    with unit_of_work() as session:
        purchase_page.head(session, number)
        currencies = purchase_forms.offer(session, form)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            draft = form.draft(currencies)
            rewrite_drafts(session, [Rewriting(number=number, version=form.seen_version, draft=draft)])
    if form.errors:
        return purchase_forms.shown(form, number=number)
    toast("Saved. It is still a draft.")
    return redirect(url_for(".show", number=number), code=303)


def whole(
    number: str,
    *,
    dates: DatesForm | None = None,
    cancelling: CancelForm | None = None,
    mailing: MailForm | None = None,
    raising: RaisingForm | None = None,
) -> ResponseReturnValue:
    """The page of one purchase order, with what is wrong in one of its small forms."""
    with unit_of_work() as session:
        shown = _of_order(session, number)
    shown["dates"], shown["cancelling"] = dates or DatesForm(formdata=None), cancelling or CancelForm(formdata=None)
    for form in (shown["dates"], shown["cancelling"]):
        form.offer(shown["lines"])
    shown["mailing"] = mailing or MailForm(formdata=None, seen=len(shown["mailings"]))
    shown["raising"] = raising or RaisingForm(formdata=None)
    status = max((form.status for form in (dates, cancelling, mailing, raising) if form), default=200)
    return page("admin/purchase_orders/show.html", partial="admin/purchase_orders/_order.html", status=status, **shown)


def _of_order(session: Session, number: str) -> dict[str, Any]:
    head = purchase_page.head(session, number)
    receipts, mailed = purchase_page.receipts(session, head.id), purchase_mailings.mailings(session, head.id)
    people = {head.created_by, *(one.actor for one in receipts), *(one.actor for one in mailed)}
    return {
        "order": head,
        "lines": purchase_page.lines(session, head.id),
        "receipts": receipts,
        "advices": purchase_page.advice_lines(session, head.id),
        "mailings": mailed,
        "is_older": bool(mailed) and mailed[0].digest != load_papers(session, [number])[0].digest,
        "people": actors.names(session, people),
        "proposal": propose(session, number) if head.state == DRAFT else None,
        "today": clock.today_in(head.time_zone),
    }


def _write(session: Session, form: PurchaseOrderForm, currencies: dict[str, str]) -> list[str]:
    return list(write_drafts(session, [form.draft(currencies)], actor=current_actor()).values())
