"""What happened, as a colleague would tell it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.fulfilment.explain import Explanation
from app.kernel.money import Money
from app.kernel.text import counted
from app.queries.order_timeline import Happened
from app.web.filters import zone
from app.workflows.cancel_orders import REASONS

Facts = Mapping[str, Any]
KINDS = {"": "All", "decision": "Decisions", "message": "Messages", "money": "Money"}


@dataclass(frozen=True)
class Manner:
    """How one type of event is told."""

    kind: str
    icon: str
    tone: str
    words: Callable[[Facts], str]


@dataclass(frozen=True, kw_only=True)
class Told:
    happened: Happened
    kind: str
    icon: str
    tone: str
    words: str
    note: str = ""
    decision: Explanation | None = None

    @property
    def day(self) -> date:
        """In the reader's time zone."""
        return self.happened.at.astimezone(zone()).date()


def tell(happened: Happened) -> Told:
    """An event that nobody has words for yet is told by its name."""
    manner = MANNERS.get(happened.type) or Manner("order", "dot", "", lambda _: happened.type)
    return Told(
        happened=happened,
        kind=manner.kind,
        icon=manner.icon,
        tone=manner.tone,
        words=happened.decision.title if happened.decision else manner.words(happened.facts),
        note=happened.facts["body"] if happened.type == "Note" else "",
        decision=happened.decision,
    )


def _said(template: str) -> Callable[[Facts], str]:
    return lambda facts: template.format(**facts)


def _reason(prefix: str) -> Callable[[Facts], str]:
    return lambda facts: f"{prefix}: {facts['reason'].replace('_', ' ')}"


def _cancelled(facts: Facts) -> str:
    reason = REASONS.get(str(facts["reason"]), str(facts["reason"])).lower()
    return f"{facts['quantity']} × {facts['sku']} cancelled: {reason}"


def _address(facts: Facts) -> str:
    return "Address corrected: " + ", ".join(name.replace("_", " ") for name in facts["fields"])


def _money(verb: str) -> Callable[[Facts], str]:
    def words(facts: Facts) -> str:
        amount = Money(facts["amount_minor"], facts["currency"])
        reference = f", {facts['reference']}" if facts.get("reference") else ""
        return f"{verb} {amount} by {facts['method'].replace('_', ' ')}{reference}"

    return words


def _parcel(said: str) -> Callable[[Facts], str]:
    return lambda facts: f"Parcel {facts.get('part', facts['parcel_id'])} {said.format(**facts)}"


def _shipped(facts: Facts) -> str:
    number = f", {facts['tracking_number']}" if facts.get("tracking_number") else ""
    part = facts.get("part", facts["parcel_id"])
    return f"Parcel {part} handed to {facts['carrier'] or 'the carrier'}{number}, {_units(facts)}"


def _packed(facts: Facts) -> str:
    return f"Parcel {facts.get('part', facts['parcel_id'])} packed, {_units(facts)}"


def _units(facts: Facts) -> str:
    return counted(facts["units"], "unit")


def _message(facts: Facts) -> str:
    return f"Mail “{facts['subject']}” to {facts['recipient']}: {facts['state'].replace('_', ' ')}"


def _short(facts: Facts) -> str:
    return f"{facts['quantity']} × {facts['sku']} not found at the shelf: {facts['reason'].replace('_', ' ')}"


MANNERS: Mapping[str, Manner] = {
    "OrderPlaced": Manner("order", "inbox", "", _said("Order received from {channel}")),
    "OrderRecorded": Manner("order", "archive", "", _said("Taken over as delivered, from {channel}")),
    "OrderConfirmed": Manner("order", "check-circle", "done", _said("Order confirmed")),
    "OrderRouted": Manner("decision", "signpost-split", "ready", _said("Routed")),
    "OrderHeld": Manner("order", "pause-circle", "warn", _reason("Put on hold")),
    "HoldReleased": Manner("order", "play-circle", "", _reason("Hold released")),
    "UnitsCancelled": Manner("order", "x-circle", "stop", _cancelled),
    "AddressCorrected": Manner("order", "geo-alt", "", _address),
    "PaymentRecorded": Manner("money", "credit-card", "done", _money("Paid")),
    "RefundRecorded": Manner("money", "cash-coin", "warn", _money("Refunded")),
    "WorkReleased": Manner("work", "send", "moving", _said("Released to {site}")),
    "WorkRecalled": Manner("work", "arrow-counterclockwise", "warn", _said("Taken back from {site}")),
    "UnitsPicked": Manner("work", "basket", "moving", _said("{quantity} × {sku} picked")),
    "UnitsPutBack": Manner("work", "arrow-return-left", "", _said("{quantity} × {sku} put back on the shelf")),
    "UnitsShortPicked": Manner("work", "exclamation-triangle", "warn", _short),
    "UnitsDisplaced": Manner("decision", "shuffle", "warn", _said("{quantity} × {sku} lost at {site} to a correction")),
    "ParcelPacked": Manner("work", "box-seam", "moving", _packed),
    "ParcelUnpacked": Manner("work", "box", "warn", _parcel("unpacked")),
    "ParcelShipped": Manner("work", "truck", "done", _shipped),
    "ParcelDelivered": Manner("work", "house-check", "done", _parcel("delivered")),
    "PromiseMoved": Manner("order", "calendar-event", "warn", _said("Arrives later than the customer was told")),
    "Note": Manner("note", "chat-left-text", "", _said("Note")),
    "Message": Manner("message", "envelope", "", _message),
}
