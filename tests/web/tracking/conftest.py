"""A shop with an order that comes in parts."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request

PERSONAL = ("Caspian", "Reed", "caspian.reed@example.com", "Linden", "43215")


@pytest.fixture
def house(session, bound):
    return make_house(session, {("TEA-1", "CMH1"): 20})


@pytest.fixture
def placed(session, house):
    """Two units that are there, one that is not."""
    [one] = place_orders(session, [order_request(("TEA-1", 2), ("TEA-3", 1))], actor=SYSTEM)
    session.commit()
    return one


@pytest.fixture
def ship(session, placed):
    """A parcel of two units leaves, without the warehouse's verbs."""

    def call(*, delivered: bool = False) -> None:
        session.execute(
            text(
                "WITH parcel AS (INSERT INTO parcels"
                " (fulfilment_order_id, order_id, part, state, carrier, tracking_number, shipped_at, delivered_at)"
                " SELECT id, order_id, 1, :state, 'Alpine Post', 'JD0146', now(), :at"
                " FROM fulfilment_orders WHERE order_id = :id RETURNING id, fulfilment_order_id)"
                " INSERT INTO parcel_lines (parcel_id, fulfilment_line_id, quantity)"
                " SELECT p.id, l.id, 2 FROM parcel p JOIN fulfilment_lines l USING (fulfilment_order_id)"
            ).bindparams(
                state="delivered" if delivered else "shipped", at="now" if delivered else None, id=placed.order_id
            )
        )
        session.execute(
            text(
                "UPDATE order_lines SET shipped = 2, allocated = 0, released = 0"
                " WHERE order_id = :id AND sku_code = 'TEA-1'"
            ),
            {"id": placed.order_id},
        )
        session.commit()

    return call
