"""What the API offers about purchase orders; see ``operations``."""

from app.purchasing.states import BuyingState
from app.web.api import purchase_bodies
from app.web.api.operations import KEY, READING, WRITING, Operation, Parameter

NUMBER = Parameter(name="number", where="path", description="The purchase order's number.", required=True)
PAGE = (
    Parameter(name="after", where="query", description="Where the page starts: taken from `next` of the page before."),
    Parameter(
        name="limit",
        where="query",
        description="Purchase orders per page.",
        schema={"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
    ),
    Parameter(
        name="state",
        where="query",
        description="Only purchase orders in this state.",
        schema={"type": "string", "enum": [state.value for state in BuyingState]},
    ),
    Parameter(name="supplier", where="query", description="Only those of this supplier, by code."),
)

PURCHASE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="createPurchaseOrder",
        method="post",
        path="/purchase-orders",
        summary="Write a purchase order",
        description="A draft, or sent at once. Needs an `Idempotency-Key`; 422 names every line that cannot be.",
        scope="purchase_orders:write",
        body=purchase_bodies.PurchaseOrderBody,
        parameters=(KEY,),
        answers={201: purchase_bodies.PurchaseOrderAnswer},
        problems=WRITING,
    ),
    Operation(
        id="listPurchaseOrders",
        method="get",
        path="/purchase-orders",
        summary="List purchase orders",
        description="Oldest first, so that a client which keeps `next` sees each one once.",
        scope="purchase_orders:read",
        parameters=PAGE,
        answers={200: purchase_bodies.PurchaseOrderList},
        problems=(400, *READING),
    ),
    Operation(
        id="getPurchaseOrder",
        method="get",
        path="/purchase-orders/{number}",
        summary="Read a purchase order",
        description="Its lines with what came, what was left out and what is still to come.",
        scope="purchase_orders:read",
        parameters=(NUMBER,),
        answers={200: purchase_bodies.PurchaseOrderAnswer},
        problems=READING,
    ),
    Operation(
        id="sendPurchaseOrder",
        method="post",
        path="/purchase-orders/{number}/sending",
        summary="Mark a purchase order as sent",
        description="From then on its units are dated supply.",
        scope="purchase_orders:write",
        body=purchase_bodies.SendingBody,
        parameters=(NUMBER, KEY),
        answers={200: purchase_bodies.PurchaseOrderAnswer},
        problems=WRITING,
    ),
    Operation(
        id="changePurchaseOrderDates",
        method="post",
        path="/purchase-orders/{number}/dates",
        summary="Say that goods come on another day",
        description="For one line or for all of which something is still to come.",
        scope="purchase_orders:write",
        body=purchase_bodies.DatesBody,
        parameters=(NUMBER, KEY),
        answers={200: purchase_bodies.PurchaseOrderAnswer},
        problems=WRITING,
    ),
    Operation(
        id="cancelPurchaseOrder",
        method="post",
        path="/purchase-orders/{number}/cancellation",
        summary="Cancel a purchase order or some of its units",
        description="Only what is still to come; asking for more is refused with 422.",
        scope="purchase_orders:write",
        body=purchase_bodies.PurchaseCancellationBody,
        parameters=(NUMBER, KEY),
        answers={200: purchase_bodies.PurchaseOrderAnswer},
        problems=WRITING,
    ),
    Operation(
        id="receivePurchaseOrder",
        method="post",
        path="/purchase-orders/{number}/receipts",
        summary="Record goods that came in",
        description="Partly, damaged or for a quality check. More than the supplier's tolerance allows is refused "
        "with 422 unless `over_reason` says why it may stay. The `Idempotency-Key` makes it count once.",
        scope="purchase_orders:write",
        body=purchase_bodies.ReceiptBody,
        parameters=(NUMBER, KEY),
        answers={201: purchase_bodies.ReceiptAnswer},
        problems=WRITING,
    ),
)
