"""Sessions and keys: recognised from memory, ended everywhere at once, good for what they were given for."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest
from sqlalchemy import event

from identity.hands import BEIJING, LI, OTHER, PASSWORD, Hands, recognised, scope_of
from tanpan.listings import PostListing
from tanpan.parties import AddOperator
from tanpan_adapters.identity import DAY, MINUTE, SECOND, Objection, may
from tanpan_adapters.identity import scope_of as scope_of_command


def test_a_session_unused_for_half_an_hour_is_over(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    hands.later(30 * MINUTE - SECOND)
    assert recognised(hands.identity, scope_of(signed=signed)) == signed.principal
    hands.later(30 * MINUTE - SECOND)
    assert recognised(hands.identity, scope_of(signed=signed)) == signed.principal
    hands.later(30 * MINUTE)
    assert recognised(hands.identity, scope_of(signed=signed)) == "SESSION_REVOKED"


def test_a_session_in_use_is_over_after_twelve_hours(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    for _ in range(12 * 6 - 1):
        hands.later(10 * MINUTE)
        assert recognised(hands.identity, scope_of(signed=signed)) == signed.principal
    hands.later(10 * MINUTE)
    assert recognised(hands.identity, scope_of(signed=signed)) == "SESSION_REVOKED"


def test_signing_out_ends_this_session_only(hands: Hands) -> None:
    hands.user()
    one, two = hands.sign_in(), hands.sign_in()
    assert recognised(hands.identity, scope_of(signed=one)) == one.principal
    hands.identity.sign_out(one.principal)
    assert recognised(hands.identity, scope_of(signed=one)) == "SESSION_REVOKED"
    assert recognised(hands.identity, scope_of(signed=two)) == two.principal
    assert hands.outcomes("sign_out") == ["ok"]


@pytest.mark.parametrize("how", ["change", "reset", "set"])
def test_a_new_password_ends_all_sessions_cached_ones_too(hands: Hands, how: str) -> None:
    hands.user()
    sessions = [hands.sign_in() for _ in range(3)]
    for signed in sessions:
        assert recognised(hands.identity, scope_of(signed=signed)) == signed.principal
    if how == "change":
        hands.identity.change_password(sessions[0].principal, PASSWORD, OTHER)
    elif how == "reset":
        code = hands.identity.make_code(BEIJING, LI, "reset")
        hands.identity.reset_password(BEIJING, LI, code, OTHER)
    else:
        hands.identity.set_password(BEIJING, LI, OTHER)
    for signed in sessions:
        assert recognised(hands.identity, scope_of(signed=signed)) == "SESSION_REVOKED"


def test_what_another_process_ended_is_over_within_two_seconds(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    key = hands.identity.issue_key(BEIJING, LI)
    assert recognised(hands.identity, scope_of(signed=signed)) == signed.principal
    assert not isinstance(recognised(hands.identity, scope_of(key=key)), str)
    elsewhere = hands.another()
    elsewhere.end_sessions(BEIJING, LI)
    elsewhere.revoke_key(BEIJING, LI, hands.identity.keys(BEIJING, LI)[0]["id"])
    hands.later(2 * SECOND)
    assert recognised(hands.identity, scope_of(signed=signed)) == "SESSION_REVOKED"
    assert recognised(hands.identity, scope_of(key=key)) == "AUTH_REQUIRED"
    elsewhere.close()


def test_what_was_seen_a_moment_ago_and_what_was_invented_cost_no_database(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    key = hands.identity.issue_key(BEIJING, LI)
    recognised(hands.identity, scope_of(signed=signed))
    recognised(hands.identity, scope_of(key=key))
    asked: list[str] = []
    event.listen(hands.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for _ in range(100):
        recognised(hands.identity, scope_of(signed=signed))
        recognised(hands.identity, scope_of(key=key))
        recognised(hands.identity, scope_of(key="tpk_" + "A" * 54))
        recognised(hands.identity, scope_of(key=key[:-3] + "AAA"))
    assert asked == []
    hands.later(2 * SECOND)
    recognised(hands.identity, scope_of(key=key))
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


def test_nothing_of_a_request_with_an_invented_key_waits_for_the_collector_of_garbage(hands: Hands) -> None:
    key = hands.identity.issue_key(BEIJING, LI)
    hands.identity.revoke_key(BEIJING, LI, hands.identity.keys(BEIJING, LI)[0]["id"])
    for secret in ("tpk_" + "A" * 54, key):
        recognised(hands.identity, scope_of(key=secret))
        scope = Followed(scope_of(key=secret))
        gone = weakref.ref(scope)
        gc.disable()
        try:
            with pytest.raises(StopIteration):  # in this thread, and at once
                hands.identity.authenticate(scope).send(None)
            assert scope["state"]["objection"].code == "AUTH_REQUIRED"
            del scope
            assert gone() is None
        finally:
            gc.enable()


class Followed(dict[str, Any]):
    """A scope that tells when it is gone."""


def test_what_is_known_is_answered_without_waiting(hands: Hands) -> None:
    key = hands.identity.issue_key(BEIJING, LI)
    recognised(hands.identity, scope_of(key=key))
    with pytest.raises(StopIteration):  # the coroutine runs through at once
        hands.identity.authenticate(scope_of(key=key)).send(None)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_a_session_changes_needs_the_header_against_forgery(hands: Hands, method: str) -> None:
    hands.user()
    signed, other = hands.sign_in(), hands.sign_in()
    assert recognised(hands.identity, scope_of(signed=signed)) == signed.principal
    assert recognised(hands.identity, scope_of(signed=signed, method=method)) == "CSRF_FAILED"
    assert (
        recognised(hands.identity, scope_of(signed=signed, method=method, csrf=other.csrf)) == "CSRF_FAILED"
    )
    assert recognised(hands.identity, scope_of(signed=signed, method=method, csrf="é")) == "CSRF_FAILED"
    good = scope_of(signed=signed, method=method, csrf=signed.csrf)
    assert recognised(hands.identity, good) == signed.principal
    key = hands.identity.issue_key(BEIJING, LI)
    assert not isinstance(recognised(hands.identity, scope_of(key=key, method=method)), str)


def test_nobody_is_nobody(hands: Hands) -> None:
    assert recognised(hands.identity, scope_of()) == ""
    for key in ("", "tpk_", "x", "tpk_" + "é" * 20, "a b", "A" * 10_000):
        assert recognised(hands.identity, scope_of(key=key or " ")) in ("", "AUTH_REQUIRED")


def test_a_session_is_no_key_and_a_key_no_session(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    assert recognised(hands.identity, scope_of(key=signed.token)) == "AUTH_REQUIRED"
    recognised(hands.identity, scope_of(signed=signed))
    assert recognised(hands.identity, scope_of(key=signed.token)) == "AUTH_REQUIRED"


def test_a_key_has_the_scopes_it_was_given(hands: Hands) -> None:
    key = hands.identity.issue_key(BEIJING, LI, ("read", "trade"))
    found = recognised(hands.identity, scope_of(key=key))
    assert not isinstance(found, str)
    assert (found.kind, found.user, found.scopes, found.session) == ("key", LI, ("read", "trade"), "")
    assert may(found, None) and may(found, PostListing)
    assert not may(found, AddOperator)
    for scopes in ((), ("everything",)):
        with pytest.raises(Objection, match="UNKNOWN_SCOPE"):
            hands.identity.issue_key(BEIJING, LI, scopes)


def test_the_scope_of_a_command_follows_from_its_declaration() -> None:
    assert scope_of_command(None) == "read"
    assert scope_of_command(PostListing) == "trade"
    assert scope_of_command(AddOperator) == "manage"


def test_a_key_ends_by_its_day_or_by_revocation(hands: Hands) -> None:
    short = hands.identity.issue_key(BEIJING, LI, expires_at=hands.now + DAY)
    key_id, long = hands.identity.issue_named_key(BEIJING, LI, ("read",), label="reports")
    hands.later(DAY - SECOND)
    assert not isinstance(recognised(hands.identity, scope_of(key=short)), str)
    hands.later(SECOND)
    assert recognised(hands.identity, scope_of(key=short)) == "AUTH_REQUIRED"
    assert not isinstance(recognised(hands.identity, scope_of(key=long)), str)
    with pytest.raises(Objection, match="UNKNOWN_KEY"):
        hands.identity.revoke_key(BEIJING, "somebody else", key_id)
    hands.identity.revoke_key(BEIJING, LI, key_id)
    assert recognised(hands.identity, scope_of(key=long)) == "AUTH_REQUIRED"
    with pytest.raises(Objection, match="UNKNOWN_KEY"):
        hands.identity.revoke_key(BEIJING, LI, key_id)
    assert hands.outcomes("key_revoke") == [f"ok {key_id}"]


def test_keys_are_listed_with_the_day_of_their_last_use_and_without_their_secret(hands: Hands) -> None:
    key = hands.identity.issue_key(BEIJING, LI, ("read",), label="reports")
    assert hands.identity.keys(BEIJING, LI)[0]["last_used"] == ""
    recognised(hands.identity, scope_of(key=key))
    (listed,) = hands.identity.keys(BEIJING, LI)
    assert (listed["label"], listed["scopes"], listed["last_used"]) == ("reports", "read", "2026-05-28")
    assert "digest" not in listed
    assert key not in hands.everything_stored()


def test_a_key_may_be_bound_to_addresses(hands: Hands) -> None:
    key = hands.identity.issue_key(BEIJING, LI, addresses=("10.1.0.0/16", "2001:db8::1"))
    for address in ("10.1.2.3", "2001:db8::1"):
        assert not isinstance(recognised(hands.identity, scope_of(key=key, address=address)), str)
    for address in ("10.2.0.1", "2001:db8::2", "", "unix"):
        assert recognised(hands.identity, scope_of(key=key, address=address)) == "AUTH_REQUIRED"
    with pytest.raises(Objection, match="BAD_ADDRESS_LIST"):
        hands.identity.issue_key(BEIJING, LI, addresses=("10.1.0.0/99",))


def test_what_is_remembered_is_bounded(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanpan_adapters.identity.recognition.REMEMBERED", 5)
    keys = [hands.identity.issue_key(BEIJING, LI) for _ in range(12)]
    for key in keys:
        recognised(hands.identity, scope_of(key=key))
    assert len(hands.identity._recognition._known) == 5
    assert (
        len({key for key in keys if not isinstance(recognised(hands.identity, scope_of(key=key)), str)}) == 12
    )


def test_a_session_ended_while_it_was_being_looked_up_is_not_remembered(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.user()
    signed = hands.sign_in()
    recognition = hands.identity._recognition
    real = recognition._session

    def overtaken(*given: object) -> object:
        found = real(*given)  # type: ignore[arg-type]
        monkeypatch.undo()
        hands.identity.end_sessions(BEIJING, LI)
        return found

    monkeypatch.setattr(recognition, "_session", overtaken)
    recognised(hands.identity, scope_of(signed=signed))
    assert recognised(hands.identity, scope_of(signed=signed)) == "SESSION_REVOKED"


def test_without_its_database_nobody_is_let_in_and_the_reason_is_told(hands: Hands) -> None:
    key = hands.identity.issue_key(BEIJING, LI)
    with hands.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE identity_keys RENAME TO gone")
    try:
        assert recognised(hands.identity, scope_of(key=key)) == "DATABASE_AWAY"
        with pytest.raises(Objection, match="DATABASE_AWAY"):
            asyncio.run(hands.identity.in_thread(hands.identity.keys, BEIJING, LI))
    finally:
        with hands.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO identity_keys")
    assert not isinstance(recognised(hands.identity, scope_of(key=key)), str)


def test_the_broom_drops_what_is_over(hands: Hands) -> None:
    hands.user()
    hands.sign_in()
    hands.later(DAY)
    signed = hands.sign_in()
    hands.identity.tidy()
    assert asyncio.run(hands.identity.authenticate(scope_of(signed=signed))) == signed.principal
    with hands.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM identity_sessions").scalar() == 1
