"""Reading a request: its media type, its body, its key; whatever does not fit becomes a problem that says so."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from app.kernel.signing import canonical
from app.web.api.problems import Refused, reasons_of

M = TypeVar("M", bound=BaseModel)

LARGEST_BODY = 1_000_000
KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, kw_only=True)
class Read(Generic[M]):
    """A checked body, its plain form as it came, and the hash by which a repetition is known."""

    body: M
    plain: dict[str, Any]

    @property
    def hash(self) -> bytes:
        return sha256(canonical(self.plain, is_plain=True)).digest()


def read(model: type[M]) -> Read[M]:
    """Raises Refused (413, 415) or pydantic's ValidationError (400, 422)."""
    if request.mimetype != "application/json":
        raise Refused(415, "send the body as application/json, with that Content-Type")
    request.max_content_length = LARGEST_BODY
    raw = request.get_data(cache=False)
    body = model.model_validate_json(raw)
    return Read(body=body, plain=from_json(raw))


def query_of(model: type[M]) -> M:
    """What stands after the question mark. Raises Refused (400) with each name that does not fit."""
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Refused(400, "the address cannot be read; see errors", reasons=reasons_of(error)) from None


def idempotency_key() -> str | None:
    """Raises Refused (400) for a key that cannot be kept."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise Refused(400, "Idempotency-Key must have 1 to 255 printable ASCII characters without spaces")
    return key


def required_key() -> str:
    key = idempotency_key()
    if key is None:
        raise Refused(400, "send an Idempotency-Key header: a new one for each thing you want to happen")
    return key
