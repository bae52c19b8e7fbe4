"""Passwords and codes: rules with reasons, changed for the old one and a code, reset without telling who exists."""

from __future__ import annotations

import pytest

from identity.hands import BEIJING, LI, MAIL, MOBILE, OTHER, PASSWORD, Hands, recognised, scope_of
from tanpan_adapters.identity import DAY, MINUTE, SECOND, Objection, Principal

KEY = Principal(BEIJING, LI, "key")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "short"),
        ("nine char", "short"),
        ("my Li.Trader password", "name"),
        ("aaaaaaaaaaaaaaaa", "uniform"),
        ("x" * 300, "long"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason_in_both_languages(
    hands: Hands, password: str, reason: str
) -> None:
    hands.user()
    signed = hands.sign_in()
    with pytest.raises(Objection, match="PASSWORD_TOO_WEAK") as error:
        hands.identity.change_password(signed.principal, PASSWORD, password)
    assert error.value.details["reason"] == reason
    assert " / " in error.value.details["why"]
    hands.sign_in()


def test_the_last_five_passwords_cannot_be_used_again(hands: Hands) -> None:
    hands.user()
    used = [PASSWORD]
    for number in range(4):
        new = f"password number {number}"
        hands.identity.change_password(hands.sign_in(password=used[-1]).principal, used[-1], new)
        used.append(new)
    for old in used:
        with pytest.raises(Objection, match="PASSWORD_TOO_WEAK") as error:
            hands.identity.change_password(hands.sign_in(password=used[-1]).principal, used[-1], old)
        assert error.value.details["reason"] == "used"
    hands.identity.change_password(hands.sign_in(password=used[-1]).principal, used[-1], OTHER)
    hands.identity.change_password(hands.sign_in(password=OTHER).principal, OTHER, PASSWORD)
    hands.sign_in()


def test_a_change_needs_the_old_password(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    with pytest.raises(Objection, match="OLD_PASSWORD_WRONG"):
        hands.identity.change_password(signed.principal, "wrong password", OTHER)
    assert hands.outcomes("password_change") == ["OLD_PASSWORD_WRONG"]
    hands.sign_in()


def test_a_change_needs_a_code_of_whoever_can_be_sent_one(hands: Hands) -> None:
    hands.user(mail=MAIL)
    signed = hands.sign_in()
    with pytest.raises(Objection, match="OTP_REQUIRED") as asked:
        hands.identity.change_password(signed.principal, PASSWORD, OTHER)
    assert asked.value.details == {"means": "code", "sent_to": "t***@example.cn"}
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.change_password(signed.principal, PASSWORD, OTHER, "123456")
    hands.identity.change_password(signed.principal, PASSWORD, OTHER, hands.sent_code())
    hands.sign_in(password=OTHER)
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in()


def test_a_change_needs_the_generators_code_where_there_is_one(hands: Hands) -> None:
    hands.user(mail=MAIL)
    signed = hands.sign_in()
    generator = hands.generator(signed)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.change_password(signed.principal, PASSWORD, OTHER, "000000")
    hands.identity.change_password(signed.principal, PASSWORD, OTHER, hands.code_of(generator))


def test_guessing_the_old_password_locks(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    for _ in range(5):
        with pytest.raises(Objection, match="OLD_PASSWORD_WRONG"):
            hands.identity.change_password(signed.principal, "wrong password", OTHER)
    with pytest.raises(Objection, match="USER_LOCKED"):
        hands.identity.change_password(signed.principal, PASSWORD, OTHER)


def test_a_program_changes_no_password(hands: Hands) -> None:
    hands.user()
    with pytest.raises(Objection, match="SESSION_NEEDED"):
        hands.identity.change_password(KEY, PASSWORD, OTHER)
    with pytest.raises(Objection, match="SESSION_NEEDED"):
        hands.identity.ask_code(KEY, "password")


def test_a_forgotten_password_is_reset_by_a_code(hands: Hands) -> None:
    hands.user(mobile=MOBILE)
    hands.identity.ask_reset(BEIJING, LI)
    hands.identity.reset_password(BEIJING, LI, hands.sent_code(), OTHER)
    hands.sign_in(password=OTHER)


def test_a_reset_does_not_tell_who_exists(hands: Hands) -> None:
    hands.user(mail=MAIL)
    for name in (LI, "nobody", "nul\0"):
        assert hands.identity.ask_reset(BEIJING, name) is None
        assert hands.identity.ask_reset(BEIJING, name) is None  # too soon: as silent
        with pytest.raises(Objection) as error:
            hands.identity.reset_password(BEIJING, name, "000000", OTHER)
        assert (error.value.code, error.value.details) == ("OTP_WRONG", {})
    assert [due.message.to for due in hands.outbox.due(hands.now)] == [LI]


def test_a_reset_opens_a_lock(hands: Hands) -> None:
    hands.user(mail=MAIL)
    for _ in range(5):
        with pytest.raises(Objection):
            hands.sign_in(password="wrong password")
    hands.identity.ask_reset(BEIJING, LI)
    hands.identity.reset_password(BEIJING, LI, hands.sent_code(), OTHER)
    hands.sign_in(password=OTHER)


def test_a_code_is_good_for_five_minutes(hands: Hands) -> None:
    hands.user(mail=MAIL)
    code = hands.identity.make_code(BEIJING, LI, "reset")
    hands.later(5 * MINUTE)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, LI, code, OTHER)


def test_a_code_dies_after_five_tries(hands: Hands) -> None:
    hands.user(mail=MAIL)
    code = hands.identity.make_code(BEIJING, LI, "reset")
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        with pytest.raises(Objection, match="OTP_WRONG"):
            hands.identity.reset_password(BEIJING, LI, wrong, OTHER)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, LI, code, OTHER)


def test_a_code_is_good_for_its_purpose_its_user_and_one_use(hands: Hands) -> None:
    hands.user(mail=MAIL)
    hands.user("wang")
    for_password = hands.identity.make_code(BEIJING, LI, "password")
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, LI, for_password, OTHER)
    code = hands.identity.make_code(BEIJING, LI, "reset")
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, "wang", code, OTHER)
    hands.identity.reset_password(BEIJING, LI, code, OTHER)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, LI, code, "yet another password")


def test_a_weak_new_password_leaves_the_code_good(hands: Hands) -> None:
    hands.user(mail=MAIL)
    code = hands.identity.make_code(BEIJING, LI, "reset")
    for weak in ("short", PASSWORD):
        with pytest.raises(Objection, match="PASSWORD_TOO_WEAK"):
            hands.identity.reset_password(BEIJING, LI, code, weak)
    hands.identity.reset_password(BEIJING, LI, code, OTHER)


def test_codes_are_asked_for_once_a_minute_and_ten_times_a_day(hands: Hands) -> None:
    hands.user(mail=MAIL)
    signed = hands.sign_in()
    hands.now = hands.now // DAY * DAY + DAY  # midnight
    asked = signed.principal
    for _ in range(9):
        hands.identity.ask_code(asked, "password")
        with pytest.raises(Objection, match="RATE_LIMITED") as error:
            hands.identity.ask_code(asked, "sign_in")
        assert error.value.retry_after_s == 60
        hands.later(MINUTE)
    hands.identity.ask_code(asked, "password")
    with pytest.raises(Objection, match="RATE_LIMITED") as error:
        hands.identity.ask_code(asked, "password")
    assert error.value.retry_after_s == (24 * 60 - 9) * 60
    hands.later(error.value.retry_after_s * SECOND)
    hands.identity.ask_code(asked, "password")


def test_strangers_who_ask_for_resets_do_not_use_up_the_codes_of_a_person(hands: Hands) -> None:
    hands.user(mail=MAIL)
    for _ in range(11):
        hands.identity.ask_reset(BEIJING, LI)
        hands.later(MINUTE)
    assert hands.outcomes("reset_ask") == ["ok"] * 10 + ["throttled"]
    hands.identity.ask_code(hands.sign_in().principal, "password")


def test_no_code_is_sent_to_who_cannot_be_reached(hands: Hands) -> None:
    hands.user()
    with pytest.raises(Objection, match="NO_SECOND_FACTOR"):
        hands.identity.ask_code(hands.sign_in().principal, "password")
    hands.identity.ask_reset(BEIJING, LI)
    assert hands.outbox.due(hands.now) == []


def test_an_invited_user_sets_his_first_password_with_the_activation_code_once(hands: Hands) -> None:
    code = hands.identity.invite(BEIJING, "admin")
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in("admin", "")
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, "admin", "AAAAA-AAAAA-AAAAA-AAAAA", PASSWORD)
    hands.identity.reset_password(BEIJING, "admin", f" {code.lower()} ", PASSWORD)
    assert hands.sign_in("admin").principal.must_change is False
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, "admin", code, OTHER)


def test_an_activation_code_is_good_for_a_week_and_the_last_one_counts(hands: Hands) -> None:
    first = hands.identity.invite(BEIJING, "admin")
    second = hands.identity.invite(BEIJING, "admin")
    hands.later(7 * DAY - 1)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, "admin", first, PASSWORD)
    hands.later(1)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, "admin", second, PASSWORD)


def test_a_new_password_makes_every_outstanding_code_worthless(hands: Hands) -> None:
    activation = hands.identity.invite(BEIJING, LI)
    reset = hands.identity.make_code(BEIJING, LI, "reset")
    hands.identity.reset_password(BEIJING, LI, reset, PASSWORD)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, LI, activation, OTHER)


def test_nobody_uses_up_the_activation_code_of_another(hands: Hands) -> None:
    code = hands.identity.invite(BEIJING, "admin")
    for _ in range(10):
        with pytest.raises(Objection, match="OTP_WRONG"):
            hands.identity.reset_password(BEIJING, "admin", "AAAAA-AAAAA-AAAAA-AAAAA", PASSWORD)
    hands.identity.reset_password(BEIJING, "admin", code, PASSWORD)


def test_no_code_and_no_generators_secret_is_stored_in_clear(hands: Hands) -> None:
    hands.user(mail=MAIL, mobile=MOBILE)
    signed = hands.sign_in()
    secret, address = hands.identity.enrol(signed.principal, PASSWORD)
    assert secret in address and address.startswith("otpauth://totp/")
    code = hands.identity.make_code(BEIJING, LI, "reset")
    activation = hands.identity.invite(BEIJING, LI)
    stored = hands.everything_stored()
    for clear in (
        secret,
        code,
        activation,
        activation.replace("-", ""),
        MAIL,
        MOBILE,
        signed.token,
        signed.csrf,
    ):
        assert clear not in stored


def test_setting_up_a_generator_is_not_changing_a_password(hands: Hands) -> None:
    hands.identity.set_password(BEIJING, LI, PASSWORD)
    signed = hands.sign_in()
    assert signed.principal.owes == "password"
    hands.generator(signed)
    found = recognised(hands.identity, scope_of(signed=signed))
    assert not isinstance(found, str)
    assert found.owes == "password"


def test_a_generator_is_set_up_with_the_password_and_proved_before_it_counts(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    with pytest.raises(Objection, match="OLD_PASSWORD_WRONG"):
        hands.identity.enrol(signed.principal, "wrong password")
    hands.identity.enrol(signed.principal, PASSWORD)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.confirm_generator(signed.principal, "000000")
    hands.sign_in()  # not yet needed
    generator = hands.generator(signed)
    with pytest.raises(Objection, match="ALREADY_ENROLLED"):
        hands.identity.enrol(signed.principal, PASSWORD)
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.remove_generator(signed.principal, "000000")
    hands.identity.remove_generator(signed.principal, hands.code_of(generator))
    hands.sign_in()
