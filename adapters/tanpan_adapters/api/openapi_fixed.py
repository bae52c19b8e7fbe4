"""What every exchange has besides commands and queries, in the API's description."""

from __future__ import annotations

from collections.abc import Iterable

from tanpan_adapters.api.openapi_commands import batch_path
from tanpan_adapters.api.openapi_parts import (
    LANGUAGE,
    Schema,
    exchange_in_path,
    parameter,
    path_parameter,
    problems,
    read_problems,
)
from tanpan_adapters.api.openapi_uploads import upload_paths


def fixed_paths(exchanges: list[str]) -> Schema:
    one = [exchange_in_path(exchanges), LANGUAGE]
    anything = {"type": "object"}
    listed = {"type": "array", "items": anything}
    return {
        "/api": {
            "get": {
                **read_path("exchanges", "交易机构 · The exchanges that are hosted", listed, [LANGUAGE]),
                "security": [],
            }
        },
        "/api/{exchange}": {
            "get": read_path(
                "exchange", "交易机构概况 · The exchange: its clock, packs, markets, writer", anything, one
            )
        },
        "/api/{exchange}/batch": {"post": batch_path(exchanges)},
        "/api/{exchange}/calendar": {
            "get": read_path(
                "calendar",
                "交易日历 · The trading days after a day; refuses beyond what is published",
                anything,
                [
                    *one,
                    parameter("after", {"type": "string", "format": "date"}),
                    parameter("count", {"type": "integer", "minimum": 1, "maximum": 1_000}),
                ],
            )
        },
        "/api/{exchange}/rules/{market}/{parameter}": {
            "get": read_path(
                "rule",
                "规则参数 · A rule's value in force on a day, with its clause",
                anything,
                [
                    *one,
                    path_parameter("market"),
                    path_parameter("parameter"),
                    parameter("day", {"type": "string", "format": "date"}),
                ],
            )
        },
        "/api/{exchange}/state": {
            "get": read_path(
                "state", "全部状态的摘要 · The digest of the whole state (staff, regulator)", anything, one
            )
        },
        "/api/{exchange}/refusals": {
            "get": read_path(
                "refusals",
                "拒绝记录 · The audit log of refusals, newest first (staff, regulator)",
                {"$ref": "#/components/schemas/Rows"},
                [
                    *one,
                    parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1_000}),
                    parameter("after", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
                ],
            )
        },
        "/api/{exchange}/journal": {
            "get": read_path(
                "journal",
                "事件日志 · Every record with its command and its events, in their order (staff, regulator)",
                {"$ref": "#/components/schemas/Rows"},
                [
                    *one,
                    parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1_000}),
                    parameter("after", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
                ],
            )
        },
        "/api/{exchange}/journal/head": {
            "get": read_path(
                "journal_head",
                "日志头摘要 · The journal's head, to be noted elsewhere (staff, regulator)",
                anything,
                one,
            )
        },
        "/api/{exchange}/journal/batches": {
            "get": read_path(
                "journal_batches",
                "日志批次原文 · The journal's batches as they lie, to compute the chain anew (staff, regulator)",
                {"$ref": "#/components/schemas/Rows"},
                [
                    *one,
                    parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1_000}),
                    parameter("after", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
                ],
            )
        },
        **upload_paths(exchanges),
        "/api/{exchange}/clock": {"post": _clock(one)},
        "/health": {"get": _open("health", "存活检查 · The process answers", "application/json", (200,))},
        "/ready": {
            "get": _open("ready", "就绪检查 · May requests be sent here", "application/json", (200, 503))
        },
        "/metrics": {
            "get": _open("metrics", "运行指标 · What was counted, for Prometheus", "text/plain", (200,))
        },
        "/problems/{code}": {"get": _problem_path()},
    }


def read_path(name: str, summary: str, schema: Schema, parameters: list[Schema]) -> Schema:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "tags": ["exchange"],
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": {"description": summary, "content": content}, **read_problems()},
    }


def _clock(parameters: list[Schema]) -> Schema:
    now = {"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "ISO, or UTC microseconds."}
    body = {"type": "object", "properties": {"now": now}, "required": ["now"], "additionalProperties": False}
    return {
        "operationId": "clock",
        "tags": ["exchange"],
        "summary": "推进模拟时钟 · Move a simulated clock on (staff)",
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {
                "description": "What fell due has happened",
                "content": {"application/json": {"schema": {}}},
            },
            **problems(400, 401, 403, 404, 408, 413, 422, 429, 500, 503),
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
        "summary": "错误代码 · What a problem's code means, in both languages",
        "security": [],
        "parameters": [path_parameter("code"), LANGUAGE],
        "responses": {"200": {"description": "The code", "content": content}, **problems(400, 404, 429)},
    }
