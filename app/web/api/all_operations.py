"""Everything that the API offers, resource by resource."""

from app.web.api.operations import OPERATIONS
from app.web.api.purchase_operations import PURCHASE_OPERATIONS

ALL_OPERATIONS = (*OPERATIONS, *PURCHASE_OPERATIONS)
