"""Where an order stands, derived from its facts on three axes, and what may be done with it now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

ORDER_STATUSES: Mapping[str, str] = {
    "received": "taken in; a hold is open, a payment is awaited or a unit lacks stock that the channel wants first",
    "confirmed": "no hold, every unit allocated or accepted as backorder, the payment condition met",
    "in_process": "a unit is released to a site",
    "partly_shipped": "some of the live units have left",
    "shipped": "all live units have left",
    "partly_delivered": "some of the live units have arrived",
    "delivered": "all live units have arrived",
    "cancelled": "all units are cancelled",
}
PAYMENT_STATUSES: Mapping[str, str] = {
    "not_required": "the order costs nothing",
    "not_recorded": "history: what was paid stands in the former system",
    "unpaid": "nothing has come in",
    "cod": "nothing has come in yet: the carrier collects it at the door",
    "partly_paid": "less than the total has come in",
    "paid": "what we hold is the total",
    "overpaid": "what we hold is more than the total",
    "partly_refunded": "some was given back, and we hold less than the total",
    "refunded": "all that came in was given back",
    "void": "cancelled before anything came in",
}
FULFILMENT_STATUSES: Mapping[str, str] = {
    "backordered": "no unit has stock",
    "partly_allocated": "some units have stock, the others wait for it",
    "allocated": "every unit has stock at a site",
    "released": "a site has been told to pick",
    "picking": "some units are picked",
    "picked": "all live units are picked",
    "packing": "some units are packed",
    "packed": "all live units are packed",
    "partly_shipped": "some units have left",
    "shipped": "all live units have left",
    "delivered": "all live units have arrived",
    "returned": "all live units came back",
    "cancelled": "all units are cancelled",
}


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """Units; ``allocated`` ones are promised and not gone yet, ``released``, ``picked``, ``packed`` are among them."""

    id: int
    ordered: int
    allocated: int
    backordered: int
    released: int
    picked: int
    packed: int
    shipped: int
    delivered: int
    cancelled: int
    returned: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``payment_condition`` is none, paid or cod; amounts are minor units, ``owed_minor`` without cancelled units."""

    lines: tuple[LineFacts, ...]
    open_holds: int
    owed_minor: int
    paid_minor: int
    refunded_minor: int
    payment_condition: str
    payment_method: str
    backorders_allowed: bool
    is_history: bool

    def sum(self, counter: str) -> int:
        """Units of one counter over all lines."""
        return sum([getattr(line, counter) for line in self.lines])

    @cached_property
    def live(self) -> int:
        """Units that are not cancelled."""
        return self.sum("ordered") - self.sum("cancelled")

    @property
    def held_minor(self) -> int:
        """Money that came in and was not given back."""
        return self.paid_minor - self.refunded_minor

    @property
    def is_payment_met(self) -> bool:
        """Whether the channel's condition lets the order go on; money given back in part does not stop it again."""
        if self.payment_condition != "paid" or self.owed_minor == 0:
            return True
        return self.paid_minor >= self.owed_minor and self.held_minor > 0

    @property
    def is_stock_settled(self) -> bool:
        return self.backorders_allowed or self.sum("backordered") == 0


def order_status(facts: Facts) -> str:
    """The customer's milestone: a key of ``ORDER_STATUSES``. The farthest that any unit got decides."""
    live, shipped, delivered = facts.live, facts.sum("shipped"), facts.sum("delivered")
    if live == 0:
        return "cancelled"
    if delivered:
        return "delivered" if delivered == live else "partly_delivered"
    if shipped:
        return "shipped" if shipped == live else "partly_shipped"
    if facts.sum("released"):
        return "in_process"
    is_ready = not facts.open_holds and facts.is_payment_met and facts.is_stock_settled
    return "confirmed" if is_ready else "received"


def payment_status(facts: Facts) -> str:
    """The money: a key of ``PAYMENT_STATUSES``. Giving back only what was too much leaves an order paid."""
    if facts.paid_minor == 0:
        return _unpaid_status(facts)
    if facts.held_minor == 0:
        return "refunded"
    if facts.held_minor >= facts.owed_minor:
        return "paid" if facts.held_minor == facts.owed_minor else "overpaid"
    return "partly_refunded" if facts.refunded_minor else "partly_paid"


def fulfilment_status(facts: Facts) -> str:
    """The goods: a key of ``FULFILMENT_STATUSES``."""
    live = facts.live
    if live == 0:
        return "cancelled"
    if facts.sum("returned") == live:
        return "returned"
    if facts.sum("delivered") == live:
        return "delivered"
    for counter, some, every in PROGRESS:
        units = facts.sum(counter)
        if units:
            return every if units == live else some
    return "backordered"


PROGRESS = (
    ("shipped", "partly_shipped", "shipped"),
    ("packed", "packing", "packed"),
    ("picked", "picking", "picked"),
    ("released", "released", "released"),
    ("allocated", "partly_allocated", "allocated"),
)


def permitted_actions(facts: Facts) -> dict[str, str | None]:
    """Every action, with None where it may be done now, else the sentence that says why not."""
    return {action: refusal(facts) for action, refusal in REFUSALS.items()}


def _unpaid_status(facts: Facts) -> str:
    if facts.live == 0:
        return "void"
    if facts.owed_minor == 0:
        return "not_required"
    if facts.is_history:
        return "not_recorded"
    return "cod" if "cod" in (facts.payment_condition, facts.payment_method) else "unpaid"


def _hold(facts: Facts) -> str | None:
    if facts.sum("shipped") == facts.live:
        return "Nothing is left to hold: every unit has been shipped or cancelled."
    return None


def _release_hold(facts: Facts) -> str | None:
    return None if facts.open_holds else "There is no open hold on this order."


def _cancel(facts: Facts) -> str | None:
    if facts.live == 0:
        return "Every unit is cancelled already."
    if facts.sum("allocated") + facts.sum("backordered") == 0:
        return "Every unit has left: take them back as a return instead."
    if facts.sum("allocated") - facts.sum("picked") + facts.sum("backordered") == 0:
        return "Every unit that is still here is picked: the site must put it back first."
    return None


def _correct_address(facts: Facts) -> str | None:
    if facts.live == 0:
        return "The order is cancelled: nothing will be sent."
    if facts.sum("shipped"):
        return "A parcel has left for the old address."
    if facts.sum("released"):
        return "A site works on this order already: the address is fixed once it is released."
    return None


def _release(facts: Facts) -> str | None:
    if facts.sum("allocated") - facts.sum("released") == 0:
        return "Nothing waits to be released: no unit has stock that a site does not know of."
    if facts.open_holds:
        return "The order is on hold: release the hold first."
    if not facts.is_payment_met:
        return "The order is not paid yet, and its channel asks for payment first: record the payment."
    if not facts.is_stock_settled:
        return "Some units have no stock, and the channel takes no backorders: cancel them or wait for stock."
    return None


def _pay(facts: Facts) -> str | None:
    if facts.live == 0:
        return "The order is cancelled: nothing is owed."
    if facts.held_minor >= facts.owed_minor:
        return "The order is paid: nothing is owed."
    return None


def _refund(facts: Facts) -> str | None:
    return None if facts.held_minor > 0 else "There is no money to give back."


def _return_units(facts: Facts) -> str | None:
    if facts.sum("shipped") == facts.sum("returned"):
        return "No unit is with the customer."
    return None


def _always(facts: Facts) -> str | None:
    return None


REFUSALS: Mapping[str, Callable[[Facts], str | None]] = {
    "hold": _hold,
    "release_hold": _release_hold,
    "cancel": _cancel,
    "correct_address": _correct_address,
    "release": _release,
    "pay": _pay,
    "refund": _refund,
    "return": _return_units,
    "note": _always,
}
