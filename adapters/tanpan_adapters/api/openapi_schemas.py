"""The schemas that many answers of the API share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tanpan.examples import example
from tanpan.listings import PostListing, WithdrawListing
from tanpan.messages import Command, name_of
from tanpan.refusals import CATALOGUE, Reason
from tanpan_adapters.api.commands import BATCH, LONGEST_REQUEST_ID
from tanpan_adapters.api.doors import Doors
from tanpan_adapters.api.openapi_parts import SEQ, Schema
from tanpan_adapters.api.problems import EDGE_REASONS, status_of

_BATCHED: Final[tuple[type[Command], ...]] = (PostListing, WithdrawListing)


def common_schemas(doors: Doors) -> Schema:
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
            "detail": "PRICE_OUT_OF_BAND: 价格超出涨跌幅；价格 60.00 元",
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
            "seq": SEQ,
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
        "description": "Status 200 with what Accepted has, or another one with the `problem`.",
        "properties": {
            "status": {"type": "integer"},
            "request_id": text,
            "seq": SEQ,
            "at": {"type": "integer", "description": "UTC microseconds."},
            "events": {"type": "array", "items": event},
            "problem": {"$ref": "#/components/schemas/Problem"},
        },
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
            "example": {
                "commands": [
                    {
                        "command": name_of(one),
                        "request_id": f"order-{number}",
                        "fields": example(one),
                    }
                    for number, one in enumerate(_BATCHED, 1)
                ]
            },
        },
        "Answers": {
            "type": "object",
            "properties": {"answers": {"type": "array", "items": answer}},
            "required": ["answers"],
        },
        "Rows": {
            "type": "object",
            "properties": {"seq": SEQ, "rows": rows, "next": {"type": ["string", "null"]}},
            "required": ["seq", "rows", "next"],
        },
        "Code": {
            "type": "object",
            "properties": {"code": text, "status": {"type": "integer"}, "zh": text, "en": text},
            "required": ["code", "status", "zh", "en"],
        },
    }
