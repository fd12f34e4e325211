"""What the API offers of transfers."""

from dataclasses import replace

from app.transfers.states import TransferState
from app.web.api import transfer_bodies
from app.web.api.operation import KEY, PAGE, READING, WRITING, Operation, Parameter
