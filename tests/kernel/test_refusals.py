"""Refusals told to people: every word of them in the reader's language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tanpan
from tanpan.detail_words import told_key
from tanpan.refusals import Refusal, unitless

ROOT = Path(tanpan.__file__).parents[2]
TOLD = ("Refusal", "Objection", "Problem")
IN_THE_HEAD = {"allow"}
"""What a problem tells in the answer's head."""


def details() -> Iterator[tuple[str, str]]:
    """The keys of every refusal in the sources, each with where it stands."""
    for folder in ("core", "plugins", "adapters"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TOLD:
                    for keyword in node.keywords:
                        if keyword.arg is not None and keyword.arg not in IN_THE_HEAD:
                            yield keyword.arg, f"{path.name}:{node.lineno}"


def test_every_detail_of_a_refusal_has_a_chinese_word() -> None:
    found = list(details())
    assert len(found) > 100
    assert [(key, where) for key, where in found if told_key(key, unitless(key), "zh").isascii()] == []


def test_what_an_application_is_about_is_told_by_its_title() -> None:
    refusal = Refusal("DOC_MISSING", document="licence_copy", party="buyer")
    refusal.titles = {"document": ("营业执照", "business licence"), "party": ("买方", "the buyer")}
    assert refusal.text("zh") == "DOC_MISSING: 缺少材料；材料 营业执照（licence_copy）；当事方 买方（buyer）"
    assert refusal.text("en").endswith("; document business licence (licence_copy); party the buyer (buyer)")


def test_a_refusal_reads_in_one_language() -> None:
    refusal = Refusal("PRICE_OUT_OF_BAND", "Q27", price_fen=9_460, reference_fen=8_500)
    assert refusal.text("zh") == "PRICE_OUT_OF_BAND: 价格超出涨跌幅；价格 94.60 元；基准价 85.00 元 [Q27]"
    assert refusal.text("en") == (
        "PRICE_OUT_OF_BAND: the price is outside its band; price 94.60 yuan; reference 85.00 yuan [Q27]"
    )


def test_what_is_empty_is_not_told() -> None:
    assert (
        Refusal("BAD_FIELD", field="limit", known=[]).text()
        == "BAD_FIELD: a field is not of its form; field limit"
    )
