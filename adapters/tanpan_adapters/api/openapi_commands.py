"""Commands in the API's description: each its own path, with its fields, units and who may send it."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from tanpan.examples import example
from tanpan.messages import Command, drawn_fields
from tanpan.personal import personal_fields
from tanpan.wire import wire_names
from tanpan_adapters.api.commands import BATCH
from tanpan_adapters.api.openapi_parts import (
    LANGUAGE,
    PAID,
    REQUEST_ID,
    Schema,
    exchange_in_path,
    ok,
    problems,
)
from tanpan_adapters.identity.scopes import scope_of


def command_path(name: str, kind: type[Command], exchanges: list[str], schemas: Schema) -> Schema:
    schemas[f"command.{name}"] = command_schema(kind, schemas)
    may = f"May be sent by: {', '.join(kind.roles)}"
    if kind.permission:
        may += f", with the permission `{kind.permission}`"
    second = " Takes effect when a second person confirms it." if kind.four_eyes else ""
    return {
        "post": {
            "operationId": f"command_{name.replace('.', '_')}",
            "tags": ["commands"],
            "summary": " · ".join(filter(None, (kind.zh, first_sentence(kind)))),
            "description": f"{_doc(kind)}\n\n{may}.{second} A key needs the scope `{scope_of(kind)}`.",
            "parameters": [exchange_in_path(exchanges), REQUEST_ID, LANGUAGE],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/command.{name}"},
                        "example": example(kind),
                    }
                },
            },
            "responses": {
                "200": ok("#/components/schemas/Accepted", "Committed: what came of it", {"Idempotency-Key"}),
                **problems(400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503),
            },
        }
    }


def batch_path(exchanges: list[str]) -> Schema:
    return {
        "operationId": "batch",
        "tags": ["commands"],
        "summary": f"批量指令 · Up to {BATCH} commands in order, queued at once; each is answered",
        "parameters": [exchange_in_path(exchanges), LANGUAGE],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}},
        },
        "responses": {
            "200": ok("#/components/schemas/Answers", "An answer per command, in order"),
            **problems(400, 401, 403, 404, 408, 413, 422, 429, 500, 503),
        },
    }


def command_schema(kind: type[Command], schemas: Schema) -> Schema:
    """The schema of a command's body, by the wire's names of its fields."""
    names = wire_names(kind)
    personal = personal_fields(kind)
    properties = {}
    required = []
    for field in msgspec.structs.fields(kind):
        word = names[field.name]
        properties[word] = _field_schema(field, schemas)
        if field.name in personal:
            properties[word]["description"] = "Personal: kept in the vault, never in the journal."
        if field.name in drawn_fields(kind):
            properties[word]["description"] = "Drawn by the service, whatever is said here."
        if field.required:
            required.append(word)
    return {
        "type": "object",
        "description": _doc(kind),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _field_schema(field: Any, schemas: Schema) -> Schema:
    if field.name.endswith("_fen"):
        return {
            "type": "string",
            "pattern": PAID,
            "description": "Yuan (per tonne for a price), at most two decimals.",
        }
    if field.name.endswith("_tonnes"):
        return {"type": "integer", "description": "Whole tonnes."}
    if field.type is date:
        return {"type": "string", "format": "date", "description": "A day of the exchange."}
    (found,), parts = msgspec.json.schema_components([field.type], ref_template="#/components/schemas/{name}")
    schemas |= parts
    return dict(found)


def _doc(kind: type[Any]) -> str:
    return " ".join((kind.__doc__ or "").split())


def first_sentence(kind: type[Any]) -> str:
    """The first sentence of a docstring."""
    return _doc(kind).partition(". ")[0].rstrip(".") + "."
