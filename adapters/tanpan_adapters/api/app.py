"""The application: every route there is, one form for every error, around it the edge."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.static_files import create_static_files_router

from tanpan_adapters.api.commands import make_command_routes
from tanpan_adapters.api.doors import Doors
from tanpan_adapters.api.edge import Edge
from tanpan_adapters.api.facts import make_fact_routes
from tanpan_adapters.api.journal import make_journal_routes
from tanpan_adapters.api.openapi import make_schema_routes
from tanpan_adapters.api.operations import gauges_of, make_operation_routes
from tanpan_adapters.api.problems import handler, make_problem_route
from tanpan_adapters.api.queries import make_query_routes
from tanpan_adapters.api.uploads import make_upload_routes, tidy_now_and_then
from tanpan_adapters.service.metrics import METRICS

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host


def create_app(host: Host) -> Litestar:
    """The Litestar application of a host; `create_edge` puts the edge around it."""
    doors = Doors(host)
    routers = fixed_routers(host)

    @contextlib.asynccontextmanager
    async def measured(app: Litestar) -> AsyncIterator[None]:
        gauges = gauges_of(host)
        METRICS.watch(gauges)
        try:
            yield
        finally:
            METRICS.forget(gauges)

    @contextlib.asynccontextmanager
    async def tidied(app: Litestar) -> AsyncIterator[None]:
        tidying = asyncio.get_running_loop().create_task(tidy_now_and_then(host))
        try:
            yield
        finally:
            tidying.cancel()

    return Litestar(
        route_handlers=[
            *make_command_routes(doors),
            *make_query_routes(doors),
            *make_fact_routes(doors),
            *make_journal_routes(doors),
            *make_upload_routes(doors),
            *make_operation_routes(host),
            make_problem_route(doors.all_reasons),
            *make_schema_routes(doors, fixed_routers),
            *_swagger_assets(),
            *routers,
        ],
        exception_handlers={Exception: handler(doors.reasons), 500: handler(doors.reasons)},
        lifespan=[measured, tidied],
        openapi_config=None,
        logging_config=None,
        state=State({"host": host}),
        request_max_body_size=host.settings.http.command_bytes,
    )


def fixed_routers(host: Host) -> list[Any]:
    """The routers with routes of their own: signing in, visitors, documents and event streams."""
    found: list[Any] = []
    for module, name in (
        ("access", "make_access_router"),
        ("visitors", "make_visitors_router"),
        ("documents", "make_documents_router"),
        ("streams", "make_streams_router"),
    ):
        if importlib.util.find_spec(f"tanpan_adapters.api.{module}") is not None:
            found.append(getattr(importlib.import_module(f"tanpan_adapters.api.{module}"), name)(host))
    return found


def create_edge(host: Host) -> Edge:
    """The whole: the application with the edge around it, ready to be served."""
    return Edge(create_app(host), host.settings, host.identity.authenticate)  # type: ignore[arg-type]


def _swagger_assets() -> list[Any]:
    """Swagger UI's files from where they are installed; importing the package would read all of them."""
    found = importlib.util.find_spec("offapi")
    if found is None or not found.submodule_search_locations:
        return []
    directory = found.submodule_search_locations[0]
    return [create_static_files_router("/schema/ui", directories=[directory], include_in_schema=False)]
