"""A stock movement as a sentence."""

from app.queries.ledger import LedgerRow
from app.queries.sku_page import MovementRow
from app.workflows.adjust_stock import REASONS

MORE_REASONS = {
    "allocate": "promised to an order",
    "release": "given back",
    "cancel": "given back, cancelled",
    "address": "given back, address corrected",
    "displace": "taken from the latest promise",
    "ship": "left with a parcel",
    "pick": "picked",
    "transfer_out": "left for another site",
    "transfer_back": "came back from the way",
    "put_away": "put away",
    "move": "moved to another bin",
    "reserve": "held for a cart",
    "release_reservation": "no longer held",
    "release_mistake": "no longer held, it was a mistake",
    "release_needed": "no longer held, needed for somebody else",
    "expire": "held too long, free again",
    "convert": "promised to the order it was held for",
    "put_back": "put back on the shelf",
    "condition": "changed condition",
}
NUMBER_STATES = {
    "in_stock": ("ok", "In stock"),
    "picked": ("low", "Picked"),
    "in_transit": ("low", "On the way"),
    "shipped": ("void", "Shipped"),
    "lost": ("backordered", "Lost"),
    "scrapped": ("void", "Scrapped"),
    "sent_back": ("void", "Sent back"),
}
NUMBER_STEPS = {
    "received": ("box-arrow-in-down", "Received"),
    "returned": ("arrow-return-left", "Came back"),
    "opening": ("box-arrow-in-down", "Was there when numbers began to be kept"),
    "pick": ("list-check", "Picked"),
    "put_back": ("arrow-return-left", "Put back on the shelf"),
    "ship": ("truck", "Left with a parcel"),
    "scrap": ("trash", "Scrapped"),
    "vendor": ("arrow-return-left", "Sent back to the vendor"),
    "damage": ("exclamation-triangle", "Damaged"),
    "lost": ("question-circle", "Lost"),
    "found": ("search", "Found"),
    "transfer_out": ("truck", "Left"),
    "transfer_in": ("box-arrow-in-down", "Arrived"),
    "transfer_back": ("arrow-return-left", "Came back from the way"),
    "transfer_lost": ("question-circle", "Lost on the way"),
}
ICONS = {"allocated": "bookmark", "on_hand": "box-seam", "unavailable": "exclamation-triangle", "reserved": "clock"}
NAMES = {"on_hand": "on hand", "allocated": "allocated", "unavailable": "unavailable", "reserved": "reserved"}


def spoken(movement: MovementRow | LedgerRow) -> dict[str, object]:
    """``changes`` are (signed units, which number); ``reason`` says why."""
    changes = [(getattr(movement, field), name) for field, name in NAMES.items() if getattr(movement, field)]
    main = next((field for field in NAMES if getattr(movement, field)), "on_hand")
    return {
        "changes": [(f"{units:+,}".replace("-", "−"), name) for units, name in changes],
        "reason": why(movement.reason),
        "icon": ICONS[main],
        "tone": "warn" if movement.on_hand < 0 or movement.unavailable > 0 else "done" if movement.on_hand > 0 else "",
    }


def why(reason: str) -> str:
    """A movement's reason as a person says it."""
    return REASONS.get(reason) or MORE_REASONS.get(reason, reason.replace("_", " ")).capitalize()


def told(what: str, state: str = "") -> tuple[str, str]:
    """Icon and words of a step of a numbered unit, and of what it was afterwards."""
    if what == "count":
        return ("question-circle", "Not seen when counted") if state == "lost" else ("search", "Seen when counted")
    return NUMBER_STEPS.get(what, ("arrow-left-right", why(what)))
