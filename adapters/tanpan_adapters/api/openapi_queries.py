"""Queries in the API's description: what stands now, and history page by page."""

from __future__ import annotations

from collections.abc import Mapping

from tanpan.queries import Query
from tanpan.views import BOOL, INT, JSON, Column, View
from tanpan.wire import wire_words
from tanpan_adapters.api.openapi_parts import (
    AT_LEAST,
    LANGUAGE,
    SEQ,
    YUAN,
    Schema,
    exchange_in_path,
    parameter,
    read_problems,
)
from tanpan_adapters.api.queries import LARGEST_PAGE, PAGE, lens


def live_path(query: Query, exchanges: list[str]) -> Schema:
    filters = [
        parameter(word, {"type": "integer", "minimum": 0} if word == "levels" else {"type": "string"})
        for word in query.filters
    ]
    own = " An operator asks about his own account only." if query.own else ""
    words = wire_words(column.name for column in query.columns)
    page = _page({words[column.name]: column for column in query.columns})
    return {
        "get": {
            "operationId": f"query_{query.name.replace('.', '_')}",
            "tags": ["live queries"],
            "summary": f"{query.zh} · {query.en}",
            "description": f"{query.doc} What stands now. For: {', '.join(query.readers)}.{own}",
            "parameters": [exchange_in_path(exchanges), *filters, AT_LEAST, LANGUAGE],
            "responses": {"200": _answer(page, "The rows, as of `seq`"), **read_problems()},
        }
    }


def view_path(view: View, exchanges: list[str]) -> Schema:
    columns = lens(view).columns
    parameters = [exchange_in_path(exchanges)]
    for word, column in columns.items():
        if column.kind == JSON:
            continue
        parameters.append(parameter(word, _filter_schema(column), f"{column.zh} · {column.en}"))
        for end, what in (("from", "at least"), ("to", "at most")):
            parameters.append(parameter(f"{word}.{end}", _filter_schema(column), f"{column.en}: {what}"))
    orders = [f"{sign}{word}" for word, one in columns.items() if one.kind != JSON for sign in ("", "-")]
    parameters += [
        parameter("order", {"type": "string", "enum": orders}, "A column; falling with `-` before it."),
        parameter("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}),
        parameter("after", {"type": "string"}, "The `next` of the page before."),
        AT_LEAST,
        LANGUAGE,
    ]
    own = f" An operator sees rows of his own account ({', '.join(view.own)})." if view.own else ""
    return {
        "get": {
            "operationId": f"query_{view.name.replace('.', '_')}",
            "tags": ["history"],
            "summary": f"{view.zh} · {view.en}",
            "description": f"{view.doc} History, page by page. For: {', '.join(view.readers)}.{own}",
            "parameters": parameters,
            "responses": {"200": _answer(_page(columns), "A page"), **read_problems()},
        }
    }


def _page(columns: Mapping[str, Column]) -> Schema:
    """An answer of rows with these columns, by the wire's names."""
    row = {
        "type": "object",
        "properties": {word: _column_schema(column) for word, column in columns.items()},
        "required": list(columns),
    }
    return {
        "type": "object",
        "properties": {
            "seq": SEQ,
            "rows": {"type": "array", "items": row},
            "next": {"type": ["string", "null"]},
        },
        "required": ["seq", "rows", "next"],
    }


def _answer(schema: Schema, description: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


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
    kind = {INT: "integer", BOOL: "boolean"}.get(column.kind, "string")
    return {**described, "type": [kind, "null"]}
