"""Codes that prove a place, on both databases: asked for, sent, tried, used up, forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import text

from identity.hands import BEIJING, MOBILE, Hands
from tanpan_adapters.identity import DAY, MINUTE, Objection
from tanpan_adapters.identity.settings import strictness
from tanpan_adapters.identity.visitors import VISITOR, WAIT_US, Proof
from tanpan_adapters.service.configuration import Settings, SignIn
from tanpan_adapters.vault import Forgotten


def asked(hands: Hands, user: str = "wang", clear: str = MOBILE, address: str = "10.0.0.1") -> str:
    """A code that was asked for and sent."""
    hands.identity.visitors.ask_in(BEIJING, user, "mobile", clear, address=address)
    return sent(hands)


def sent(hands: Hands) -> str:
    """The code of the message that waits."""
    *_, due = hands.outbox.due(hands.now)
    words = msgspec.json.decode(due.message.data_json)
    code = hands.identity.visitors.make_code(BEIJING, words["proof"], f"{due.message.number}")
    assert code == hands.identity.visitors.make_code(BEIJING, words["proof"], f"{due.message.number}")
    hands.outbox.done(due.id, hands.now)
    return code


def proved(hands: Hands, code: str, user: str = "wang") -> Proof:
    return hands.identity.visitors.proved(BEIJING, user, VISITOR, user, code, address="10.0.0.1")


def objection(hands: Hands, code: str, user: str = "wang") -> str:
    with pytest.raises(Objection) as caught:
        proved(hands, code, user)
    return caught.value.code


def stored(hands: Hands) -> str:
    with hands.engine.connect() as connection:
        names = ("visitors_proofs", "visitors_asked", "vault_texts", "outbox", "identity_audit")
        return repr([connection.execute(text(f"SELECT * FROM {name}")).all() for name in names])


def test_a_code_proves_its_place_once(hands: Hands) -> None:
    code = asked(hands)
    assert code not in stored(hands) and MOBILE not in stored(hands)
    proof = proved(hands, f" {code[:3]} {code[3:]} ")
    assert hands.vault.reveal(proof.place) == MOBILE
    hands.identity.visitors.spend(BEIJING, proof)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.visitors.spend(BEIJING, proof)
    assert objection(hands, code) == "OTP_WRONG"
    with pytest.raises(Forgotten):
        hands.vault.reveal(proof.place)


def test_it_is_good_for_five_minutes_from_when_it_is_sent(hands: Hands) -> None:
    code = asked(hands)
    hands.later(5 * MINUTE - 1)
    proved(hands, code)
    hands.later(1)
    assert objection(hands, code) == "OTP_WRONG"


def test_before_it_is_sent_no_code_is_good(hands: Hands) -> None:
    hands.identity.visitors.ask_in(BEIJING, "wang", "mobile", MOBILE)
    assert objection(hands, "") == "OTP_WRONG"
    assert objection(hands, "000000") == "OTP_WRONG"


def test_a_few_tries_also_at_the_same_time(hands: Hands) -> None:
    code = asked(hands)
    wrong = [f"{(int(code) + 1 + number) % 1_000_000:06}" for number in range(4)]
    with ThreadPoolExecutor(4) as people:
        assert list(people.map(lambda one: objection(hands, one), wrong)) == ["OTP_WRONG"] * 4
    assert proved(hands, code)
    assert objection(hands, code) == "OTP_WRONG", "that was the sixth"


def test_one_may_be_asked_for_again_after_a_minute_and_ten_a_day(hands: Hands) -> None:
    for number in range(10):
        asked(hands, f"user{number}", address=f"10.0.0.{number}")
        with pytest.raises(Objection) as caught:
            asked(hands, "another")
        assert caught.value.code == "RATE_LIMITED" and caught.value.retry_after_s > 0
        hands.later(MINUTE)
    with pytest.raises(Objection) as caught:
        asked(hands)
    assert caught.value.retry_after_s > 60 * 60 or hands.now % DAY > DAY - 60 * MINUTE
    hands.later(DAY)
    asked(hands)


def test_one_address_asks_for_so_many_a_day(hands: Hands) -> None:
    for number in range(hands.settings.codes_per_address):
        asked(hands, f"u{number}", f"138{number:08}")
    with pytest.raises(Objection, match="RATE_LIMITED"):
        asked(hands, "late", "13900000000")
    asked(hands, "late", "13900000000", "10.0.0.2")


def test_the_next_one_takes_the_place_of_the_one_before(hands: Hands) -> None:
    old = asked(hands)
    before = proved(hands, old)
    new = asked(hands, clear="13900000000")
    if old != new:
        assert objection(hands, old) == "OTP_WRONG"
    assert hands.vault.reveal(proved(hands, new).place) == "13900000000"
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.visitors.spend(BEIJING, before)
    hands.later(MINUTE)
    asked(hands, "other", "13700000000")
    with pytest.raises(Forgotten):
        hands.vault.reveal(before.place)


def test_who_does_not_come_back_is_forgotten(hands: Hands) -> None:
    proof = proved(hands, asked(hands))
    hands.later(WAIT_US)
    asked(hands, "other", "13700000000")
    with pytest.raises(Forgotten):
        hands.vault.reveal(proof.place)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.visitors.spend(BEIJING, proof)


def test_many_ask_for_one_name_at_the_same_time(hands: Hands) -> None:
    def ask(number: int) -> str:
        return hands.identity.visitors.ask_in(BEIJING, "wang", "mobile", f"138{number:08}")

    with ThreadPoolExecutor(6) as people:
        assert len(list(people.map(ask, range(12)))) == 12
    with hands.engine.connect() as connection:
        waiting = connection.execute(
            text("SELECT count(*) FROM visitors_proofs WHERE subject = 'visitor wang'")
        ).scalar()
    assert waiting == 1
    codes = []
    for due in hands.outbox.due(hands.now):
        words = msgspec.json.decode(due.message.data_json)
        codes.append(hands.identity.visitors.make_code(BEIJING, words["proof"], "1"))
    assert len([code for code in codes if code]) == 1, "the others are not sent any more"


def test_the_same_place_at_the_same_time_gets_one(hands: Hands) -> None:
    def ask(number: int) -> str:
        try:
            return hands.identity.visitors.ask_in(BEIJING, f"u{number}", "mobile", MOBILE)
        except Objection as refused:
            return refused.code

    with ThreadPoolExecutor(6) as people:
        answers = list(people.map(ask, range(6)))
    assert sorted(answers) == ["138****1234", *["RATE_LIMITED"] * 5]


def test_how_many_codes_an_address_gets_is_the_operators_to_say() -> None:
    assert strictness(Settings()).codes_per_address == 50
    assert strictness(Settings(sign_in=SignIn(codes_per_address=3))).codes_per_address == 3
