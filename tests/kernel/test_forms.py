"""Forms: check characters against the standards' own examples and against another way to compute them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.helpers import CALENDAR
from kernel.scripted_applications import FIRST_ID, digest, identity
from tanpan.exchange import Exchange
from tanpan.forms import checked, filled, is_credit_code, objections
from tanpan.kinds import (
    BOOL,
    CHOICE,
    CONSENT,
    CREDIT_CODE,
    DATE,
    PERCENT,
    ROWS,
    TEXT,
    WHOLE,
    YUAN,
    Choice,
    Field,
    Kind,
    hundredths_in,
    personal_names,
)
from tanpan.packs import assemble
from tanpan.personal import check, fingerprint, swap_form, token
from tanpan.refusals import Refusal

NOBODY = Exchange("nobody", assemble([]), CALENDAR)
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""Of GB 32100-2015, table 2, as it is printed."""


def credit_code(body: str) -> str:
    """A body of seventeen characters with its check character, by the standard's table."""
    rest = 31 - sum(weight * LETTERS.index(letter) for weight, letter in zip(WEIGHTS, body, strict=True)) % 31
    return body + LETTERS[0 if rest == 31 else rest]


def identity_number(body: str) -> str:
    """A body of seventeen digits with its check character, by the recurrence of ISO 7064 (MOD 11-2)."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - remainder) % 11]


def test_the_standards_own_examples_are_good() -> None:
    assert is_credit_code("91350100M000100Y43")
    assert credit_code("91350100M000100Y4") == "91350100M000100Y43"
    for number in ("11010519491231002X", "440524188001010014"):
        assert check("identity", number) == number == identity_number(number[:-1])


BODIES = st.builds(
    "{}{}{}".format,
    st.text(LETTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(LETTERS, min_size=9, max_size=9),
)


@given(BODIES, st.sampled_from(LETTERS))
def test_a_credit_code_has_one_check_character(body: str, other: str) -> None:
    code = credit_code(body)
    assert is_credit_code(code)
    assert is_credit_code(body + other) is (body + other == code)


@given(BODIES, st.integers(0, 16), st.sampled_from(LETTERS))
def test_one_wrong_character_of_a_credit_code_is_seen(body: str, place: int, other: str) -> None:
    code = credit_code(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_credit_code(wrong) is (wrong == code)


@given(
    st.dates(date(1900, 1, 1)),
    st.integers(110000, 659999),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
def test_an_identity_number_has_one_check_character(day, place: int, order: int, other: str) -> None:
    number = identity_number(f"{place}{day:%Y%m%d}{order:03d}")
    assert check("identity", number) == number
    if number[:-1] + other != number:
        with pytest.raises(Refusal, match="BAD_IDENTITY_NUMBER"):
            check("identity", number[:-1] + other)


@pytest.mark.parametrize(
    ("shape", "value", "kept"),
    [
        (TEXT, "  Alpha Ltd ", "Alpha Ltd"),
        (WHOLE, " 12 ", 12),
        (WHOLE, 12, 12),
        (YUAN, "1,000,000", "1000000.00"),
        (PERCENT, " 12.5 ", "12.50"),
        (PERCENT, "130", "130.00"),
        (PERCENT, "-0.05", "-0.05"),
        (DATE, "2024-02-29", "2024-02-29"),
        (BOOL, "False", False),
        (BOOL, True, True),
        (CREDIT_CODE, " 91350100m000100y43 ", "91350100M000100Y43"),
    ],
)
def test_a_value_is_kept_in_one_form(shape: str, value: object, kept: object) -> None:
    assert checked(Field("f", "字段", "field", shape), value) == kept


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        *((TEXT, value) for value in (5, ["x"], "a\nb", "x" * 201)),
        *((WHOLE, value) for value in (True, 1.5, "1.5", "1e3", [1], 10**19)),
        *((YUAN, value) for value in (5, "5.001", "5 元", "-", {"a": 1})),
        *((PERCENT, value) for value in (5, 1.5, "1.005", "5%", "5 %", "", [5])),
        *((DATE, value) for value in (20260302, "2026-2-3x", "2025-02-29", None)),
        *((BOOL, value) for value in (1, 0, "yes", [])),
        ("identity", FIRST_ID),
        ("identity", token("mail", "a" * 20, "li@example.com")),
    ],
)
def test_what_is_not_of_its_shape_is_refused_and_not_repeated(shape: str, value: object) -> None:
    with pytest.raises(Refusal, match="BAD_FIELD") as refused:
        checked(Field("f", "字段", "field", shape), value)
    assert FIRST_ID not in str(refused.value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=3))
def test_whatever_is_said_is_kept_or_refused(value: object) -> None:
    form = [
        Field("a", "甲", "a", WHOLE),
        Field("b", "乙", "b", CHOICE, choices=(Choice("x", "某", "x"),)),
        Field("c", "丙", "c", "mobile"),
    ]
    for one in form:
        try:
            filled(form, {one.name: value})
        except Refusal as refusal:
            assert refusal.code == "BAD_FIELD"


def test_what_is_repeated_is_compared_by_its_fingerprint() -> None:
    form = [Field("a", "甲", "a", "identity"), Field("b", "乙", "b", "identity", same_as="a")]
    other = token("identity", "of-another-person-here", FIRST_ID, digest(FIRST_ID)[:32])
    assert not list(objections(form, {"a": identity(FIRST_ID), "b": other}, NOBODY))
    wrong = {"a": identity(FIRST_ID), "b": identity("440524188001010014")}
    assert [one.code for one in objections(form, wrong, NOBODY)] == ["DOUBLE_ENTRY_MISMATCH"]
    assert fingerprint(identity(FIRST_ID)) == fingerprint(other)


def test_an_address_has_four_parts_said_as_one_text_or_as_four() -> None:
    parts = ["湖北省", "武汉市", "江夏区", "样例路1号/2栋"]
    assert check("place", parts) == check("place", "/".join(parts)) == "湖北省/武汉市/江夏区/样例路1号/2栋"
    for wrong in (parts[:3], [*parts[:3], " "], "湖北省武汉市江夏区", ["", *parts[1:]], [1, 2, 3, 4]):
        with pytest.raises(Refusal, match="ADDRESS_INCOMPLETE"):
            check("place", wrong)


def test_a_name_is_personal_in_one_way_or_not_at_all() -> None:
    one = Kind("a.one", "一", "one", form=(Field("number", "号码", "number", "identity"),))
    other = Kind("a.other", "二", "other", form=(Field("number", "号码", "number", "mobile"),))
    plain = Kind("a.plain", "三", "plain", form=(Field("number", "号码", "number"),))
    assert personal_names([one, one]) == {"number": "identity"}
    for kinds in ([one, other], [one, plain], [plain, one]):
        with pytest.raises(ValueError, match="number"):
            personal_names(kinds)


def test_a_declaration_that_makes_no_sense_is_not_made() -> None:
    for wrong in ({"shape": "colour"}, {"shape": CHOICE}, {"shape": CONSENT}, {"version": "1"}):
        with pytest.raises(ValueError, match="field"):
            Field("f", "字段", "field", **wrong)


def test_a_ratio_is_read_in_hundredths_of_a_per_cent_and_kept_within_its_limits() -> None:
    field = Field("ratio", "比例", "ratio", PERCENT, least=0, most=10_000)
    content = {"ratio": checked(field, "66.6")}
    assert (hundredths_in(content, "ratio"), hundredths_in({}, "ratio")) == (6_660, 0)
    assert checked(field, "100") == "100.00"
    for wrong in ("100.01", "-0.01"):
        with pytest.raises(Refusal, match="BAD_FIELD"):
            checked(field, wrong)


LOTS = Field(
    "lots",
    "清单",
    "lots",
    ROWS,
    form=(
        Field("code", "代码", "code"),
        Field("tonnes", "数量", "tonnes", WHOLE, least=1),
        Field("ratio", "比例", "ratio", PERCENT, required=False),
        Field(
            "reason", "原因", "reason", needed=lambda row: row.get("ratio", "") == "0.00", code="DOC_MISSING"
        ),
    ),
)


@pytest.mark.parametrize(
    "said",
    [
        [{"ratio": "5", "tonnes": "30", "code": " A ", "reason": ""}, {"tonnes": 1, "code": "B"}],
        '[{"tonnes": 30, "code": "A", "ratio": "5.0"}, {"code": "B", "tonnes": "1", "ratio": null}]',
    ],
)
def test_a_table_is_kept_row_by_row_in_the_order_of_its_fields_however_it_is_said(said: object) -> None:
    kept = filled([LOTS], {"lots": said})["lots"]
    assert kept == [{"code": "A", "tonnes": 30, "ratio": "5.00"}, {"code": "B", "tonnes": 1}]
    assert [list(row) for row in kept] == [["code", "tonnes", "ratio"], ["code", "tonnes"]]


@pytest.mark.parametrize("said", [[], "[]", "", None])
def test_a_table_without_a_row_is_not_filled_in(said: object) -> None:
    content = filled([LOTS], {"lots": said})
    assert content == {"lots": ""}
    (objection,) = objections([LOTS], content, NOBODY)
    assert (objection.code, objection.details) == ("FIELD_MISSING", {"field": "lots"})


@pytest.mark.parametrize(
    ("said", "code", "why"),
    [
        ({"code": "A"}, "BAD_FIELD", "a list of rows is expected"),
        ("[{", "BAD_FIELD", "a list of rows is expected"),
        (7, "BAD_FIELD", "a list of rows is expected"),
        (["A"], "BAD_FIELD", "row 1: fields by their names are expected"),
        ([{}, {"tonnes": "x"}], "BAD_FIELD", "row 2, tonnes: a whole number is expected"),
        ([{"tonnes": 0}], "BAD_FIELD", f"row 1, tonnes: 1 to {10**18} is expected"),
        ([{"tons": 1}], "BAD_FIELD", "row 1, tons: one of these is expected: code, tonnes, ratio, reason"),
        ([{"reason": 5}], "DOC_MISSING", "row 1, reason: text is expected"),
        ([{"code": "A"}] * 21, "BAD_FIELD", "at most 20 rows are expected"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_by_row_and_field(said: object, code: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        filled([LOTS], {"lots": said})
    assert (refused.value.code, refused.value.details) == (code, {"field": "lots", "why": why})


def test_what_a_row_lacks_is_told_at_submission() -> None:
    content = filled([LOTS], {"lots": [{"code": "A", "tonnes": 1}, {"tonnes": 5, "ratio": "0"}, {}]})
    found = [(one.code, one.details) for one in objections([LOTS], content, NOBODY)]
    missing = [(2, "code"), (2, "reason"), (3, "code"), (3, "tonnes")]
    assert found == [
        ("FIELD_MISSING", {"field": "lots", "row": row, "missing": name}) for row, name in missing
    ]
    whole = filled([LOTS], {"lots": [{"code": "A", "tonnes": 1}]})
    assert not list(objections([LOTS], whole, NOBODY))


def test_a_table_has_as_many_rows_as_it_says() -> None:
    short = Field("f", "字段", "field", ROWS, form=(Field("a", "甲", "a"),), most=2)
    assert len(checked(short, [{"a": "1"}, {"a": "2"}])) == 2
    with pytest.raises(Refusal, match="at most 2 rows"):
        checked(short, [{}, {}, {}])


def test_a_table_of_what_is_personal_of_tables_or_of_consents_is_not_declared() -> None:
    inner = Field("inner", "内", "inner", ROWS, form=(Field("a", "甲", "a"),))
    consent = Field("agreed", "协议", "agreement", CONSENT, version="1")
    for form in ((Field("a", "甲", "a", "mobile"),), (inner,), (consent,), ()):
        with pytest.raises(ValueError, match="field"):
            Field("f", "字段", "field", ROWS, form=form)
    with pytest.raises(ValueError, match="field"):
        Field("f", "字段", "field", TEXT, form=(Field("a", "甲", "a"),))


def test_the_door_lets_a_table_through_as_it_is_said() -> None:
    said = {"lots": [{"code": "A"}]}
    assert swap_form(said, {"lots": ""}, lambda kind, text: "") == said


@pytest.mark.parametrize(
    "said",
    [
        "11010519491231002X",
        "甲某（身份证11010519491231002x）",
        [{"code": "A"}, {"code": "11010519491231002X"}],
        '[{"code": "11010519491231002X"}]',
    ],
)
def test_an_identity_number_in_another_field_goes_no_further_than_the_door(said: object) -> None:
    with pytest.raises(Refusal, match="BAD_FIELD") as refused:
        swap_form({"title": said}, {"title": ""}, lambda kind, text: "")
    assert refused.value.details["field"] == "title"
    assert "1949" not in str(refused.value.details)


@pytest.mark.parametrize(
    "said", ["110105194912310021", "911101051949123100", "a11010519491231002X", "[" * 900 + "]" * 900, 7]
)
def test_what_only_looks_like_an_identity_number_passes(said: object) -> None:
    assert swap_form({"title": said}, {"title": ""}, lambda kind, text: "") == {"title": said}


def test_the_door_names_the_field_and_never_the_text() -> None:
    with pytest.raises(Refusal, match="BAD_IDENTITY_NUMBER") as refused:
        swap_form({"id": "110105194912310021"}, {"id": "identity"}, lambda kind, text: "")
    assert refused.value.details == {"field": "id"}
