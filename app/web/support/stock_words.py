"""A stock movement as a sentence."""

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
}
ICONS = {"allocated": "bookmark", "on_hand": "box-seam", "unavailable": "exclamation-triangle", "reserved": "clock"}
NAMES = {"on_hand": "on hand", "allocated": "allocated", "unavailable": "unavailable", "reserved": "reserved"}


def spoken(movement: MovementRow) -> dict[str, object]:
    """``changes`` are (signed units, which number); ``reason`` says why."""
    changes = [(getattr(movement, field), name) for field, name in NAMES.items() if getattr(movement, field)]
    main = next((field for field in NAMES if getattr(movement, field)), "on_hand")
    return {
        "changes": [(f"{units:+,}".replace("-", "−"), name) for units, name in changes],
        "reason": REASONS.get(movement.reason) or MORE_REASONS.get(movement.reason, movement.reason.replace("_", " ")),
        "icon": ICONS[main],
        "tone": "warn" if movement.on_hand < 0 or movement.unavailable > 0 else "done" if movement.on_hand > 0 else "",
    }
