"""Who is forgotten has nothing left to sign in with, on both databases; his line in the trail stays."""

from __future__ import annotations

import asyncio

import pytest

from identity.hands import BEIJING, LI, MAIL, PASSWORD, Hands, scope_of
from tanpan_adapters.forgetting import forget_account
from tanpan_adapters.identity import Objection
from tanpan_adapters.vault import Forgotten, account_of


def test_password_generator_session_key_and_code_are_gone(hands: Hands) -> None:
    hands.user(LI, mail=MAIL)
    signed = hands.sign_in()
    generator = hands.generator(signed)
    key = hands.identity.issue_key(BEIJING, LI)
    code = hands.identity.invite(BEIJING, LI)
    hands.identity.forget(BEIJING, LI)
    for means in (scope_of(key=key), scope_of(signed=signed)):
        assert asyncio.run(hands.identity.authenticate(means)) is None
    hands.later(60_000_000)
    with pytest.raises(Objection, match="SIGN_IN_FAILED"):
        hands.sign_in(LI, PASSWORD, hands.code_of(generator))
    with pytest.raises(Objection, match="OTP_WRONG"):
        hands.identity.reset_password(BEIJING, LI, code, "another good battery")
    user = hands.identity.find(BEIJING, LI)
    assert user is not None and not user.reachable and user.totp is None
    assert hands.outcomes("sign_in")[0] == "ok"


def test_another_user_of_the_same_exchange_keeps_his(hands: Hands) -> None:
    hands.user(LI)
    hands.user("wang")
    key = hands.identity.issue_key(BEIJING, "wang")
    hands.identity.forget(BEIJING, LI)
    assert asyncio.run(hands.identity.authenticate(scope_of(key=key))) is not None
    assert hands.sign_in("wang").principal.user == "wang"


def test_who_is_invited_again_begins_anew(hands: Hands) -> None:
    hands.user(LI)
    hands.identity.forget(BEIJING, LI)
    code = hands.identity.invite(BEIJING, LI)
    # None of the old passwords is remembered either.
    hands.identity.reset_password(BEIJING, LI, code, PASSWORD)
    assert hands.sign_in(LI, PASSWORD).principal.user == LI


def test_what_was_filed_for_an_account_is_forgotten_by_its_number(hands: Hands) -> None:
    token = hands.vault.keep(account_of(BEIJING, "A-1"), "mail", MAIL)
    other = hands.vault.keep(account_of(BEIJING, "A-2"), "mail", MAIL)
    gone = forget_account(BEIJING, "A-1", "", vault=hands.vault, identity=hands.identity)
    assert (gone.kept, gone.papers) == (True, 0)
    with pytest.raises(Forgotten):
        hands.vault.reveal(token)
    assert hands.vault.reveal(other) == MAIL
    assert hands.outcomes("forget account") == ["ok"]
