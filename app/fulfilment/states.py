"""The lives of a fulfilment order and of a parcel."""

from enum import StrEnum

from app.kernel.states import StateMachine, Transition


class Stage(StrEnum):
    """Where one site's work on one order stands."""

    OPEN = "open"
    RELEASED = "released"
    PICKING = "picking"
    PICKED = "picked"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class ParcelState(StrEnum):
    PACKED = "packed"
    UNPACKED = "unpacked"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


AT_WORK = frozenset({Stage.RELEASED, Stage.PICKING, Stage.PICKED, Stage.PACKED})

FULFILMENT_ORDER = StateMachine(
    "fulfilment order",
    initial=Stage.OPEN,
    transitions=[
        Transition("release", frozenset({Stage.OPEN}), Stage.RELEASED),
        Transition("recall", frozenset({Stage.RELEASED}), Stage.OPEN),
        Transition("start_picking", frozenset({Stage.RELEASED, Stage.PICKED, Stage.PACKED}), Stage.PICKING),
        Transition("finish_picking", frozenset({Stage.RELEASED, Stage.PICKING, Stage.PACKED}), Stage.PICKED),
        Transition("put_all_back", frozenset({Stage.PICKING, Stage.PICKED, Stage.PACKED}), Stage.RELEASED),
        Transition("finish_packing", frozenset({Stage.RELEASED, Stage.PICKING, Stage.PICKED}), Stage.PACKED),
        Transition("finish_shipping", AT_WORK, Stage.SHIPPED),
        Transition("cancel", frozenset({Stage.OPEN, *AT_WORK}), Stage.CANCELLED),
    ],
)

PARCEL = StateMachine(
    "parcel",
    initial=ParcelState.PACKED,
    transitions=[
        Transition("unpack", frozenset({ParcelState.PACKED}), ParcelState.UNPACKED),
        Transition("ship", frozenset({ParcelState.PACKED}), ParcelState.SHIPPED),
        Transition("deliver", frozenset({ParcelState.SHIPPED}), ParcelState.DELIVERED),
    ],
)


def stage_of(*, quantity: int, picked: int, packed: int, shipped: int) -> Stage:
    """Where released work stands by its units: the farthest stage that all of them have reached."""
    if quantity == 0:
        return Stage.CANCELLED
    for units, stage in ((shipped, Stage.SHIPPED), (packed, Stage.PACKED), (picked, Stage.PICKED)):
        if units == quantity:
            return stage
    return Stage.PICKING if picked else Stage.RELEASED
