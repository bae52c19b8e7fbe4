"""A document of everything there is: long lines, a table, an operator's text, two who sign."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdf

from tanpan.documents import SEALED, Document, DocumentData, Line, Part, Signature, Table
from tanpan.kinds import BOOL, CHOICE, PERCENT, PLACE, ROWS, WHOLE, YUAN, Choice, Field, Kind, Party

NINE = 1_772_413_200_000_000
"""2 March 2026, 09:00 at the exchange."""

REPO = Kind(
    "a.repo",
    "回购",
    "repurchase",
    form=(
        Field("price", "价格", "price", YUAN),
        Field("ratio", "利率", "rate", PERCENT),
        Field("urgent", "加急", "urgent", BOOL),
        Field("sort", "类别", "sort", CHOICE, choices=(Choice("spot", "现货", "spot"),)),
        Field("where", "地址", "address", PLACE),
        Field("remark", "备注", "remark"),
        Field(
            "lots",
            "产品",
            "products",
            ROWS,
            form=(Field("code", "代码", "code"), Field("tonnes", "数量", "quantity", WHOLE)),
            most=100,
        ),
    ),
    parties=(Party("buyer", "买方", "buyer"), Party("seller", "卖方", "seller")),
)
LINES = (
    Line("价格（元/吨）", "price (yuan per tonne)", "price"),
    Line("利率", "rate", "ratio"),
    Line("加急", "urgent", "urgent"),
    Line("类别", "sort", "sort"),
    Line("通讯地址", "postal address", "where"),
    Line("备注", "remark", "remark"),
)
LOTS = Table(
    "产品明细",
    "products",
    (("code", "产品代码", "product code"), ("tonnes", "数量（吨）", "quantity (t)")),
    "lots",
)
CONTENT = {
    "price": "50.00",
    "ratio": "4.35",
    "urgent": True,
    "sort": "spot",
    "where": "北京市/北京市/东城区/某街一号/二层",
    "remark": "如约",
}


def paper(*more: Any, **other: Any) -> Document:
    """A document made from a repurchase; `more` are further parts."""
    said = {
        "kinds": ("a.repo",),
        "parts": (Part("基本信息", "basic information", LINES), *more),
        "signatures": (Signature("买方", "buyer", SEALED), Signature("卖方", "seller", SEALED)),
        "form_no": True,
        **other,
    }
    return Document("a.agreement", "回购交易协议", "Agreement on a repurchase", **said)


def data(content: dict[str, Any] | None = None, **other: Any) -> DocumentData:
    """What a repurchase holds."""
    said = {"number": 42, "kind": "a.repo", "parties": {"buyer": "A1", "seller": "B1"}, **other}
    names = {"exchange_zh": "样例交易所", "exchange_en": "Sample exchange", "digest": "ab" * 32}
    return DocumentData(content=CONTENT if content is None else content, **{**names, **said})


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """All the text, without the breaks of lines and what only says where they may be."""
    return re.sub(r"[\s\u200b]", "", "".join(pages_of(pdf)))


def close_up(text: str) -> str:
    """A text as `text_of` tells it."""
    return re.sub(r"\s", "", text)
