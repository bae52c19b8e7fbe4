"""Signing in: a password, a second factor where one is due, a lock after failures, and a line for each of them."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from attrs import evolve
from sqlalchemy import Engine

from identity.hands import BEIJING, LI, MAIL, OTHER, PASSWORD, Hands, recognised, scope_of
from tanpan_adapters.identity import DAY, MINUTE, SECOND, IdentitySettings, Objection


def code_of(error: pytest.ExceptionInfo[Objection]) -> str:
    return error.value.code


def test_the_right_password_opens_a_session_that_is_recognised(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    assert signed.principal.user == LI
    assert signed.principal.scopes == ("read", "trade", "manage")
    assert recognised(hands.identity, scope_of(signed=signed)) == signed.principal
    assert hands.outcomes("sign_in") == ["ok"]


@pytest.mark.parametrize("name", [LI, "nobody", "", "x" * 500, "nul\0", "\ud800", "two\nlines"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(hands: Hands, name: str) -> None:
    hands.user()
    with pytest.raises(Objection) as error:
        hands.sign_in(name, "wrong password")
    assert code_of(error) == "SIGN_IN_FAILED"
    assert error.value.details == {}


def test_an_unknown_name_costs_a_hash_as_well(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher,
        "verify",
        lambda self, stored, given: checked.append(given) or real(self, stored, given),
    )
    for name in ("nobody", "", "nul\0"):
        with pytest.raises(Objection):
            hands.sign_in(name, "something else")
    assert checked == ["something else"] * 3


def test_an_actor_unknown_to_the_exchange_cannot_sign_in(hands: Hands) -> None:
    hands.user()
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in(standing="unknown")


def test_a_frozen_operator_learns_so_with_the_right_password_only(hands: Hands) -> None:
    hands.user()
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in(password="wrong password", standing="frozen")
    with pytest.raises(Objection, match="OPERATOR_FROZEN"):
        hands.sign_in(standing="frozen")


@pytest.mark.parametrize("name", [LI, "nobody"])
def test_five_failures_lock_a_name_for_fifteen_minutes_whoever_bears_it(hands: Hands, name: str) -> None:
    hands.user()
    for _ in range(5):
        with pytest.raises(Objection, match="SIGN_IN_FAILED"):
            hands.sign_in(name, "wrong password")
    with pytest.raises(Objection, match="USER_LOCKED") as error:
        hands.sign_in(name)
    assert error.value.retry_after_s == 15 * 60
    hands.later(15 * MINUTE - 1)
    with pytest.raises(Objection, match="USER_LOCKED"):
        hands.sign_in(name)
    hands.later(1)
    if name == LI:
        assert hands.sign_in(name).principal.user == LI
    else:
        with pytest.raises(Objection, match="SIGN_IN_FAILED"):
            hands.sign_in(name)


def test_a_lock_outlives_the_process(hands: Hands) -> None:
    hands.user()
    for _ in range(5):
        with pytest.raises(Objection):
            hands.sign_in(password="wrong password")
    restarted = hands.another()
    with pytest.raises(Objection, match="USER_LOCKED"):
        restarted.sign_in(BEIJING, LI, PASSWORD)
    restarted.close()


def test_the_next_lock_is_twice_as_long_until_a_success(hands: Hands) -> None:
    hands.user()

    def fail_five_times() -> int:
        for _ in range(5):
            with pytest.raises(Objection, match="SIGN_IN_FAILED"):
                hands.sign_in(password="wrong password")
        with pytest.raises(Objection, match="USER_LOCKED") as error:
            hands.sign_in()
        hands.later(error.value.retry_after_s * SECOND)
        return error.value.retry_after_s // 60

    assert [fail_five_times() for _ in range(3)] == [15, 30, 60]
    hands.sign_in()
    assert fail_five_times() == 15


def test_the_longest_lock_is_a_day(hands: Hands) -> None:
    waits = []
    for _ in range(10):
        for _ in range(5):
            with pytest.raises(Objection):
                hands.sign_in("nobody")
        with pytest.raises(Objection, match="USER_LOCKED") as error:
            hands.sign_in("nobody")
        waits.append(error.value.retry_after_s)
        hands.later(error.value.retry_after_s * SECOND)
    assert waits[-1] == DAY // SECOND


def test_a_success_forgets_the_failures_before_it(hands: Hands) -> None:
    hands.user()
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Objection, match="SIGN_IN_FAILED"):
                hands.sign_in(password="wrong password")
        hands.sign_in()


def test_many_guesses_at_once_are_not_more_than_five(hands: Hands) -> None:
    hands.user()
    outcomes: list[str] = []

    def guess() -> None:
        try:
            hands.sign_in(password="wrong password")
        except Objection as objection:
            outcomes.append(objection.code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("SIGN_IN_FAILED") == 5
    assert outcomes.count("USER_LOCKED") == 7


def test_who_tries_too_often_waits_by_name_and_by_address(engine: Engine, tmp_path: Path) -> None:
    hands = Hands(engine, tmp_path, IdentitySettings(attempts_per_minute=2, failures_until_lock=100))
    hands.user()
    hands.sign_in()
    hands.sign_in()
    with pytest.raises(Objection, match="RATE_LIMITED") as error:
        hands.sign_in()
    assert error.value.retry_after_s == 30
    for number in range(6):
        with pytest.raises(Objection, match="SIGN_IN_FAILED"):
            hands.sign_in(f"name{number}", address="10.0.0.1")
    with pytest.raises(Objection, match="RATE_LIMITED"):
        hands.sign_in("name9", address="10.0.0.1")
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in("name9", address="10.0.0.2")
    hands.identity.close()


def test_a_user_with_a_generator_needs_its_code(hands: Hands) -> None:
    hands.user()
    generator = hands.generator(hands.sign_in())
    with pytest.raises(Objection, match="OTP_REQUIRED") as error:
        hands.sign_in()
    assert error.value.details["means"] == "totp"
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.sign_in(code="000000")
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in(password="wrong password", code=hands.code_of(generator))
    assert hands.sign_in(code=hands.code_of(generator)).principal.owes == ""


def test_a_code_of_the_generator_is_good_once(hands: Hands) -> None:
    hands.user()
    generator = hands.generator(hands.sign_in())
    code = hands.code_of(generator)
    hands.sign_in(code=code)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.sign_in(code=code)
    with pytest.raises(Objection, match="OTP_WRONG"):  # nor one from before it
        hands.sign_in(code=hands.code_of(generator, -1))
    hands.sign_in(code=hands.code_of(generator, +1))


def test_codes_of_a_generator_two_steps_away_are_wrong(hands: Hands) -> None:
    hands.user()
    generator = hands.generator(hands.sign_in())
    for steps in (-2, 2):
        with pytest.raises(Objection, match="OTP_WRONG"):
            hands.sign_in(code=hands.code_of(generator, steps))


def test_wrong_codes_lock_as_wrong_passwords_do(hands: Hands) -> None:
    hands.user()
    generator = hands.generator(hands.sign_in())
    for _ in range(5):
        with pytest.raises(
            Objection, match="OTP_REQUIRED"
        ):  # asking without a code is no failure, nor a success
            hands.sign_in()
        with pytest.raises(Objection, match="OTP_WRONG"):
            hands.sign_in(code="000000")
    with pytest.raises(Objection, match="USER_LOCKED"):
        hands.sign_in(code=hands.code_of(generator))


def test_staff_who_can_be_reached_are_sent_a_code(hands: Hands) -> None:
    hands.user(mail=MAIL)
    with pytest.raises(Objection, match="OTP_REQUIRED") as error:
        hands.sign_in(needs_second=True)
    assert error.value.details == {"means": "code", "sent_to": "t***@example.cn"}
    code = hands.sent_code()
    assert hands.sign_in(code=code, needs_second=True).principal.must_change is False
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.sign_in(code=code, needs_second=True)


def test_staff_without_any_second_factor_must_set_one_up_first(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in(needs_second=True)
    assert (signed.principal.must_change, signed.principal.owes) == (True, "second_factor")
    hands.generator(signed)
    settled = recognised(hands.identity, scope_of(signed=signed))
    assert not isinstance(settled, str)
    assert (settled.must_change, settled.owes) == (False, "")


def test_a_password_set_by_others_must_be_changed_first(hands: Hands) -> None:
    hands.identity.set_password(BEIJING, LI, PASSWORD)
    signed = hands.sign_in()
    assert (signed.principal.must_change, signed.principal.owes) == (True, "password")
    hands.identity.change_password(signed.principal, PASSWORD, OTHER)
    assert hands.sign_in(password=OTHER).principal.must_change is False


def test_signing_in_ends_the_session_whose_cookie_came_along(hands: Hands) -> None:
    hands.user()
    first = hands.sign_in()
    second = hands.sign_in(previous=first.token)
    assert recognised(hands.identity, scope_of(signed=first)) == "SESSION_REVOKED"
    assert recognised(hands.identity, scope_of(signed=second)) == second.principal
    assert first.token != second.token


def test_a_password_hashed_with_other_parameters_is_hashed_anew(hands: Hands) -> None:
    hands.user()
    before = hands.identity.find(BEIJING, LI)
    stricter = dataclasses.replace(CHEAPEST, time_cost=CHEAPEST.time_cost + 1)
    tomorrow = hands.another(evolve(hands.settings, argon2=stricter))
    tomorrow.sign_in(BEIJING, LI, PASSWORD)
    after = hands.identity.find(BEIJING, LI)
    assert before is not None and after is not None
    assert before.password != after.password
    assert "t=2" in after.password
    hands.sign_in()
    tomorrow.close()


def test_a_password_changed_while_somebody_signs_in_with_the_old_one_lets_nobody_in(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.user()
    real = PasswordHasher.verify
    meanwhile = [True]

    def slow(self: PasswordHasher, stored: str, given: str) -> bool:
        found = real(self, stored, given)
        if meanwhile:
            meanwhile.clear()
            hands.identity.set_password(BEIJING, LI, OTHER)
        return found

    monkeypatch.setattr(PasswordHasher, "verify", slow)
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in()


def test_users_of_two_exchanges_are_two(hands: Hands) -> None:
    hands.user()
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.identity.sign_in("shanghai", LI, PASSWORD)


def test_what_happened_is_read_in_pages_and_holds_no_secret(hands: Hands) -> None:
    hands.user()
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        hands.sign_in(address=address)
    with pytest.raises(Objection):
        hands.sign_in(password="a secret guess", address="10.0.0.4")
    newest = hands.identity.happenings(BEIJING, name=LI, limit=2)
    older = hands.identity.happenings(BEIJING, name=LI, before=newest[-1].id, limit=2)
    assert [(line.address, line.outcome) for line in (*newest, *older)] == [
        ("10.0.0.4", "SIGN_IN_FAILED"),
        ("10.0.0.3", "ok"),
        ("10.0.0.2", "ok"),
        ("10.0.0.1", "ok"),
    ]
    assert hands.identity.happenings("shanghai") == []
    assert "secret guess" not in hands.everything_stored()
    assert PASSWORD not in hands.everything_stored()
