"""What the API offers about transfers; see ``operations``."""

from app.transfers.states import TransferState
from app.web.api import transfer_bodies
from app.web.api.operations import KEY, READING, WRITING, Operation, Parameter

NUMBER = Parameter(name="number", where="path", description="The transfer's number.", required=True)
PAGE = (
    Parameter(name="after", where="query", description="Where the page starts: taken from `next` of the page before."),
    Parameter(
        name="limit",
        where="query",
        description="Transfers per page.",
        schema={"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
    ),
    Parameter(
        name="state",
        where="query",
        description="Only transfers in this state.",
        schema={"type": "string", "enum": [state.value for state in TransferState]},
    ),
    Parameter(name="from_site", where="query", description="Only those that leave this site, by code."),
    Parameter(name="to_site", where="query", description="Only those that go to this site, by code."),
)

TRANSFER_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="createTransfer",
        method="post",
        path="/transfers",
        summary="Write a transfer between sites",
        description="A draft: nothing moves until it is sent. Needs an `Idempotency-Key`.",
        scope="transfers:write",
        body=transfer_bodies.TransferBody,
        parameters=(KEY,),
        answers={201: transfer_bodies.TransferAnswer},
        problems=WRITING,
    ),
    Operation(
        id="listTransfers",
        method="get",
        path="/transfers",
        summary="List transfers",
        description="Oldest first, so that a client which keeps `next` sees each transfer once.",
        scope="transfers:read",
        parameters=PAGE,
        answers={200: transfer_bodies.TransferList},
        problems=(400, *READING),
    ),
    Operation(
        id="getTransfer",
        method="get",
        path="/transfers/{number}",
        summary="Read a transfer",
        description="Its lines with their counters: sent = arrived + lost + returned + in_transit.",
        scope="transfers:read",
        parameters=(NUMBER,),
        answers={200: transfer_bodies.TransferAnswer},
        problems=READING,
    ),
    Operation(
        id="sendTransfer",
        method="post",
        path="/transfers/{number}/departure",
        summary="Send a transfer",
        description="All of it or nothing: 422 names every SKU of which too few are promised to nobody. "
        "From then on the units are stock to come at the other site, on the day that is expected.",
        scope="transfers:write",
        body=transfer_bodies.DepartureBody,
        parameters=(NUMBER, KEY),
        answers={200: transfer_bodies.TransferAnswer},
        problems=WRITING,
    ),
    Operation(
        id="receiveTransfer",
        method="post",
        path="/transfers/{number}/arrivals",
        summary="Say what arrived and what is lost",
        description="In as many parts as it takes. More than is on its way is refused with 422, "
        "unless `found` says that the surplus is really there.",
        scope="transfers:write",
        body=transfer_bodies.ArrivalBody,
        parameters=(NUMBER, KEY),
        answers={200: transfer_bodies.TransferAnswer},
        problems=WRITING,
    ),
    Operation(
        id="cancelTransfer",
        method="post",
        path="/transfers/{number}/cancellation",
        summary="Cancel a transfer",
        description="A draft is dropped. What is on its way counts as come back to the site that it left.",
        scope="transfers:write",
        body=transfer_bodies.TransferCancellationBody,
        parameters=(NUMBER, KEY),
        answers={200: transfer_bodies.TransferAnswer},
        problems=WRITING,
    ),
)
