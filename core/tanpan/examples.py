"""An example of every field as it is sent: prices in yuan, quantities in tonnes, days as dates.

A pack's field that bears none of these names gives its own by `msgspec.Meta(examples=[…])`, or one of its type.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, get_origin

import msgspec

from tanpan.messages import Command
from tanpan.wire import wire_names

BY_FIELD: Final[dict[str, Any]] = {
    "account": "A0001",
    "amount_fen": "100000.00",
    "application": 1,
    "behaviour": "manipulation",
    "beyond_cap": False,
    "carried_fen": "0.00",
    "carried_tonnes": 0,
    "case": 0,
    "cause": "technical_failure",
    "colour": True,
    "content": {},
    "copies": 1,
    "data_declared_true": True,
    "day": "2026-03-02",
    "dialogue": 1,
    "digest": "0" * 64,
    "fact": "payment",
    "field": "risk_disclosure",
    "hand_signed": False,
    "instrument": "CEA",
    "instruments": ["CEA"],
    "kind": "enterprise",
    "listing": 1,
    "listing_day": "2026-03-03",
    "mail": "desk@example.com",
    "market": "cea",
    "material": "business_licence",
    "measure": "written_warning",
    "measure_no": 1,
    "media_type": "application/pdf",
    "method": "listed",
    "mobile": "13800138000",
    "notice": "2026-001",
    "offer": 1,
    "operator": "A0001-desk",
    "opinion": "材料齐备",
    "pack": "cea_shanghai",
    "pages": 1,
    "parameter": "listed_fee_ppm",
    "parties": {},
    "party": "seller",
    "participant": "样例公司 Sample Ltd",
    "permissions": ["query"],
    "price_fen": "50.00",
    "product": "CEA",
    "project": "P1",
    "proposal": 1,
    "quantity_tonnes": 100,
    "reason": "an enquiry",
    "reasons": {},
    "reference": "2026-03-02/0001",
    "reference_fen": "50.00",
    "report": "R-2026-001",
    "role": "staff",
    "sets": 2,
    "side": "buy",
    "since": "2026-04-01",
    "size": 200_000,
    "source": "daily bulletin of 2026-03-02",
    "stamps": 1,
    "step": "closing",
    "terms": "",
    "text": "2026年3月3日起恢复交易。",
    "title": "公告",
    "trade": 1,
    "trade_no": "T-0001",
    "turnover_fen": "500000.00",
    "until_us": 0,
    "user": "li.si",
    "valid_until": "",
    "value": 5_000,
    "version": "1",
    "vintage": "2025",
    "whole": False,
}
_BY_TYPE: Final[dict[Any, Any]] = {str: "text", int: 1, bool: True, date: "2026-03-02", list: []}


def example_of(field: msgspec.structs.FieldInfo) -> Any:
    """An example of a command's field, in the wire's form."""
    for meta in getattr(field.type, "__metadata__", ()):
        if getattr(meta, "examples", None):
            return meta.examples[0]
    if field.name in BY_FIELD:
        return BY_FIELD[field.name]
    if field.name.endswith("_fen"):
        return "50.00"
    plain = getattr(field.type, "__origin__", field.type)
    return _BY_TYPE.get(get_origin(field.type) or plain, _BY_TYPE.get(plain))


def example(command: type[Command]) -> dict[str, Any]:
    """A whole command as it is sent, with an example of each of its fields."""
    names = wire_names(command)
    return {names[field.name]: example_of(field) for field in msgspec.structs.fields(command)}
