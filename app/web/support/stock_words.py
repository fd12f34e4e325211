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
    "put_back": "put back from a tote",
    "put_away": "put away",
    "move": "moved to another place",
    "condition": "changed condition",
    "reserve": "reserved",
    "transfer_out": "left for another site",
    "transfer_in": "arrived from another site",
}
ICONS = {"allocated": "bookmark", "on_hand": "box-seam", "unavailable": "exclamation-triangle", "reserved": "clock"}
NAMES = {"on_hand": "on hand", "allocated": "allocated", "unavailable": "unavailable", "reserved": "reserved"}


def reason_words(reason: str) -> str:
    return REASONS.get(reason) or MORE_REASONS.get(reason, reason.replace("_", " "))


def spoken(movement: MovementRow | LedgerRow) -> dict[str, object]:
    """``changes`` are (signed units, which number); ``reason`` says why."""
    changes = [(getattr(movement, field), name) for field, name in NAMES.items() if getattr(movement, field)]
    main = next((field for field in NAMES if getattr(movement, field)), "on_hand")
    return {
        "changes": [(f"{units:+,}".replace("-", "−"), name) for units, name in changes],
        "reason": reason_words(movement.reason),
        "icon": ICONS[main],
        "tone": "warn" if movement.on_hand < 0 or movement.unavailable > 0 else "done" if movement.on_hand > 0 else "",
    }
