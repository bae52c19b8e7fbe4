"""OpenAPI 3.1 from the declarations: each command and query its own path, with its fields, units and refusals."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Litestar, MediaType, Response, get
from litestar.openapi.config import OpenAPIConfig

from tanpan.messages import Command
from tanpan.personal import personal_fields
from tanpan.queries import QUERIES, Query
from tanpan.refusals import CATALOGUE, Reason
from tanpan.views import INT, JSON, Column, View
from tanpan.wire import wire_names
from tanpan_adapters.api.commands import BATCH, LONGEST_REQUEST_ID
from tanpan_adapters.api.doors import Doors
from tanpan_adapters.api.problems import EDGE_REASONS, PROBLEM_JSON, status_of
from tanpan_adapters.api.queries import LARGEST_PAGE, PAGE, lens
from tanpan_adapters.identity.scopes import scope_of

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host

Schema = dict[str, Any]
Routers = Callable[["Host"], list[Any]]

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
_EXAMPLES: Final[dict[str, Any]] = {
    "account": "A0001",
    "side": "buy",
    "price": "50.00",
    "reference": "50.00",
    "amount": "100000.00",
    "quantity": 100,
    "listing": 1,
    "day": "2026-03-03",
    "since": "2026-04-01",
    "operator": "zhang.san",
    "user": "li.si",
    "participant": "Example Energy Co.",
    "kind": "enterprise",
    "data_declared_true": True,
}
_PAGE: Final = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>API</title>
<link rel="stylesheet" href="/schema/ui/swagger_style.css"></head>
<body><div id="swagger"></div>
<script src="/schema/ui/swagger_bundle.js"></script>
<script src="/schema/start.js"></script></body></html>
"""
_START: Final = """SwaggerUIBundle({
  url: "/schema/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis]
});
"""


def make_schema_routes(doors: Doors, routers: Routers) -> list[Any]:
    """`/schema/openapi.json` and Swagger UI at `/schema`, with nothing from elsewhere."""
    kept: dict[tuple[tuple[str, int], ...], bytes] = {}

    @get("/schema/openapi.json", include_in_schema=False)
    async def openapi() -> Response[bytes]:
        hosted = tuple((name, id(one)) for name, one in doors.host.exchanges.items())
        if hosted not in kept:
            kept.clear()
            kept[hosted] = msgspec.json.encode(document(doors, routers))
        return Response(kept[hosted], media_type="application/json")

    @get("/schema", include_in_schema=False, media_type=MediaType.HTML)
    async def page() -> str:
        return _PAGE

    @get("/schema/start.js", include_in_schema=False)
    async def start() -> Response[str]:
        return Response(_START, media_type="text/javascript")

    return [openapi, page, start]


def document(doors: Doors, routers: Routers) -> Schema:
    """The whole description of what is hosted now."""
    paths: Schema = {}
    schemas: Schema = _common_schemas(doors)
    commands: dict[str, tuple[type[Command], list[str]]] = {}
    views: dict[str, tuple[View, list[str]]] = {}
    for name, hosted in doors.host.exchanges.items():
        for command, door in doors.doors(hosted).items():
            commands.setdefault(command, (door.kind, []))[1].append(name)
        for view in hosted.views.values():
            views.setdefault(view.name, (view, []))[1].append(name)
    everywhere = list(doors.host.exchanges)
    for command, (kind, exchanges) in sorted(commands.items()):
        paths[f"/api/{{exchange}}/commands/{command}"] = _command_path(command, kind, exchanges, schemas)
    for query in QUERIES.values():
        paths[f"/api/{{exchange}}/queries/{query.name}"] = _live_path(query, everywhere)
    for name, (view, exchanges) in sorted(views.items()):
        paths[f"/api/{{exchange}}/queries/{name}"] = _view_path(view, exchanges)
    paths |= _fixed_paths(everywhere)
    _merge(paths, schemas, routers(doors.host), everywhere)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tanpan",
            "version": "1",
            "description": (
                "Prices and amounts are text in yuan, quantities whole tonnes, days ISO dates, instants UTC "
                "microseconds. A command's `Idempotency-Key` is its request id: sent again it acts once. "
                "Errors are problem details; their titles are Chinese or English by `Accept-Language`."
            ),
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key of a program (tpk_…)."},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "tanpan_session_{exchange}",
                    "description": "A person's session; unsafe methods also need the X-CSRF-Token header.",
                },
            },
        },
        "security": [{"key": []}, {"session": []}],
    }


# --- commands --------------------------------------------------------------------------------------


def _command_path(name: str, kind: type[Command], exchanges: list[str], schemas: Schema) -> Schema:
    schemas[f"command.{name}"] = command_schema(kind, schemas)
    may = f"May be sent by: {', '.join(kind.roles)}"
    if kind.permission:
        may += f", with the permission `{kind.permission}`"
    second = " Takes effect when a second person confirms it." if kind.four_eyes else ""
    return {
        "post": {
            "operationId": f"command_{name.replace('.', '_')}",
            "tags": ["commands"],
            "summary": first_sentence(kind),
            "description": f"{_doc(kind)}\n\n{may}.{second} A key needs the scope `{scope_of(kind)}`.",
            "parameters": [_exchange(exchanges), _REQUEST_ID, _LANGUAGE],
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
                "200": _ok(
                    "#/components/schemas/Accepted", "Committed: what came of it", {"Idempotency-Key"}
                ),
                **_problems(400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503),
            },
        }
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


def example(kind: type[Command]) -> Schema:
    """A body of a command's form, by the wire's names of its required fields."""
    found = {}
    for field in msgspec.structs.fields(kind):
        word = wire_names(kind)[field.name]
        if not field.required:
            continue
        if word in _EXAMPLES:
            found[word] = _EXAMPLES[word]
        elif field.name.endswith("_fen"):
            found[word] = "50.00"
        elif field.type is int or field.name.endswith("_tonnes"):
            found[word] = 1
        elif field.type is date:
            found[word] = "2026-03-03"
        elif field.type is bool:
            found[word] = True
        elif typing.get_origin(field.type) is list:
            found[word] = []
        else:
            found[word] = f"{word.replace('_', ' ')}"
    return found


def _doc(kind: type[Any]) -> str:
    return " ".join((kind.__doc__ or "").split())


def first_sentence(kind: type[Any]) -> str:
    """The first sentence of a docstring."""
    return _doc(kind).partition(". ")[0].rstrip(".") + "."


# --- queries ---------------------------------------------------------------------------------------


def _live_path(query: Query, exchanges: list[str]) -> Schema:
    filters = [
        _parameter(word, {"type": "integer", "minimum": 0} if word == "levels" else {"type": "string"})
        for word in query.filters
    ]
    own = " An operator asks about his own account only." if query.own else ""
    return {
        "get": {
            "operationId": f"query_{query.name.replace('.', '_')}",
            "tags": ["live queries"],
            "summary": f"{query.zh} · {query.en}",
            "description": f"What stands now. For: {', '.join(query.readers)}.{own}",
            "parameters": [_exchange(exchanges), *filters, _AT_LEAST, _LANGUAGE],
            "responses": {
                "200": _ok("#/components/schemas/Rows", "The rows, as of `seq`"),
                **_read_problems(),
            },
        }
    }


def _view_path(view: View, exchanges: list[str]) -> Schema:
    columns = lens(view).columns
    parameters = [_exchange(exchanges)]
    for word, column in columns.items():
        if column.kind == JSON:
            continue
        parameters.append(_parameter(word, _filter_schema(column), f"{column.zh} · {column.en}"))
        for end, what in (("from", "at least"), ("to", "at most")):
            parameters.append(_parameter(f"{word}.{end}", _filter_schema(column), f"{column.en}: {what}"))
    orders = [f"{sign}{word}" for word, one in columns.items() if one.kind != JSON for sign in ("", "-")]
    parameters += [
        _parameter("order", {"type": "string", "enum": orders}, "A column; falling with `-` before it."),
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}),
        _parameter("after", {"type": "string"}, "The `next` of the page before."),
        _AT_LEAST,
        _LANGUAGE,
    ]
    row = {
        "type": "object",
        "properties": {word: _column_schema(column) for word, column in columns.items()},
        "required": list(columns),
    }
    own = f" An operator sees rows of his own account ({', '.join(view.own)})." if view.own else ""
    page = {
        "type": "object",
        "properties": {
            "seq": _SEQ,
            "rows": {"type": "array", "items": row},
            "next": {"type": ["string", "null"]},
        },
        "required": ["seq", "rows", "next"],
    }
    return {
        "get": {
            "operationId": f"query_{view.name.replace('.', '_')}",
            "tags": ["history"],
            "summary": f"{view.zh} · {view.en}",
            "description": f"History, page by page. For: {', '.join(view.readers)}.{own}",
            "parameters": parameters,
            "responses": {
                "200": {"description": "A page", "content": {"application/json": {"schema": page}}},
                **_read_problems(),
            },
        }
    }


def _filter_schema(column: Column) -> Schema:
    if column.name.endswith("_fen"):
        return {"type": "string", "pattern": YUAN}
    return {"type": "integer"} if column.kind == INT else {"type": "string"}


def _column_schema(column: Column) -> Schema:
    described: Schema = {"description": f"{column.zh} · {column.en}"}
    if column.kind == JSON:
        return described
    if column.name.endswith("_fen"):
        return {**described, "type": ["string", "null"], "pattern": YUAN}
    return {**described, "type": ["integer" if column.kind == INT else "string", "null"]}


# --- what every exchange has -----------------------------------------------------------------------


def _fixed_paths(exchanges: list[str]) -> Schema:
    one = [_exchange(exchanges), _LANGUAGE]
    anything = {"type": "object"}
    listed = {"type": "array", "items": anything}
    return {
        "/api": {
            "get": {**_get("exchanges", "The exchanges that are hosted", listed, [_LANGUAGE]), "security": []}
        },
        "/api/{exchange}": {
            "get": _get("exchange", "The exchange: its clock, packs, markets, writer", anything, one)
        },
        "/api/{exchange}/batch": {"post": _batch(exchanges)},
        "/api/{exchange}/calendar": {
            "get": _get(
                "calendar",
                "The trading days after a day; refuses beyond what is published",
                anything,
                [
                    *one,
                    _parameter("after", {"type": "string", "format": "date"}),
                    _parameter("count", {"type": "integer", "minimum": 1, "maximum": 1_000}),
                ],
            )
        },
        "/api/{exchange}/rules/{market}/{parameter}": {
            "get": _get(
                "rule",
                "A rule's value in force on a day, with its clause",
                anything,
                [
                    *one,
                    _path_parameter("market"),
                    _path_parameter("parameter"),
                    _parameter("day", {"type": "string", "format": "date"}),
                ],
            )
        },
        "/api/{exchange}/state": {
            "get": _get("state", "What stands for the whole state (staff, regulator)", anything, one)
        },
        "/api/{exchange}/refusals": {
            "get": _get(
                "refusals",
                "The audit log of refusals, newest first (staff, regulator)",
                {"$ref": "#/components/schemas/Rows"},
                [
                    *one,
                    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1_000}),
                    _parameter("after", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
                ],
            )
        },
        "/api/{exchange}/journal": {
            "get": _get(
                "journal",
                "Every record with its command and its events, in their order (staff, regulator)",
                {"$ref": "#/components/schemas/Rows"},
                [
                    *one,
                    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1_000}),
                    _parameter("after", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
                ],
            )
        },
        "/api/{exchange}/journal/head": {
            "get": _get(
                "journal_head",
                "The journal's head, to be noted elsewhere (staff, regulator)",
                anything,
                one,
            )
        },
        "/api/{exchange}/clock": {"post": _clock(one)},
        "/health": {"get": _open("health", "The process answers", "application/json", (200,))},
        "/ready": {"get": _open("ready", "May requests be sent here", "application/json", (200, 503))},
        "/metrics": {"get": _open("metrics", "What was counted, for Prometheus", "text/plain", (200,))},
        "/problems/{code}": {"get": _problem_path()},
    }


def _get(name: str, summary: str, schema: Schema, parameters: list[Schema]) -> Schema:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "tags": ["exchange"],
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": {"description": summary, "content": content}, **_read_problems()},
    }


def _batch(exchanges: list[str]) -> Schema:
    return {
        "operationId": "batch",
        "tags": ["commands"],
        "summary": f"Up to {BATCH} commands in order, queued at once; each is answered",
        "parameters": [_exchange(exchanges), _LANGUAGE],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}},
        },
        "responses": {
            "200": _ok("#/components/schemas/Answers", "An answer per command, in order"),
            **_problems(400, 401, 403, 404, 408, 413, 422, 429, 500, 503),
        },
    }


def _clock(parameters: list[Schema]) -> Schema:
    now = {"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "ISO, or UTC microseconds."}
    body = {"type": "object", "properties": {"now": now}, "required": ["now"], "additionalProperties": False}
    return {
        "operationId": "clock",
        "tags": ["exchange"],
        "summary": "Move a simulated clock on (staff)",
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {
                "description": "What fell due has happened",
                "content": {"application/json": {"schema": {}}},
            },
            **_problems(400, 401, 403, 404, 408, 413, 422, 429, 500, 503),
        },
    }


def _open(name: str, summary: str, kind: str, statuses: Iterable[int]) -> Schema:
    answer = {"description": summary, "content": {kind: {"schema": {}}}}
    return {
        "operationId": name,
        "tags": ["operations"],
        "summary": summary,
        "security": [],
        "responses": {str(status): answer for status in statuses},
    }


def _problem_path() -> Schema:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Code"}}}
    return {
        "operationId": "describe_problem",
        "tags": ["problems"],
        "summary": "What a problem's code means, in both languages",
        "security": [],
        "parameters": [_path_parameter("code"), _LANGUAGE],
        "responses": {"200": {"description": "The code", "content": content}, **_problems(400, 404, 429)},
    }


def _common_schemas(doors: Doors) -> Schema:
    reasons: Mapping[str, Reason] = {**EDGE_REASONS, **doors.all_reasons()}
    codes = sorted(reasons)
    refusals = [reason.code for reason in CATALOGUE if status_of(reason.code) == 422]
    text = {"type": "string"}
    problem = {
        "type": "object",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": {"type": "string", "enum": codes},
            "clause": text,
            "details": {"type": "object"},
            "instance": text,
        },
        "required": ["type", "title", "status", "detail", "code", "clause", "details", "instance"],
        "x-refusals": {code: {"zh": reasons[code].zh, "en": reasons[code].en} for code in codes},
        "example": {
            "type": "/problems/PRICE_OUT_OF_BAND",
            "title": "价格超出涨跌幅",
            "status": 422,
            "detail": "PRICE_OUT_OF_BAND: 价格超出涨跌幅；price 60.00 元",
            "code": "PRICE_OUT_OF_BAND",
            "clause": "",
            "details": {"price": "60.00"},
            "instance": "",
        },
    }
    event = {"type": "object", "properties": {"event": text}, "required": ["event"]}
    accepted: Schema = {
        "type": "object",
        "properties": {
            "seq": _SEQ,
            "at": {"type": "integer", "description": "UTC microseconds."},
            "request_id": text,
            "events": {"type": "array", "items": event},
        },
        "required": ["seq", "at", "request_id", "events"],
        "example": {
            "seq": 12,
            "at": 1772413200000000,
            "request_id": "5f0c…",
            "events": [{"event": "core.listing_posted", "price": "50.00", "quantity": 100}],
        },
    }
    entry = {
        "type": "object",
        "properties": {
            "command": text,
            "request_id": {"type": "string", "maxLength": LONGEST_REQUEST_ID},
            "fields": {"type": "object"},
        },
        "required": ["command"],
        "additionalProperties": False,
    }
    answer = {
        "type": "object",
        "properties": {"status": {"type": "integer"}, "request_id": text},
        "required": ["status", "request_id"],
    }
    rows = {"type": "array", "items": {"type": "object"}}
    return {
        "Problem": problem,
        "Refusals": {
            "type": "string",
            "enum": refusals,
            "description": "The kernel's codes answered by 422.",
        },
        "Accepted": accepted,
        "Batch": {
            "type": "object",
            "properties": {"commands": {"type": "array", "items": entry, "maxItems": BATCH}},
            "required": ["commands"],
            "additionalProperties": False,
        },
        "Answers": {
            "type": "object",
            "properties": {"answers": {"type": "array", "items": answer}},
            "required": ["answers"],
        },
        "Rows": {
            "type": "object",
            "properties": {"seq": _SEQ, "rows": rows, "next": {"type": ["string", "null"]}},
            "required": ["seq", "rows", "next"],
        },
        "Code": {
            "type": "object",
            "properties": {"code": text, "status": {"type": "integer"}, "zh": text, "en": text},
            "required": ["code", "status", "zh", "en"],
        },
    }


_SEQ: Final = {"type": "integer", "description": "The record's sequence."}


def _parameter(name: str, schema: Schema, description: str = "") -> Schema:
    found = {"name": name, "in": "query", "schema": schema}
    return {**found, "description": description} if description else found


def _path_parameter(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _exchange(exchanges: list[str]) -> Schema:
    return {
        "name": "exchange",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": exchanges},
    }


_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string", "enum": ["zh", "en"]},
    "description": "The language of titles and details of problems.",
}
_REQUEST_ID: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_REQUEST_ID, "pattern": "^[!-~]+$"},
    "description": "The request id: the same request sent again acts once and is answered the same.",
}
_AT_LEAST: Final = {
    "name": "at_least",
    "in": "query",
    "schema": {"type": "integer", "minimum": 0},
    "description": "Wait until this sequence can be seen; 503 LAGGING when it takes too long.",
}


def _ok(ref: str, description: str, headers: Iterable[str] = ()) -> Schema:
    return {
        "description": description,
        "headers": {name: {"schema": {"type": "string"}} for name in headers},
        "content": {"application/json": {"schema": {"$ref": ref}}},
    }


def _problems(*statuses: int) -> Schema:
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": _REFUSED[status], "content": content} for status in statuses}


def _read_problems() -> Schema:
    return _problems(400, 401, 403, 404, 422, 429, 500, 503)


def _merge(paths: Schema, schemas: Schema, routers: list[Any], exchanges: list[str]) -> None:
    """Add the routes that are written by hand elsewhere, as Litestar describes them."""
    if not routers:
        return
    app = Litestar(routers, openapi_config=OpenAPIConfig(title="", version="1"), logging_config=None)
    found = app.openapi_schema.to_schema()
    own_paths: Schema = {
        path: item for path, item in (found.get("paths") or {}).items() if not path.startswith("/schema")
    }
    for item in own_paths.values():
        for operation in item.values():
            responses = operation.setdefault("responses", {})
            for status in [one for one in responses if not one.startswith(("2", "3"))]:
                del responses[status]
            responses |= _problems(*ANSWERS)
            named = [one for one in operation.get("parameters", []) if one["name"] != "exchange"]
            operation["parameters"] = [_exchange(exchanges), *named, _LANGUAGE]
    paths |= own_paths
    schemas |= (found.get("components") or {}).get("schemas") or {}
