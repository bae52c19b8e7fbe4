"""The wire: two ways of reading with one outcome, and what is told reads back exactly."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.helpers import CALENDAR, FIRST, PACK_OF, venue
from kernel.odd_pack import pack
from tanpan.amendments import ChangeParameter
from tanpan.driver import answer_from, answer_of
from tanpan.exchange import Exchange
from tanpan.listings import ListingPosted, PostListing, TakeListing
from tanpan.messages import STAFF, Command, Event, Record
from tanpan.packs import assemble, installed, load
from tanpan.personal import personal_fields, tokens_only
from tanpan.quantities import Fen
from tanpan.queries import QUERIES, ask
from tanpan.refusals import Refusal
from tanpan.trading_day import OpeningPrice
from tanpan.wire import (
    Malformed,
    command_from,
    encode_answer,
    fields_of,
    prepare,
    reader,
    record_from,
    teller,
    told,
    told_details,
    untold,
    untold_struct,
    wire_names,
)


class Everything(Command, frozen=True, tag="odd.everything"):
    """A field of every kind a pack may think of."""

    roles: ClassVar = (STAFF,)
    side: Literal["buy", "sell"]
    day: date | None
    limits: Annotated[int, msgspec.Meta(ge=0)]
    pairs: list[tuple[int, str]]
    note: str | None = None
    word: Annotated[str, msgspec.Meta(max_length=3)] = "one"
    plain: str = "two"
    largest_fen: int | None = None
    own: dict[str, Any] = msgspec.field(default_factory=dict)


class Named(Command, frozen=True, tag="odd.named", kw_only=True):
    """A command whose fields have no order."""

    note: str = ""
    price_fen: int


SHORT = settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(SHORT, max_examples=2_000, derandomize=False)


class Happened(Event, frozen=True, tag="odd.happened"):
    """A field of every kind a pack may think of."""

    amount_fen: int | None
    amounts_fen: list[int]
    weight_tonnes: Annotated[int, msgspec.Meta(title="tonnes")]
    amount: Fen
    price: OpeningPrice | None
    prices: dict[str, list[OpeningPrice]]
    pair: tuple[OpeningPrice, ...]
    side: Literal["buy", "sell"]


EXCHANGE = Exchange("wire", assemble([*load(installed()), pack()]), CALENDAR)
COMMANDS: tuple[type[Command], ...] = (*EXCHANGE.command_types.values(), Everything, Named)
EVENTS = {**EXCHANGE.event_types, "odd.happened": Happened}

# --- reading ---------------------------------------------------------------------------------------

INT64 = st.integers(-(2**63), 2**63 - 1)
YUAN = st.one_of(
    st.decimals(-(10**15), 10**16, places=2).map(str),
    st.from_regex(r"\s?-?[0-9]{0,16}(\.[0-9]{0,3})?\s?", fullmatch=True),
    st.sampled_from(
        ["50.00", "50", "50.5", "1,234.50", "50 元/吨", "50 CNY/t", "50美元", "50 USD", ".50", "٥.٠٠"]
    ),
)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**18, 10**18 - 1, 1 - 10**18, 10**400]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(
        ["", " ", "a,b", "[1]", '["a"]', "true", "5", " 7 ", "2026-03-03", "2026-3-3", "buy", "\ud800"]
    ),
    st.recursive(
        st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ),
    YUAN,
)


def well(name: str, kind: Any) -> st.SearchStrategy[Any]:
    """What a field of a command is mostly said to be."""
    if name.endswith("_fen"):
        return YUAN
    if name.endswith("_tonnes"):
        return st.integers(-(10**18) - 1, 10**18 + 1) | st.integers(1, 10**6).map(str)
    texts = {str: st.text(), int: INT64, bool: st.booleans(), date: st.dates().map(date.isoformat)}
    return texts.get(kind, st.lists(st.text(), max_size=3) if kind == list[str] else ODD)


@st.composite
def said(draw: st.DrawFn, kind: type[Command]) -> dict[str, Any]:
    """Fields somebody might send: mostly of their form, some missing, some odd, some unknown."""
    names = wire_names(kind)
    fields = {names[one.name]: draw(well(one.name, one.type)) for one in msgspec.structs.fields(kind)}
    words = st.sampled_from([*fields] or ["none"])
    for word in draw(st.lists(words, max_size=2)):
        fields.pop(word, None)
    fields |= draw(st.dictionaries(words | st.text(st.characters(exclude_categories=())), ODD, max_size=1))
    order: list[str] = draw(st.permutations([*fields]))
    return {word: fields[word] for word in order}


def outcome(read: Callable[[], Command]) -> Any:
    """A command, or what refuses it."""
    try:
        return read()
    except Refusal as refusal:
        return refusal.code, refusal.clause, refusal.details


def as_ever(kind: type[Command], fields: dict[str, Any]) -> Command:
    """The one reading there is without JSON."""
    tokens_only(kind, fields)
    return command_from(kind, fields)


def agrees(kind: type[Command], fields: dict[str, Any]) -> None:
    """Assert that a body is read as its fields are, where JSON can say them."""
    expected = outcome(lambda: as_ever(kind, fields))
    for body in (
        json.dumps(fields).encode(),
        json.dumps(fields, ensure_ascii=False).encode("utf-8", "ignore"),
    ):
        if fields_of(body) == fields:
            assert outcome(lambda: reader(kind)(body)) == expected  # noqa: B023 - called at once
            assert outcome(lambda: reader(kind)(msgspec.Raw(body))) == expected  # noqa: B023


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
@SHORT
@given(data=st.data())
def test_a_body_is_read_as_its_fields_are(kind: type[Command], data: st.DataObject) -> None:
    agrees(kind, data.draw(said(kind)))


@pytest.mark.soak
@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
@LONG
@given(data=st.data())
def test_a_body_is_read_as_its_fields_are_long(kind: type[Command], data: st.DataObject) -> None:
    agrees(kind, data.draw(said(kind)))


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
@SHORT
@given(data=st.data())
def test_a_command_reads_back_as_it_was_said(kind: type[Command], data: st.DataObject) -> None:
    if (
        personal_fields(kind)
        or kind is Everything
        or any(one.type is Any for one in msgspec.structs.fields(kind))
    ):
        return
    command = data.draw(st.builds(kind, **{one.name: kept(one) for one in msgspec.structs.fields(kind)}))
    assert reader(kind)(msgspec.json.encode(told_command(command))) == command


def kept(field: Any) -> st.SearchStrategy[Any]:
    """A value of a command's field that no reading would take for nothing said."""
    if field.name.endswith("_fen"):
        return st.integers(-(10**17) + 1, 10**17 - 1)
    if field.name.endswith("_tonnes"):
        return st.integers(-(10**18) + 1, 10**18 - 1)
    bare = field.type.__origin__ if hasattr(field.type, "__metadata__") else field.type
    return st.text(min_size=1) if bare is str else values_of(field.type)


def told_command(command: Command) -> dict[str, Any]:
    """A command's fields, as its sender would write them."""
    written: dict[str, Any] = told({name: getattr(command, name) for name in command.__struct_fields__})
    return written


POSTED = '{"account":"A-1","instrument":"X","side":"buy","price":"50.25","quantity":7}'


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('"50.25"', "50.25", "BAD_PRICE_TICK"),
        ('"50.25"', "5025", "BAD_PRICE_TICK"),
        ('"50.25"', "1e400", ""),
        ('"50.25"', '"50.255"', "BAD_PRICE_TICK"),
        ('"50.25"', '"50.25 USD"', "BAD_UNIT"),
        ('"50.25"', '""', "FIELD_MISSING"),
        (":7", ":7.0", "BAD_QUANTITY"),
        (":7", ":7e0", "BAD_QUANTITY"),
        (":7", ":true", "BAD_QUANTITY"),
        (":7", ":null", "FIELD_MISSING"),
        (":7", f":1{'0' * 30}", "BAD_FIELD"),
        ('"A-1"', '"\\ud800"', "BAD_FIELD"),
        ('"A-1"', '""', "FIELD_MISSING"),
        ('"A-1"', "[" * 40 + "]" * 40, "BAD_FIELD"),
        ('"side"', '"Side"', "BAD_FIELD"),
    ],
)
def test_what_is_not_of_its_form_is_refused(before: str, after: str, code: str) -> None:
    body = POSTED.replace(before, after, 1).encode()
    with pytest.raises(Refusal if code else Malformed) as refused:
        reader(PostListing)(body)
    if code:
        assert isinstance(refused.value, Refusal)
        assert refused.value.code == code
        msgspec.json.encode(told_details(refused.value))


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"{", b"[]", b"null", b'"{}"', b"7", b"{}x", b"{} {}", b'{"account":NaN}'),
        *(
            b'{"account":"\xff"}',
            b'{"account":"\xed\xa0\x80"}',
            b'\xef\xbb\xbf{"account":"A-1"}',
            b"{'account':1}",
        ),
        *(b'{"account":' + b"[" * 100_000, b'{"account":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        *(b'{"account":"A-1",}', b'{"account":"a\nb"}', b'{"account":' + b"9" * 5_000 + b"}"),
    ],
    ids=lambda body: repr(body[:20]),
)
@pytest.mark.parametrize("kind", [PostListing, ChangeParameter])
def test_what_is_no_json_object_is_malformed(kind: type[Command], body: bytes) -> None:
    with pytest.raises(Malformed):
        reader(kind)(body)


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 40 + "]" * 40])
def test_what_is_nested_too_deeply_in_a_text_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="BAD_FIELD"):
        command_from(ChangeParameter, {"value": text} | dict.fromkeys(("market", "parameter"), "a"))


def test_the_last_one_counts_where_a_name_stands_twice() -> None:
    body = POSTED.replace('{"account"', '{"price":"1.00","account"').encode()
    assert reader(PostListing)(body).price_fen == 5025  # type: ignore[attr-defined]


def test_what_is_not_said_is_the_commands_own_default() -> None:
    body = b'{"account":"A-1","instrument":"X","side":"buy","quantity":7,"listing":3}'
    assert reader(TakeListing)(body) == TakeListing("A-1", "X", "buy", 7, listing=3)


def test_a_choice_is_read_from_text() -> None:
    fields = {"side": "buy", "day": "2026-03-03", "limits": "5", "pairs": '[[1, "a"]]', "note": "7"}
    assert command_from(Everything, fields) == Everything("buy", FIRST, 5, [(1, "a")], "7")


def test_the_clause_is_cited_whatever_the_way() -> None:
    here = venue("ccer").exchange
    fields = {"account": "Alpha", "instrument": "X", "side": "buy", "price": "50.005", "quantity": 1}
    refusals = []
    for read in (
        lambda: here.read("core.post_listing", fields),
        lambda: here.read_json("core.post_listing", json.dumps(fields).encode()),
    ):
        with pytest.raises(Refusal) as refused:
            read()
        refusals.append((refused.value.code, refused.value.clause, refused.value.details))
    assert refusals[0] == refusals[1]
    with pytest.raises(Refusal, match="UNKNOWN_COMMAND"):
        here.read_json("core.nothing", b"{}")


@pytest.mark.parametrize("field", ["market", "instrument", "listing"])
@pytest.mark.parametrize("value", [[], {}, [1], {"a": 1}])
def test_what_the_clause_hangs_on_may_be_of_any_form(field: str, value: Any) -> None:
    with pytest.raises(Refusal, match="BAD_FIELD"):
        EXCHANGE.read_json("core.post_listing", json.dumps({field: value, "unknown": 1}).encode())


# --- telling ---------------------------------------------------------------------------------------

PLAIN = st.recursive(
    st.none() | st.booleans() | INT64 | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that the journal holds."""
    if hasattr(kind, "__metadata__"):
        return values_of(kind.__origin__)
    simple = {
        int: INT64,
        str: st.text(),
        bool: st.booleans(),
        date: st.dates(),
        bytes: st.binary(),
        Any: PLAIN,
    }
    if kind in simple:
        return simple[kind]
    if get_origin(kind) is list:
        return st.lists(values_of(get_args(kind)[0]), max_size=3)
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        if rest == [...]:
            return st.lists(values_of(first), max_size=3).map(tuple)
        return st.tuples(*map(values_of, get_args(kind)))
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is UnionType:
        return st.none() | values_of(get_args(kind)[0])
    if get_origin(kind) is dict:
        return st.dictionaries(st.text(), values_of(get_args(kind)[1]), max_size=3)
    assert issubclass(kind, msgspec.Struct), f"a value of {kind} is told in no way yet"
    return st.builds(kind, **{one.name: values_of(one.type) for one in msgspec.structs.fields(kind)})


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.__name__)
@SHORT
@given(data=st.data())
def test_an_event_reads_back_as_it_was_told(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(values_of(kind))
    row = msgspec.json.decode(msgspec.json.encode(teller(kind)(event)))
    assert list(row)[1:] == list(wire_names(kind).values())
    assert untold_struct(kind, row) == event
    record: Any = Record(7, 1_772_413_200_000_000, "one", "Alpha", "", "api", msgspec.Raw(b""), [event])
    body = encode_answer(record)
    assert list(json.loads(body)) == ["seq", "at", "request_id", "events"]
    assert record_from(body, EVENTS).events == [event]
    assert answer_from(body, EVENTS) == answer_of(record)


def test_what_can_not_be_told_is_known_beforehand() -> None:
    prepare(COMMANDS, EVENTS.values())
    unspeakable = msgspec.defstruct("Unspeakable", [("event", str)], bases=(Event,), tag="odd.unspeakable")
    with pytest.raises(ValueError, match="event"):
        prepare((), [unspeakable])


def test_an_answer_is_told_in_yuan_and_tonnes() -> None:
    event = ListingPosted(3, "甲", "CEA", True, 5_000, 7, 2, 5, "")
    record: Any = Record(12, 1_772_413_200_000_000, "r-1", "a", "b", "api", msgspec.Raw(b""), [event])
    assert encode_answer(record).decode() == (
        '{"seq":12,"at":1772413200000000,"request_id":"r-1","events":[{"event":"core.listing_posted",'
        '"listing":3,"account":"甲","instrument":"CEA","buy":true,"price":"50.00","quantity":7,"resting":2,'
        '"frozen":"0.05","trade_no":""}]}'
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"price_fen": 5_000, "quantity_tonnes": 7}, {"price": "50.00", "quantity": 7}),
        ({"balance_fen": -5, "at_us": 1, "ppm": 3}, {"balance": "-0.05", "at_us": 1, "ppm": 3}),
        ({"frozen_fen": 1, "frozen_tonnes": 2}, {"frozen_yuan": "0.01", "frozen_tonnes": 2}),
        ({"frozen": "yes", "frozen_fen": 1}, {"frozen": "yes", "frozen_yuan": "0.01"}),
        ({"mean_fen": None, "low_fen": 0}, {"mean": None, "low": "0.00"}),
        (
            {"bids": [{"price_fen": 1, "listings": [[1, 2]]}]},
            {"bids": [{"price": "0.01", "listings": [[1, 2]]}]},
        ),
        ({"day": FIRST, "held": ({"rest_tonnes": 1},)}, {"day": "2026-03-03", "held": [{"rest": 1}]}),
    ],
)
def test_rows_are_told_without_units_where_no_two_share_a_name(row: Any, words: Any) -> None:
    assert told(row) == words
    assert told([row]) == [words]


NUMBERS = ("price_fen", "quantity_tonnes", "rest_tonnes", "mean_fen", "frozen_fen", "frozen_tonnes")
ROWS = st.recursive(
    st.fixed_dictionaries({}, optional=dict.fromkeys(NUMBERS, INT64) | {"title": st.text(), "at_us": INT64}),
    lambda rows: st.fixed_dictionaries({"rows": st.lists(rows, max_size=3)}, optional={"price_fen": INT64}),
    max_leaves=5,
)


@SHORT
@given(ROWS)
def test_a_row_reads_back_as_it_was_told(row: Any) -> None:
    assert untold(json.loads(json.dumps(told([row]))), [*NUMBERS, "title", "at_us", "rows"]) == [row]


@pytest.mark.parametrize("market", PACK_OF)
def test_every_query_reads_back_as_it_was_told(market: str) -> None:
    here = venue(market)
    here.post("Alpha", "X", "sell", 5_000, 3)
    admin = here.exchange.actor("admin")
    for query in QUERIES.values():
        if admin.role in query.readers:
            rows = ask(here.exchange, query, admin, {})
            assert untold(json.loads(json.dumps(told(rows))), names_in(rows)) == rows


def names_in(value: Any) -> set[str]:
    """The names of all fields in rows."""
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    return set(value).union(*map(names_in, value.values())) if isinstance(value, Mapping) else set()


def test_what_decided_a_refusal_is_told_like_everything_else() -> None:
    refusal = Refusal("NONE", price_fen=5_001, day=FIRST, known=["a"], rest_tonnes=0, what=ValueError("x"))
    assert told_details(refusal) == {
        "price": "50.01",
        "day": "2026-03-03",
        "known": ["a"],
        "rest": 0,
        "what": "x",
    }
