"""Moving goods from bin to bin, and what wants refilling from bulk."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import text
from app.kernel.errors import DomainError
from app.kernel.uow import run, unit_of_work
from app.queries import put_away_list
from app.queries.in_hand import Content, InHand, bin_exists, contents
from app.web.forms.transfers import CarryForm, ItemForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.warehouse import hands
from app.web.warehouse.here import here
from app.web.warehouse.saying import READY, Saying, error, ok
from app.workflows.carry_units import OVERRIDES
from app.workflows.read_carton import read_carton

bp = Blueprint("bin_moves", __name__, url_prefix="/moves")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        place = here(session)
        refills = put_away_list.refills(session, place.ids)
    return page("warehouse/bin_moves/index.html", partial="warehouse/bin_moves/_list.html", here=place, refills=refills)


@bp.get("/<site>")
def show(site: str) -> ResponseReturnValue:
    """Step by step: from which bin, what of it, and into which bin."""
    with unit_of_work() as session:
        hand = hands.asked(session, hands.site_of_person(session, site).id)
    bin_code = text.line(request.args.get("bin", ""), field="bin", most=24)
    return _station(site, READY, bin_code=bin_code, hand=hand)


@bp.post("/<site>/items")
def create_item(site: str) -> ResponseReturnValue:
    """A bin to take from, or what is taken from it."""
    form, address = ItemForm(), dict[str, Any]()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            address = _next(session, site, form)
    if form.errors:
        return _station(site, error(form), bin_code=form.from_bin.data or "")
    return redirect(url_for(".show", site=site, **address), code=303)


@bp.post("/<site>/carries")
def create_carry(site: str) -> ResponseReturnValue:
    form, hand = CarryForm(), None
    with unit_of_work() as session:
        site_id = hands.site_of_person(session, site).id
    if form.submitted():
        with form.refusals():
            run(lambda session: hands.put(session, site_id, form))
    if form.errors:
        with unit_of_work() as session:
            hand = hands.sent(session, site_id, form)
        return _station(site, error(form), bin_code=form.from_bin.data or "", hand=hand, refused=form)
    return _carried(site, form)


def _carried(site: str, form: CarryForm) -> ResponseReturnValue:
    if not wants_partial():
        return redirect(url_for(".show", site=site), code=303)
    return _station(site, ok(f"{form.quantity.data} × {form.sku.data} in {(form.code.data or '').upper()}"))


def _next(session: Session, site: str, form: ItemForm) -> dict[str, Any]:
    """A bin that was scanned is the one to take from; else the code is of goods in the bin before."""
    place, code = hands.site_of_person(session, site), form.code.data or ""
    if bin_exists(session, place.id, code.upper()):
        return {"bin": code.upper()}
    if not form.from_bin.data:
        raise DomainError(f"there is no bin “{code[:24]}” at {place.code}: scan the label on the shelf", field="code")
    carton = read_carton(session, code, site_id=place.id, sku=form.sku.data or "")
    there = contents(session, place.id, form.from_bin.data) if carton else []
    lying = [each for each in there if carton and each.sku == carton.sku and carton.lot in ("", each.lot)]
    if not lying:
        what = carton.words if carton else code[:40]
        raise DomainError(
            f"nothing of “{what}” lies in {form.from_bin.data}: scan another item, or its bin", field="code"
        )
    if len(lying) > 1:
        raise DomainError(f"{lying[0].sku} lies there in several lots: choose the one in your hand", field="code")
    return {"bin": form.from_bin.data, **_address(lying[0])}


def _address(one: Content) -> dict[str, Any]:
    return {"sku": one.sku, "lot": one.lot or None, "condition": None if one.condition == "good" else one.condition}


def _station(
    site: str, saying: Saying, *, bin_code: str = "", hand: InHand | None = None, refused: CarryForm | None = None
) -> Response:
    with unit_of_work() as session:
        place = hands.site_of_person(session, site)
        lying = contents(session, place.id, bin_code) if bin_code and not hand else []
    form = CarryForm(formdata=None)
    shown: dict[str, Any] = {"site": place, "hand": hand, "bin": bin_code, "lying": lying, "refused": refused}
    return page(
        "warehouse/bin_moves/show.html",
        partial="warehouse/bin_moves/_station.html",
        status=saying.status,
        saying=saying,
        overrides=OVERRIDES,
        address=_address,
        form=form,
        **shown,
    )
