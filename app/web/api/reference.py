"""The OpenAPI document as sections of a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    is_needed: bool
    words: str


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Section:
    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]
    refusals: tuple[str, ...]


def sections(document: Mapping[str, Any]) -> list[Section]:
    schemas = document["components"]["schemas"]
    return [
        _section(method, path, operation, schemas)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _section(method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Section:
    body = operation.get("requestBody")
    responses = operation["responses"]
    return Section(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        parameters=tuple(_parameter(one) for one in operation["parameters"]),
        body=_fields(body["content"], schemas) if body else (),
        answers=tuple(
            Answer(status, one["description"], _fields(one["content"], schemas) if "content" in one else ())
            for status, one in responses.items()
            if status < "300"
        ),
        refusals=tuple(status for status in responses if status >= "300"),
    )


def _parameter(one: Mapping[str, Any]) -> Field:
    return Field(one["name"], f"{one['in']}, {one['schema']['type']}", one["required"], one["description"])


def _fields(content: Mapping[str, Any], schemas: Mapping[str, Schema]) -> tuple[Field, ...]:
    (media,) = content.values()
    return tuple(_flat(media["schema"], schemas, ""))


def _flat(schema: Schema, schemas: Mapping[str, Schema], prefix: str) -> Iterator[Field]:
    """One row per field; those of objects inside follow under their parent's name."""
    resolved = _resolved(schema, schemas)
    needed = resolved.get("required", ())
    for name, part in resolved.get("properties", {}).items():
        inner, repeated = _inner(part, schemas)
        full = f"{prefix}{name}{'[]' if repeated else ''}"
        yield Field(full, _kind(inner), name in needed, part.get("description") or inner.get("description", ""))
        yield from _flat(inner, schemas, f"{full}.")


def _inner(part: Schema, schemas: Mapping[str, Schema]) -> tuple[Schema, bool]:
    choices = [one for one in part.get("anyOf", [part]) if one.get("type") != "null"]
    chosen = _resolved(choices[0], schemas)
    if chosen.get("type") == "array":
        return _resolved(chosen["items"], schemas), True
    return chosen, False


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    reference = schema.get("$ref")
    return schemas[reference.rpartition("/")[2]] if reference else schema


def _kind(schema: Schema) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    bounds = [f"{sign} {schema[key]:,}" for key, sign in BOUNDS.items() if key in schema]
    kind = {"integer": "whole number", "string": "text"}.get(schema.get("type", ""), schema.get("type", ""))
    return ", ".join([schema.get("format", kind), *bounds])


BOUNDS = {"minimum": "from", "maximum": "to", "minLength": "at least", "maxLength": "at most"}
