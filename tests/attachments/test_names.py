"""Names as people see them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpan_adapters.attachments.names import LONGEST, cleaned, disposition


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("身份证.jpg", "身份证.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\photo.png", "photo.png"),
        ("/absolute/a.pdf", "a.pdf"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie_ x.png"),
        ("cod\u202egnp.exe", "codgnp.exe"),
        ("zero\u200bwidth\ufeff.png", "zerowidth.png"),
        ("", "file"),
        ("...", "file"),
        (".png", "file.png"),
        ("con.png", "_con.png"),
        ("a  \t b .png", "a b.png"),
        ("x" * 500 + ".jpeg", "x" * (LONGEST - 5) + ".jpeg"),
        ('a"b<c>;d.png', "a_b_c__d.png"),
        ("e\u0301.png", "\xe9.png"),
    ],
)
def test_a_name_keeps_what_can_be_trusted(given_name: str, kept: str) -> None:
    assert cleaned(given_name) == kept


@given(st.text(max_size=300))
def test_no_name_deceives_or_breaks_a_head(text: str) -> None:
    name = cleaned(text)
    assert name and len(name) <= LONGEST and cleaned(name) == name
    assert not set(name) & set('/\\<>:"|?*\r\n\0')
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in name)
    head = disposition(name)
    assert head.isascii() and head.count('"') == 2 and "\n" not in head
