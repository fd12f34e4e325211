"""The OpenAPI 3.1 document, printed from the same models that check the requests."""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from app.web.api import answers
from app.web.api.all_operations import ALL_OPERATIONS
from app.web.api.operations import Operation, Parameter
from app.web.api.problems import KINDS

LATER = frozenset({409, 429, 503})
RETRY_AFTER = {
    "description": "Seconds until the same request may be sent again; absent where waiting cannot mend it.",
    "schema": {"type": "integer", "minimum": 1},
}
REFERENCE = "#/components/schemas/{model}"


@cache
def document(base_url: str) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Waybill", "version": "1", "description": "Orders in, what became of them, and stock."},
        "servers": [{"url": f"{base_url}/api/v1"}],
        "security": [{"key": []}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}},
        },
    }


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in ALL_OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return paths


def _operation(operation: Operation) -> dict[str, Any]:
    printed: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"{operation.description} Scope: `{operation.scope}`.",
        "parameters": [_parameter(one) for one in operation.parameters],
        "responses": _responses(operation),
    }
    if operation.body:
        printed["requestBody"] = {"required": True, "content": _content(operation.body)}
    return printed


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": one.where,
        "required": one.required,
        "description": one.description,
        "schema": one.schema,
    }


def _responses(operation: Operation) -> dict[str, Any]:
    good = {
        str(status): {"description": (model.__doc__ or "Done.").strip().splitlines()[0], "content": _content(model)}
        for status, model in operation.answers.items()
        if model
    }
    bad = {
        str(status): {
            "description": KINDS[status][1],
            **({"headers": {"Retry-After": RETRY_AFTER}} if status in LATER else {}),
            "content": _content(answers.Problem, "application/problem+json"),
        }
        for status in operation.problems
    }
    return good | bad


def _content(model: type[BaseModel], media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}


def _schemas() -> dict[str, Any]:
    models: set[tuple[type[BaseModel], JsonSchemaMode]] = {(answers.Problem, "serialization")}
    models |= {(one.body, "validation") for one in ALL_OPERATIONS if one.body}
    models |= {(model, "serialization") for one in ALL_OPERATIONS for model in one.answers.values() if model}
    ordered = sorted(models, key=lambda pair: pair[0].__name__)
    _, definitions = models_json_schema(ordered, ref_template=REFERENCE)
    return dict(definitions["$defs"])
