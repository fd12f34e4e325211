"""An order as its buyer would tell it: one card for each part that comes on its own."""

from dataclasses import dataclass
from datetime import datetime

from app.queries.tracking_page import Item, TrackedParcel, Tracking

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TITLES = {
    "cancelled": "Your order was cancelled",
    "delivered": "Your order was delivered",
    "shipped": "Your order is on its way",
    "partly_delivered": "Part of your order was delivered",
    "partly_shipped": "Part of your order is on its way",
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """``steps`` are pairs of a word and done, now, late or nothing."""

    kind: str
    state: str
    word: str
    steps: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    parcel: TrackedParcel | None = None
    arrived_at: datetime | None = None
    expected_at: datetime | None = None
    late: bool = False


def title(tracking: Tracking) -> str:
    if tracking.status in ("cancelled", "delivered"):
        return TITLES[tracking.status]
    if tracking.parts > 1:
        return f"Your order comes in {NUMBERS[tracking.parts] if tracking.parts <= 12 else tracking.parts} parts"
    if tracking.waiting:
        return "Your order waits for stock"
    return TITLES.get(tracking.status, "We are getting your order ready")


def cards(tracking: Tracking) -> list[Card]:
    """What is coming first, then what still waits, then what will not come."""
    found = [_of_parcel(parcel, _expected(tracking)) for parcel in tracking.parcels]
    if tracking.past:
        found.append(_past(tracking))
    if tracking.preparing:
        found.append(_card("preparing", tracking.preparing, _expected(tracking)))
    if tracking.waiting:
        found.append(_card("waiting", tracking.waiting, tracking.waiting_until))
    return found


def _expected(tracking: Tracking) -> datetime | None:
    """Of what waits for nothing: the day that moved is that of the rest."""
    return tracking.promised_at if tracking.waiting else tracking.expected_at


def _card(kind: str, items: tuple[Item, ...], expected_at: datetime | None) -> Card:
    state, word, steps = NOT_PACKED[kind]
    return Card(kind=kind, state=state, word=word, steps=steps, items=items, expected_at=expected_at)


def _of_parcel(parcel: TrackedParcel, expected_at: datetime | None) -> Card:
    state, word = STATES[parcel.step]
    is_late = parcel.late and parcel.step != "delivered"
    return Card(
        kind="parcel",
        state="late" if is_late else state,
        word="Running late" if is_late else word,
        steps=_steps(("packed", "shipped", "delivered").index(parcel.step) + 1, is_late),
        items=parcel.items,
        parcel=parcel,
        arrived_at=parcel.delivered_at,
        expected_at=expected_at,
        late=is_late,
    )


def _past(tracking: Tracking) -> Card:
    """Taken over from another system: delivered, and how is not known here."""
    return Card(
        kind="past",
        state="delivered",
        word="Delivered",
        steps=_steps(3, False),
        items=tracking.past,
        arrived_at=tracking.delivered_at,
    )


def _steps(reached: int, is_late: bool) -> tuple[tuple[str, str], ...]:
    last = len(STEPS) - 1
    return tuple((word, _step(place, reached, is_late, last)) for place, word in enumerate(STEPS))


def _step(place: int, reached: int, is_late: bool, last: int) -> str:
    if place < reached or place == reached == last:
        return "done"
    if place == reached:
        return "late" if is_late else "now"
    return ""


STEPS = ("Ordered", "Packed", "On its way", "Delivered")
STATES = {
    "packed": ("packed", "Packed"),
    "shipped": ("shipped", "On its way"),
    "delivered": ("delivered", "Delivered"),
}
PREPARING = (("Ordered", "done"), ("Being packed", "now"), ("On its way", ""), ("Delivered", ""))
WAITING = (("Ordered", "done"), ("In stock", "late"), ("Packed", ""), ("On its way", ""), ("Delivered", ""))
NOT_PACKED = {
    "preparing": ("confirmed", "Being prepared", PREPARING),
    "waiting": ("backordered", "Waiting for stock", WAITING),
}
