"""Personal fields: what a good one is, and that nothing but a token gets beyond the door."""

from __future__ import annotations

from typing import ClassVar

import pytest

from kernel.helpers import ACCOUNTS, CALENDAR, MAIL, MOBILE, Venue
from tanpan.driver import KernelDriver
from tanpan.messages import STAFF, Command
from tanpan.parties import AddOperator, ModifyOperator, OpenAccount
from tanpan.personal import (
    KINDS,
    IdentityNumber,
    Mail,
    PostalAddress,
    check,
    is_token,
    personal_fields,
    shown,
    token,
)
from tanpan.refusals import Refusal

GOOD = {
    "mail": ["desk@example.com", "a.b+c@mail.example.com.cn", " desk@example.com "],
    "mobile": ["13800138000", " 19912345678 "],
    "address": ["北京市通州区样例路1号", "1 Sample Road, Shanghai"],
    "identity": ["11010519491231002X", "11010519491231002x", "440524188001010014"],
}
BAD = {
    "mail": ["", "desk", "desk@", "@example.com", "a b@example.com", "a@b", "a..b@example.com", "x@-a.com"],
    "mobile": ["", "1380013800", "138001380001", "12800138000", "+8613800138000", "１３８００１３８０００"],
    "address": ["", "road", "x" * 201, "北京市\n通州区样例路1号"],
    "identity": ["", "110105194912310021", "11010519491331002X", "11010519491231002", "01010519491231002X"],
}


class Form(Command, frozen=True, tag="odd.form"):
    """A form with personal fields."""

    roles: ClassVar = (STAFF,)
    name: str
    mail: Mail
    address: PostalAddress = ""
    number: IdentityNumber = ""


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in GOOD.items() for text in texts])
def test_a_good_one_is_kept_without_the_spaces_around_it(kind: str, text: str) -> None:
    clear = check(kind, text)
    assert clear == (text.strip().upper() if kind == "identity" else text.strip())
    made = token(kind, "x" * 22, clear)
    assert is_token(kind, made)
    assert clear not in made
    assert not any(is_token(other, made) for other in KINDS if other != kind)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in BAD.items() for text in texts])
def test_a_bad_one_is_refused_and_not_repeated(kind: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(kind, text)
    assert refused.value.code == KINDS[kind].code
    assert refused.value.details == {"field": kind}


@pytest.mark.parametrize(
    "value", [None, 13800138000, ["desk@example.com"], "desk@example.com\r\nBcc: x@y.cn"]
)
def test_what_is_no_text_or_hides_a_line_is_refused(value: object) -> None:
    for kind in KINDS:
        with pytest.raises(Refusal, match=KINDS[kind].code):
            check(kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "desk@example.com",
        "mail:desk:d***@example.com",
        "mail:desk@example.com-0000000000:d***",
        "mail:0123456789012345678901:desk@example.com",
        f"{MAIL} ",
        f"{MAIL}:more",
        MOBILE,
        "mail:0123456789012345678901:",
    ],
)
def test_only_a_token_of_its_kind_is_one(text: str) -> None:
    assert not is_token("mail", text)


def test_the_mask_is_what_may_be_shown() -> None:
    assert (shown(MAIL), shown(MOBILE), shown("")) == ("d***@example.com", "138****8000", "")


def test_the_personal_fields_of_a_command_are_found_by_their_types() -> None:
    assert personal_fields(AddOperator) == {"mail": "mail", "mobile": "mobile"}
    assert personal_fields(Form) == {"mail": "mail", "address": "address", "number": "identity"}


@pytest.mark.parametrize("value", ["desk@example.com", MOBILE, ["desk@example.com"], 7, True])
def test_what_is_read_holds_tokens_only_and_the_refusal_does_not_repeat_it(value: object) -> None:
    exchange = Venue("neutral_market").exchange
    with pytest.raises(Refusal, match="BAD_FIELD") as refused:
        exchange.read("core.add_operator", {"account": "Alpha", "operator": "x", "mail": value})
    assert str(value) not in str(refused.value.details)
    assert exchange.read("core.add_operator", {"account": "Alpha", "operator": "x", "mail": MAIL}) == (
        AddOperator("Alpha", "x", mail=MAIL)
    )


@pytest.mark.parametrize(
    "command",
    [
        AddOperator("Alpha", "Alpha-2", ["trade"], "desk@example.com"),
        AddOperator("Alpha", "Alpha-2", ["trade"], MOBILE),
        ModifyOperator("Alpha", "Alpha", mobile="13800138000"),
    ],
)
def test_a_command_built_by_hand_holds_tokens_only(command: Command) -> None:
    venue = Venue("neutral_market").people()
    assert venue.refusal("Alpha", command) == "BAD_FIELD"


def test_the_first_operator_of_an_account_has_a_mail_address_too() -> None:
    venue = Venue("neutral_market")
    opened = venue.send("admin", OpenAccount("A", "A Ltd", "enterprise", "a", True, MAIL, MOBILE))
    assert (opened.events[1].mail, opened.events[1].mobile) == (MAIL, MOBILE)
    assert venue.exchange.actor("a").mail == MAIL


def test_what_is_left_out_of_a_modification_stays() -> None:
    venue = Venue("neutral_market").people(accounts=ACCOUNTS[:1])
    venue.send("Alpha", ModifyOperator("Alpha", "Alpha", MAIL, MOBILE))
    other = token("mail", "another-token-of-the-tests", "other@example.com")
    venue.send("admin", ModifyOperator("Alpha", "Alpha", other))
    assert (venue.exchange.actor("Alpha").mail, venue.exchange.actor("Alpha").mobile) == (other, MOBILE)
    again = venue.fresh()
    again.restore(venue.exchange.snapshot())
    assert again.actor("Alpha").mail == other
    assert again.state_hash() == venue.exchange.state_hash()


def test_nothing_that_is_kept_holds_the_clear_text() -> None:
    driver = KernelDriver(["neutral_market"], CALENDAR, Venue("neutral_market").exchange.now)
    operator = {"account": "A", "operator": "a-2", "mail": "desk@example.com", "mobile": "13800138000"}
    account = {
        "account": "A",
        "participant": "A Ltd",
        "kind": "x",
        "operator": "a",
        "data_declared_true": True,
    }
    driver.send("admin", "core.open_account", account)
    answer = driver.send("a", "core.add_operator", operator)
    with pytest.raises(Refusal, match="BAD_MOBILE"):
        driver.send("a", "core.modify_operator", operator | {"mobile": "0000000000077"})
    kept = driver.exchange.encode_records(driver.records) + driver.exchange.snapshot()
    views = str([driver._projector.tables.rows(view, {}) for view in driver._views.values()])
    for clear in ("desk@example.com", "13800138000", "0000000000077"):
        assert clear.encode() not in kept
        assert clear not in views + str(answer)
    assert sorted(driver.vault.clear.values()) == ["13800138000", "desk@example.com"]
    assert answer.events[0]["mail"].encode() in kept
