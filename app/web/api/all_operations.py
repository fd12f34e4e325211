"""Everything that the API offers, resource by resource."""

from app.web.api.operations import OPERATIONS
from app.web.api.purchase_operations import PURCHASE_OPERATIONS
from app.web.api.stock_operations import STOCK_OPERATIONS
from app.web.api.transfer_operations import TRANSFER_OPERATIONS

ALL_OPERATIONS = (*OPERATIONS, *STOCK_OPERATIONS, *PURCHASE_OPERATIONS, *TRANSFER_OPERATIONS)
