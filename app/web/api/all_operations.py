"""Everything that the API offers, resource by resource."""

from app.web.api.operations import OPERATIONS
from app.web.api.transfer_operations import TRANSFER_OPERATIONS

ALL_OPERATIONS = (*OPERATIONS, *TRANSFER_OPERATIONS)
