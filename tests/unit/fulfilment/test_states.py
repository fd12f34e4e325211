"""The lives of a fulfilment order and of a parcel, with the whole table written by hand."""

import pytest

from app.fulfilment.states import FULFILMENT_ORDER, PARCEL, Stage, stage_of

WORK = {
    "open": {"release": "released", "cancel": "cancelled"},
    "released": {
        "recall": "open",
        "start_picking": "picking",
        "finish_picking": "picked",
        "finish_packing": "packed",
        "finish_shipping": "shipped",
        "cancel": "cancelled",
    },
    "picking": {
        "finish_picking": "picked",
        "put_all_back": "released",
        "finish_packing": "packed",
        "finish_shipping": "shipped",
        "cancel": "cancelled",
    },
    "picked": {
        "start_picking": "picking",
        "put_all_back": "released",
        "finish_packing": "packed",
        "finish_shipping": "shipped",
        "cancel": "cancelled",
    },
    "packed": {
        "start_picking": "picking",
        "finish_picking": "picked",
        "put_all_back": "released",
        "finish_shipping": "shipped",
        "cancel": "cancelled",
    },
    "shipped": {},
    "cancelled": {},
}
PARCELS = {
    "packed": {"unpack": "unpacked", "ship": "shipped"},
    "unpacked": {},
    "shipped": {"deliver": "delivered"},
    "delivered": {},
}


@pytest.mark.parametrize(("machine", "table"), [(FULFILMENT_ORDER, WORK), (PARCEL, PARCELS)])
def test_every_state_permits_what_the_table_says(machine, table):
    found = {
        state: {action: machine.target(state, action).value for action in machine.permitted(state)}
        for state in machine.states
    }

    assert found == table


@pytest.mark.parametrize(
    ("quantity", "picked", "packed", "shipped", "stage"),
    [
        (3, 0, 0, 0, Stage.RELEASED),
        (3, 1, 0, 0, Stage.PICKING),
        (3, 2, 2, 0, Stage.PICKING),
        (3, 2, 2, 2, Stage.PICKING),
        (3, 3, 0, 0, Stage.PICKED),
        (3, 3, 2, 2, Stage.PICKED),
        (3, 3, 3, 0, Stage.PACKED),
        (3, 3, 3, 2, Stage.PACKED),
        (3, 3, 3, 3, Stage.SHIPPED),
        (0, 0, 0, 0, Stage.CANCELLED),
    ],
)
def test_the_stage_follows_from_the_units(quantity, picked, packed, shipped, stage):
    assert stage_of(quantity=quantity, picked=picked, packed=packed, shipped=shipped) == stage


def test_every_move_that_units_can_make_is_in_the_table():
    """From any released stage units may be taken off or move on, so that any stage may follow another."""
    at_work = ["released", "picking", "picked", "packed"]
    for source in at_work:
        reached = set(WORK[source].values())
        assert reached >= {*at_work, "shipped", "cancelled"} - {source}
