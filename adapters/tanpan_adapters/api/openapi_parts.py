"""What the API's description is made of: parameters, answers and problems that stand in many places of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tanpan_adapters.api.commands import LONGEST_REQUEST_ID
from tanpan_adapters.api.problems import PROBLEM_JSON

Schema = dict[str, Any]

YUAN: Final = r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"
PAID: Final = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"
ANSWERS: Final = (400, 401, 403, 404, 408, 409, 413, 415, 422, 423, 429, 500, 503)
_REFUSED: Final = {
    400: "Not of its form",
    401: "Sign in first",
    403: "Not allowed",
    404: "There is no such thing here",
    405: "The address does not take this method",
    408: "The request did not arrive in time",
    409: "The request id was used for another request",
    413: "Too large",
    415: "Not JSON",
    422: "Refused",
    423: "Locked for a while",
    429: "Too many requests",
    500: "An internal error; it is recorded and had no effect",
    503: "Busy, standing by, recovering, or lagging",
}
SEQ: Final = {"type": "integer", "description": "The record's sequence."}
LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string", "enum": ["zh", "en"]},
    "description": "The language of titles and details of problems.",
}
REQUEST_ID: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_REQUEST_ID, "pattern": "^[!-~]+$"},
    "description": "The request id: the same request sent again acts once and is answered the same.",
}
AT_LEAST: Final = {
    "name": "at_least",
    "in": "query",
    "schema": {"type": "integer", "minimum": 0},
    "description": "Wait until this sequence can be seen; 503 LAGGING when it takes too long.",
}


def parameter(name: str, schema: Schema, description: str = "") -> Schema:
    found = {"name": name, "in": "query", "schema": schema}
    return {**found, "description": description} if description else found


def path_parameter(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def exchange_in_path(exchanges: list[str]) -> Schema:
    return {
        "name": "exchange",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": exchanges},
    }


def ok(ref: str, description: str, headers: Iterable[str] = ()) -> Schema:
    return {
        "description": description,
        "headers": {name: {"schema": {"type": "string"}} for name in headers},
        "content": {"application/json": {"schema": {"$ref": ref}}},
    }


def problems(*statuses: int) -> Schema:
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": _REFUSED[status], "content": content} for status in statuses}


def read_problems() -> Schema:
    return problems(400, 401, 403, 404, 422, 429, 500, 503)
