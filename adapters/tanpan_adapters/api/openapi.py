"""OpenAPI 3.1 from the declarations: each command and query its own path, with its fields, units and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Litestar, MediaType, Response, get
from litestar.openapi.config import OpenAPIConfig
from litestar.response import Redirect

from tanpan.messages import Command
from tanpan.queries import QUERIES
from tanpan.views import View
from tanpan_adapters.api.doors import Doors
from tanpan_adapters.api.openapi_commands import command_path
from tanpan_adapters.api.openapi_fixed import fixed_paths
from tanpan_adapters.api.openapi_parts import ANSWERS, LANGUAGE, Schema, exchange_in_path, problems
from tanpan_adapters.api.openapi_queries import live_path, view_path
from tanpan_adapters.api.openapi_schemas import common_schemas

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host

Routers = Callable[["Host"], list[Any]]

_PAGE: Final = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>tanpan 碳盘 API</title>
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

    @get("/", include_in_schema=False)
    async def root() -> Redirect:
        return Redirect("/schema")

    @get("/schema/start.js", include_in_schema=False)
    async def start() -> Response[str]:
        return Response(_START, media_type="text/javascript")

    return [openapi, page, root, start]


def document(doors: Doors, routers: Routers) -> Schema:
    """The whole description of what is hosted now."""
    paths: Schema = {}
    schemas: Schema = common_schemas(doors)
    commands: dict[str, tuple[type[Command], list[str]]] = {}
    views: dict[str, tuple[View, list[str]]] = {}
    for name, hosted in doors.host.exchanges.items():
        for command, door in doors.doors(hosted).items():
            commands.setdefault(command, (door.kind, []))[1].append(name)
        for view in hosted.views.values():
            views.setdefault(view.name, (view, []))[1].append(name)
    everywhere = list(doors.host.exchanges)
    for command, (kind, exchanges) in sorted(commands.items()):
        paths[f"/api/{{exchange}}/commands/{command}"] = command_path(command, kind, exchanges, schemas)
    for query in QUERIES.values():
        paths[f"/api/{{exchange}}/queries/{query.name}"] = live_path(query, everywhere)
    for name, (view, exchanges) in sorted(views.items()):
        paths[f"/api/{{exchange}}/queries/{name}"] = view_path(view, exchanges)
    paths |= fixed_paths(everywhere)
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
            responses |= problems(*ANSWERS)
            named = [one for one in operation.get("parameters", []) if one["name"] != "exchange"]
            operation["parameters"] = [exchange_in_path(exchanges), *named, LANGUAGE]
    paths |= own_paths
    schemas |= (found.get("components") or {}).get("schemas") or {}
