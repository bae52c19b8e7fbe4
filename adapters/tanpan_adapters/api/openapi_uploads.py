"""Papers that are handed in and given out, in the API's description."""

from __future__ import annotations

from typing import Final

from tanpan_adapters.api.openapi_parts import LANGUAGE, Schema, exchange_in_path, problems
from tanpan_adapters.api.problems import PROBLEM_JSON
from tanpan_adapters.attachments.kinds import KINDS

_BYTES: Final = {"type": "string", "format": "binary"}
_DIGEST: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_KEPT: Final = {
    "type": "object",
    "properties": {
        "digest": {
            **_DIGEST,
            "description": "How applications refer to it; the same bytes of others have another.",
        },
        "size": {"type": "integer", "minimum": 1},
        "media_type": {"type": "string", "enum": [kind.media_type for kind in KINDS]},
        "name": {"type": "string", "description": "The name it was given, without what could deceive."},
    },
    "required": ["digest", "size", "media_type", "name"],
}


def upload_paths(exchanges: list[str]) -> Schema:
    """The paths of papers."""
    return {
        "/api/{exchange}/attachments": {"post": _hand_in(exchanges)},
        "/api/{exchange}/attachments/{digest}": {"get": _give_out(exchanges)},
    }


def _hand_in(exchanges: list[str]) -> Schema:
    name = {
        "name": "X-Filename",
        "in": "header",
        "schema": {"type": "string", "pattern": "^[!-~]{1,400}$"},
        "description": "The name of a raw body, percent-encoded UTF-8; its extension must be that of its kind.",
    }
    form = {
        "type": "object",
        "properties": {"file": _BYTES},
        "required": ["file"],
        "additionalProperties": False,
    }
    raw = {kind.media_type: {"schema": _BYTES} for kind in KINDS}
    return {
        "operationId": "hand_in_attachment",
        "tags": ["attachments"],
        "summary": "上传附件 · Hand in a paper",
        "description": (
            "A file as the body, or as the part `file` of a form. Its bytes, its name and its type must agree; "
            "images are decoded, documents and archives looked through. What no application refers to is "
            "deleted after a day. A key needs the scope `manage`."
        ),
        "parameters": [exchange_in_path(exchanges), name, LANGUAGE],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}, **raw}},
        "responses": {
            "201": {"description": "It is kept", "content": {"application/json": {"schema": _KEPT}}},
            **problems(400, 401, 403, 404, 408, 413, 422, 429, 500, 503),
        },
    }


def _give_out(exchanges: list[str]) -> Schema:
    digest = {"name": "digest", "in": "path", "required": True, "schema": _DIGEST}
    gone = {
        "description": "Its person was forgotten",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return {
        "operationId": "give_out_attachment",
        "tags": ["attachments"],
        "summary": "下载附件 · Fetch a paper",
        "description": "As a file to be saved: to who handed it in, and to who may read an application it is for.",
        "parameters": [exchange_in_path(exchanges), digest, LANGUAGE],
        "responses": {
            "200": {
                "description": "The file",
                "content": {kind.media_type: {"schema": _BYTES} for kind in KINDS},
            },
            **problems(400, 401, 403, 404, 422, 429, 500, 503),
            "410": gone,
        },
    }
