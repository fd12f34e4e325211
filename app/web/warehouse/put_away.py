"""Putting away: what waits for its first shelf, and the station that says which one."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inventory.values import GOOD
from app.kernel.uow import run, unit_of_work
from app.queries import put_away_list
from app.queries.in_hand import InHand
from app.queries.put_away_list import Waiting
from app.web.forms.transfers import CarryForm, ItemForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.warehouse import hands
from app.web.warehouse.here import here
from app.web.warehouse.saying import READY, Saying, error, ok
from app.workflows.carry_units import OVERRIDES
from app.workflows.read_carton import WrongCarton, read_carton, refuse_elsewhere, refuse_frozen

bp = Blueprint("put_away", __name__, url_prefix="/put-away")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        place = here(session)
        waiting = put_away_list.waiting(session, place.ids)
    return page("warehouse/put_away/index.html", partial="warehouse/put_away/_list.html", here=place, waiting=waiting)


@bp.get("/<site>")
def show(site: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        hand = hands.asked(session, hands.site_of_person(session, site).id)
    return _station(site, READY, hand=hand)


@bp.post("/<site>/items")
def create_item(site: str) -> ResponseReturnValue:
    """What was scanned is looked for among what waits; of several lots the person chooses."""
    form, found = ItemForm(), list[Waiting]()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            found = _waiting(session, site, form)
    if form.errors:
        return _station(site, error(form))
    if len(found) == 1:
        return redirect(url_for(".show", site=site, **_address(found[0])), code=303)
    return _station(site, Saying(word="Which of these is it?"), choices=found)


@bp.post("/<site>/carries")
def create_carry(site: str) -> ResponseReturnValue:
    """The bin that was scanned gets what is in the hand."""
    form, hand = CarryForm(), None
    with unit_of_work() as session:
        site_id = hands.site_of_person(session, site).id
    if form.submitted():
        with form.refusals():
            run(lambda session: hands.put(session, site_id, form))
    if form.errors:
        with unit_of_work() as session:
            hand = hands.sent(session, site_id, form)
        return _station(site, error(form), hand=hand, refused=form)
    return _carried(site, site_id, form)


def _carried(site: str, site_id: int, form: CarryForm) -> ResponseReturnValue:
    """What the bin had no room for is in the hand still."""
    if not wants_partial():
        return redirect(url_for(".show", site=site, **hands.rest_of(form)), code=303)
    with unit_of_work() as session:
        hand = hands.sent(session, site_id, form, quantity=form.rest) if form.rest else None
    said = f"{form.quantity.data} × {form.sku.data} in {(form.code.data or '').upper()}"
    return _station(site, ok(said, f"{form.rest} more in your hand" if hand else ""), hand=hand)


def _waiting(session: Session, site: str, form: ItemForm) -> list[Waiting]:
    """Of a frozen lot only what is set aside already: it has bins to go to."""
    place, code = hands.site_of_person(session, site), form.code.data or ""
    carton = read_carton(session, code, site_id=place.id, sku=form.sku.data or "")
    if carton is None:
        raise WrongCarton(f"“{code[:40]}” is none of our items, cartons or lots: scan the item itself")
    refuse_elsewhere(carton, place.code)
    found = put_away_list.waiting(session, [place.id], sku=carton.sku, lot=carton.lot)
    if carton.is_frozen and all(one.condition == GOOD for one in found):
        refuse_frozen(carton, "do not put it on a shelf, set it aside under Quarantine")
    if not found:
        raise WrongCarton(f"Nothing of “{carton.words}” waits here: it is on a shelf already")
    return [one for one in found if not carton.is_frozen or one.condition != GOOD]


def _address(one: Waiting) -> dict[str, Any]:
    condition = None if one.condition == "good" else one.condition
    return {"sku": one.sku, "lot": one.lot or None, "condition": condition, "bin": one.bin or None}


def _station(
    site: str, saying: Saying, *, hand: InHand | None = None, choices: Any = None, refused: CarryForm | None = None
) -> Response:
    with unit_of_work() as session:
        place = hands.site_of_person(session, site)
        waiting = choices or ([] if hand else put_away_list.waiting(session, [place.id]))
    form = CarryForm(formdata=None)
    shown: dict[str, Any] = {"site": place, "hand": hand, "waiting": waiting, "refused": refused, "form": form}
    return page(
        "warehouse/put_away/show.html",
        partial="warehouse/put_away/_station.html",
        status=saying.status,
        saying=saying,
        overrides=OVERRIDES,
        address=_address,
        is_choice=choices is not None,
        **shown,
    )
