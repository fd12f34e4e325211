"""What a person carries, as the address of a terminal's page says it: SKU, lot, condition, bin and units."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from app.inventory.values import CONDITIONS, GOOD
from app.kernel.errors import NotFound
from app.queries import pick_queue
from app.queries.in_hand import InHand, bin_exists, in_hand
from app.queries.pick_queue import Place
from app.web.forms.transfers import CarryForm
from app.web.roles import current_actor, site_scope
from app.workflows.carry_units import carry
from app.workflows.read_carton import WrongCarton, read_carton

LONGEST = 80


def site_of_person(session: Session, code: str) -> Place:
    """Raises NotFound for a site that is not theirs."""
    found = next((place for place in pick_queue.places(session, site_scope()) if place.code == code), None)
    if found is None:
        raise NotFound("There is no such site among yours.")
    return found


def place_of(values: dict[str, str | None]) -> dict[str, str]:
    """SKU, lot, condition and bin; nothing stands for no lot, good, and the dock. What cannot be is of nothing."""
    condition = values.get("condition") or GOOD
    plain = {name: _printable(values.get(name) or "") for name in ("sku", "lot", "bin")}
    return {**plain, "condition": condition if condition in CONDITIONS else GOOD}


def asked(session: Session, site_id: int) -> InHand | None:
    """From the address; None where nothing is chosen, or nothing of it lies there any more."""
    place = place_of(dict(request.args))
    if not place["sku"]:
        return None
    return in_hand(session, site_id, place=place, asked=request.args.get("quantity", type=int))


def sent(session: Session, site_id: int, form: CarryForm, *, quantity: int | None = None) -> InHand | None:
    """What the form says is in the hand, to show it again."""
    values = {"sku": form.sku.data, "lot": form.lot.data, "condition": form.condition.data, "bin": form.from_bin.data}
    return in_hand(session, site_id, place=place_of(values), asked=quantity or form.quantity.data)


def rest_of(form: CarryForm) -> dict[str, Any]:
    """The address of what is in the hand still."""
    if not form.rest:
        return {}
    condition = form.condition.data if form.condition.data != GOOD else None
    place = {"sku": form.sku.data, "lot": form.lot.data or None, "bin": form.from_bin.data or None}
    return {**place, "condition": condition, "quantity": form.rest}


def put(session: Session, site_id: int, form: CarryForm) -> None:
    _refuse_goods(session, site_id, form)
    carry(session, [form.carry(site_id)], actor=current_actor())


def _printable(typed: str) -> str:
    return "".join(sign for sign in typed if sign.isprintable())[:LONGEST]


def _refuse_goods(session: Session, site_id: int, form: CarryForm) -> None:
    """Who scans goods where a bin is asked for is told whether they are those in the hand."""
    code, sku, lot = form.code.data or "", form.sku.data or "", form.lot.data or ""
    if bin_exists(session, site_id, code.upper()):
        return
    carton = read_carton(session, code, site_id=site_id, sku=sku)
    if carton is None:
        return
    if (carton.sku, carton.lot or lot) != (sku, lot):
        raise WrongCarton(f"this is {carton.words}, not {f'lot {lot} of ' if lot else ''}{sku}: go back to carry that")
    raise WrongCarton(f"{carton.words} is in your hand already: now scan the bin that it goes into")
