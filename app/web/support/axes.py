"""The three rulers of an order: how far it is with the customer, with the money, with the goods."""

from collections.abc import Sequence
from typing import Any

from app.kernel.money import Money
from app.queries.order_page import Line

Steps = list[tuple[str, str]]
MILESTONES = ("Received", "Confirmed", "In process", "Shipped", "Delivered")
REACHED = {
    "received": ("done", "", "", "", ""),
    "confirmed": ("done", "done", "", "", ""),
    "in_process": ("done", "done", "now", "", ""),
    "partly_shipped": ("done", "done", "done", "part", ""),
    "shipped": ("done", "done", "done", "done", ""),
    "partly_delivered": ("done", "done", "done", "done", "part"),
    "delivered": ("done", "done", "done", "done", "done"),
    "cancelled": ("", "", "", "", ""),
}
MONEY = {
    "partly_paid": ("part", ""),
    "paid": ("done", ""),
    "overpaid": ("done", ""),
    "partly_refunded": ("done", "part"),
    "refunded": ("done", "done"),
}
WORK = (
    ("Allocated", "allocated"),
    ("Released", "released"),
    ("Picked", "picked"),
    ("Packed", "packed"),
    ("Shipped", "shipped"),
)


def rulers(head: Any, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """For the macro ``axes``."""
    return [
        _ruler("Order", "order", head.status, _zip(MILESTONES, REACHED[head.status]), _way(lines)),
        _ruler("Payment", "payment", head.payment_status, _money_steps(head), _money_note(head)),
        _ruler("Fulfilment", "fulfilment", head.fulfilment_status, _work_steps(lines), _work_note(lines)),
    ]


def _ruler(name: str, axis: str, state: str, steps: Steps, note: str) -> dict[str, Any]:
    return {"name": name, "axis": axis, "state": state, "steps": steps, "note": note}


def _zip(words: Sequence[str], reached: Sequence[str]) -> Steps:
    return list(zip(words, reached, strict=True))


def _live(lines: Sequence[Line]) -> int:
    return sum(line.ordered - line.cancelled for line in lines)


def _sum(lines: Sequence[Line], counter: str) -> int:
    return sum(getattr(line, counter) for line in lines)


def _way(lines: Sequence[Line]) -> str:
    live, shipped, delivered = _live(lines), _sum(lines, "shipped"), _sum(lines, "delivered")
    if not live:
        return "Every unit is cancelled"
    if delivered:
        return f"{delivered} of {live} units have arrived"
    return f"{shipped} of {live} units have left" if shipped else f"{live} units to send"


def _money_steps(head: Any) -> Steps:
    return _zip(("Paid", "Refunded"), MONEY.get(head.payment_status, ("", "")))


def _money_note(head: Any) -> str:
    owed, paid, back = (Money(m, head.currency) for m in (head.owed_minor, head.paid_minor, head.refunded_minor))
    if back:
        return f"{back} of {paid} given back"
    if paid:
        return f"{paid} of {owed} paid"
    if head.is_history:
        return "What was paid stands in the former system"
    return f"{owed} to pay" if owed else "Nothing to pay"


def _work_steps(lines: Sequence[Line]) -> Steps:
    live, shipped = _live(lines), _sum(lines, "shipped")
    counted = [(word, _sum(lines, counter) + (shipped if counter != "shipped" else 0)) for word, counter in WORK]
    return [(word, _reached(units, live)) for word, units in counted]


def _reached(units: int, live: int) -> str:
    if not units:
        return ""
    return "done" if units >= live else "part"


def _work_note(lines: Sequence[Line]) -> str:
    waiting, live = _sum(lines, "backordered"), _live(lines)
    if waiting:
        return f"{waiting} of {live} units wait for stock"
    here = _sum(lines, "allocated")
    return f"{here} units are still here" if here else "Nothing is left here"
