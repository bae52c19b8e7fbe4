"""Who is who: users, passwords, second factors, one-time codes, sessions and keys, with a trail of all of it.

The methods are synchronous and some take the time of a password hash: routes call them in a thread.
Only `authenticate` runs on the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

from attrs import frozen
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tanpan.messages import DOOR
from tanpan_adapters.keyring import NowUs
from tanpan_adapters.service.configuration import Settings
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.schema import JOURNAL_SCHEMA, prepare
from tanpan_adapters.vault import Vault

from . import totp, trail, users
from .codes import ACTIVATION, CODE_MESSAGE, PURPOSES, RESET, Codes
from .failures import Failures
from .keys import Keys
from .objections import IDENTITY, Objection
from .passwords import Passwords
from .principal import SCOPES, Principal
from .randomness import Randomness
from .recognition import CSRF_HEADER, Recognition, cookie_name
from .scopes import may, scope_of
from .sessions import Sessions
from .settings import DAY, MINUTE, SECOND, IdentitySettings, strictness
from .tables import IDENTITY_SCHEMA
from .throttle import Throttle
from .tokens import Tokens, digest_of
from .trail import Happening
from .users import User
from .visitors import Visitors

__all__ = [
    "ACTIVATION",
    "CODE_MESSAGE",
    "CSRF_HEADER",
    "DAY",
    "IDENTITY",
    "MINUTE",
    "PURPOSES",
    "SCOPES",
    "SECOND",
    "Happening",
    "Identity",
    "IdentitySettings",
    "Objection",
    "Principal",
    "SignedIn",
    "cookie_name",
    "may",
    "scope_of",
    "system_now",
]

log = logging.getLogger("tanpan.identity")
PASSWORD: Final = "password"
SECOND_FACTOR: Final = "second_factor"
WORKERS: Final = 6
P = ParamSpec("P")
T = TypeVar("T")
STANDINGS: Final = ("active", "frozen", "unknown")


def system_now() -> int:
    """UTC microseconds by the machine's clock."""
    return time.time_ns() // 1_000


@frozen
class SignedIn:
    """A new session: the secret of its cookie, the value of the header against forgery, who it is, until when."""

    token: str
    csrf: str
    principal: Principal
    until: int


class Identity:
    """The users of all exchanges in one database."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        settings: Settings | IdentitySettings | None = None,
        *,
        now_us: NowUs = system_now,
        randomness: Randomness = secrets,
    ) -> None:
        self.settings = (
            strictness(settings) if isinstance(settings, Settings) else settings or IdentitySettings()
        )
        prepare(engine, JOURNAL_SCHEMA)  # codes wait in the outbox beside the journal
        prepare(engine, IDENTITY_SCHEMA)
        keyring = vault.keyring
        self._engine = engine
        self._keyring = keyring
        self._now_us = now_us
        self._randomness = randomness
        self._passwords = Passwords(
            self.settings.argon2, least=self.settings.password_length, slots=self.settings.hashing_slots
        )
        tokens = Tokens(keyring.key("tokens"), randomness)
        self._codes = Codes(keyring, self.settings, randomness)
        self._failures = Failures(self.settings)
        self._sessions = Sessions(tokens, self.settings)
        self._keys = Keys(tokens)
        self._recognition = Recognition(
            engine, tokens, keyring.key("csrf"), self._sessions, self._keys, now_us
        )
        rate = self.settings.attempts_per_minute
        self._by_user = Throttle(rate, rate, now_us)
        self._by_address = Throttle(3 * rate, 3 * rate, now_us)
        self._tidied = 0
        self.visitors = Visitors(engine, vault, self.settings, now_us, randomness, self._throttle)
        self._workers = ThreadPoolExecutor(WORKERS, "tanpan-identity-work")

    async def authenticate(self, scope: MutableMapping[str, Any]) -> Principal | None:
        """The principal of a request by its ASGI scope, or None; then `scope["state"]["objection"]` may say why.

        For the event loop: it reads the database, in a thread, only for what it hasn't seen for two seconds.
        """
        return await self._recognition.authenticate(scope)

    async def in_thread(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs one of the methods below in a thread of identity's own: hashing never keeps others waiting."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._workers, partial(act, *args, **kwargs))
        except DBAPIError:
            log.exception("identity can't reach its database")
            raise Objection("DATABASE_AWAY", retry_after_s=2) from None

    # --- users -----------------------------------------------------------------------------------

    def invite(self, exchange: str, name: str, *, mail: str = "", mobile: str = "") -> str:
        """Makes a user, if there is none, and a one-time code with which he sets his first password.

        `mail` and `mobile` are the vault's tokens of where codes go; left empty they stay as they are.
        """
        now = self._now_us()
        with writing(self._engine) as connection:
            self._reach(connection, exchange, name, mail, mobile, now)
            code = self._codes.make(connection, exchange, name, ACTIVATION, now)
            trail.write(connection, now, exchange, name, "", "invite")
        return code

    def reach(self, exchange: str, name: str, *, mail: str = "", mobile: str = "") -> None:
        """Says where a user's codes go, by the vault's tokens; makes the user if there is none."""
        with writing(self._engine) as connection:
            self._reach(connection, exchange, name, mail, mobile, self._now_us())

    def set_password(self, exchange: str, name: str, password: str, *, must_change: bool = True) -> None:
        """Sets the password of a user, made if there is none, who must change it at his first sign-in.

        For demonstrations and for staff who hand a password over; every session of his ends.
        """
        _nameable(name)
        self._passwords.check_rules(name, password)
        stored = self._passwords.hash(password)
        now = self._now_us()
        with writing(self._engine) as connection:
            users.make(connection, exchange, name, now)
            user = users.find(connection, exchange, name)
            assert user is not None
            self._write_password(connection, user, stored, now, must_change=must_change)
            trail.write(connection, now, exchange, name, "", "password_set")
        self._recognition.forget(exchange, name)

    def check_rules(self, name: str, password: str) -> None:
        """Refuses a password that does not fit the rules, with PASSWORD_TOO_WEAK."""
        self._passwords.check_rules(name, password)

    def find(self, exchange: str, name: str) -> User | None:
        """A user, or None; holds no secret that opens anything."""
        if not users.nameable(name):
            return None
        with self._engine.connect() as connection:
            return users.find(connection, exchange, name)

    def forget(self, exchange: str, name: str) -> None:
        """Takes from a user everything he signs in with and is reached by; his sessions and keys end."""
        nothing = {"password": "", "totp": None, "totp_pending": None, "second": "", "mail": "", "mobile": ""}
        now = self._now_us()
        with writing(self._engine) as connection:
            users.change(connection, exchange, name, must_change=False, **nothing)
            users.forget_passwords(connection, exchange, name)
            self._sessions.end(connection, exchange, name)
            self._keys.revoke_all(connection, exchange, name, now)
            self._codes.drop(connection, exchange, name)
        self._recognition.forget(exchange, name)

    # --- signing in and out ----------------------------------------------------------------------

    def sign_in(
        self,
        exchange: str,
        name: str,
        password: str,
        code: str = "",
        *,
        address: str = "",
        standing: str = "active",
        needs_second: bool = False,
        previous: str = "",
    ) -> SignedIn:
        """A new session for a password and, where the user has or needs one, a second factor.

        `standing` is what the kernel says of the actor (`active`, `frozen`, `unknown`), `needs_second` whether
        his role must have a second factor, `previous` the cookie that came along: its session ends.
        Refuses with SIGN_IN_FAILED, OTP_REQUIRED, OTP_WRONG, USER_LOCKED, OPERATOR_FROZEN, RATE_LIMITED.
        """
        self._throttle(exchange, name, address)
        if not users.nameable(name):
            self._passwords.fits("", password)
            raise Objection("SIGN_IN_FAILED")
        user = self._attempt(exchange, name, address, "sign_in")
        stored = user.password if user is not None else ""
        if not self._passwords.fits(stored, password) or user is None or standing == "unknown":
            raise self._failed(exchange, name, address, "sign_in", "SIGN_IN_FAILED")
        if standing == "frozen":
            self._give_back(exchange, name, address, "sign_in", "OPERATOR_FROZEN")
            raise Objection("OPERATOR_FROZEN", operator=name)
        means = user.second or ("code" if needs_second and user.reachable else "")
        if means:
            self._prove(user, means, code, "sign_in", address, "sign_in")
        fresh = self._passwords.hash(password) if self._passwords.outdated(stored) else ""
        owes = PASSWORD if user.must_change else SECOND_FACTOR if needs_second and not means else ""
        return self._begin(user, fresh, owes, address, previous)

    def sign_out(self, principal: Principal, address: str = "") -> None:
        """Ends the principal's session."""
        now, exchange, name = self._now_us(), principal.exchange, principal.user
        if not principal.session:
            raise Objection("SESSION_NEEDED")
        with writing(self._engine) as connection:
            self._sessions.end(connection, exchange, name, principal.session)
            trail.write(connection, now, exchange, name, address, "sign_out")
        self._recognition.forget(exchange, name)

    def end_sessions(self, exchange: str, name: str, why: str = "ended") -> int:
        """Ends every session of a user; says how many there were."""
        with writing(self._engine) as connection:
            count = self._sessions.end(connection, exchange, name)
            if count:
                trail.write(connection, self._now_us(), exchange, name, "", "sessions_end", why)
        self._recognition.forget(exchange, name)
        return count

    def csrf_of(self, token: str) -> str:
        """The value of the header against forgery for a session's cookie."""
        return self._recognition.csrf_of(token.encode())

    # --- passwords -------------------------------------------------------------------------------

    def change_password(
        self, principal: Principal, old: str, new: str, code: str = "", *, address: str = ""
    ) -> None:
        """Changes a password for the old one and a code; ends every session of the user (CCER-Q72).

        The code is the generator's, else one that the first try sends; none is asked of users who can't have one.
        Refuses with OLD_PASSWORD_WRONG, OTP_REQUIRED, OTP_WRONG, PASSWORD_TOO_WEAK, USER_LOCKED, RATE_LIMITED.
        """
        exchange, name = _person(principal)
        self._throttle(exchange, name, address)
        user = self._attempt(exchange, name, address, "password_change")
        if user is None or not self._passwords.fits(user.password, old):
            raise self._failed(exchange, name, address, "password_change", "OLD_PASSWORD_WRONG")
        try:
            self._check_new(user, new)
        except Objection:
            self._give_back(exchange, name, address, "password_change", "PASSWORD_TOO_WEAK")
            raise
        means = "totp" if user.totp else "code" if user.reachable else ""
        if means:
            self._prove(user, means, code, PASSWORD, address, "password_change")
        stored = self._passwords.hash(new)
        self._store_password(user, stored, address, "password_change")

    def ask_reset(self, exchange: str, name: str, *, address: str = "") -> None:
        """Has a code for a new password sent, if there is such a user; answers the same if there isn't (CCER-Q73)."""
        self._throttle(exchange, name, address)
        if not users.nameable(name):
            return
        now = self._now_us()
        with writing(self._engine) as connection:
            user = users.find(connection, exchange, name)
            outcome = "unknown"
            if user is not None and user.reachable:
                wait = self._codes.ask(connection, exchange, name, RESET, address, now)
                outcome = "throttled" if wait else "ok"
            trail.write(connection, now, exchange, name, address, "reset_ask", outcome)

    def reset_password(self, exchange: str, name: str, code: str, new: str, *, address: str = "") -> None:
        """Sets a new password for a code sent to reset it or to open the account; ends every session.

        Refuses with OTP_WRONG (also for names nobody bears), PASSWORD_TOO_WEAK and RATE_LIMITED.
        """
        self._throttle(exchange, name, address)
        self._passwords.check_rules(name, new)
        purpose = RESET if len("".join(code.split())) <= 6 else ACTIVATION
        now = self._now_us()
        user = None
        with writing(self._engine) as connection:
            if users.nameable(name) and self._codes.try_one(connection, exchange, name, purpose, code, now):
                user = users.find(connection, exchange, name)
            elif users.nameable(name):
                trail.write(connection, now, exchange, name, address, "password_reset", "OTP_WRONG")
        if user is None:
            raise Objection("OTP_WRONG")
        self._check_new(user, new)
        stored = self._passwords.hash(new)
        self._store_password(user, stored, address, "password_reset", code, purpose)

    # --- codes and generators --------------------------------------------------------------------

    def ask_code(self, principal: Principal, purpose: str, *, address: str = "") -> str:
        """Has a code sent to a person who has signed in; answers the masked place it goes to."""
        exchange, name = _person(principal)
        user = self._user(exchange, name)
        if purpose == RESET or purpose not in PURPOSES or not user.reachable:
            raise Objection("NO_SECOND_FACTOR")
        now = self._now_us()
        with writing(self._engine) as connection:
            wait = self._codes.ask(connection, exchange, name, purpose, address, now)
            trail.write(
                connection, now, exchange, name, address, "code_ask", "RATE_LIMITED" if wait else "ok"
            )
        if wait:
            raise Objection("RATE_LIMITED", retry_after_s=-(-wait // SECOND))
        return masked(user)

    def make_code(self, exchange: str, name: str, purpose: str, origin: str = "") -> str:
        """The code itself, made when its message (`origin`) is sent and kept nowhere."""
        with writing(self._engine) as connection:
            return self._codes.make(connection, exchange, name, purpose, self._now_us(), origin)

    def activation_for(self, exchange: str, name: str, origin: str) -> str:
        """The code with which a user sets his first password; empty once he has one."""
        now = self._now_us()
        with writing(self._engine) as connection:
            user = users.find(connection, exchange, name, hold=True)
            if user is None or user.password:
                return ""
            trail.write(connection, now, exchange, name, "", "invite")
            return self._codes.make(connection, exchange, name, ACTIVATION, now, origin)

    def enrol(self, principal: Principal, password: str, *, address: str = "") -> tuple[str, str]:
        """A new secret for a code generator, as text and as an address to be shown as a picture.

        It counts for nothing until `confirm_generator`. Asks for the password: a session left open is not enough.
        """
        exchange, name = _person(principal)
        self._throttle(exchange, name, address)
        user = self._attempt(exchange, name, address, "totp_enrol")
        if user is None or not self._passwords.fits(user.password, password):
            raise self._failed(exchange, name, address, "totp_enrol", "OLD_PASSWORD_WRONG")
        self._give_back(exchange, name, address, "totp_enrol", "ALREADY_ENROLLED" if user.totp else "ok")
        if user.totp:
            raise Objection("ALREADY_ENROLLED")
        secret = self._randomness.token_bytes(totp.SECRET_BYTES)
        box = self._keyring.seal("totp", secret, _about(exchange, name))
        with writing(self._engine) as connection:
            users.change(connection, exchange, name, totp_pending=box)
        issuer = f"{self.settings.issuer} {exchange}"
        return totp.secret_text(secret), totp.address_of(secret, name, issuer)

    def confirm_generator(self, principal: Principal, code: str, *, address: str = "") -> None:
        """From now on the generator is the second factor; refuses with OTP_WRONG."""
        exchange, name = _person(principal)
        self._throttle(exchange, name, address)
        user = self._user(exchange, name)
        counter = self._counter(user, user.totp_pending, code)
        now = self._now_us()
        with writing(self._engine) as connection:
            good = user.totp_pending is not None and counter > 0
            if good:
                values = {"totp": user.totp_pending, "totp_pending": None, "second": "totp"}
                users.change(connection, exchange, name, totp_counter=counter, **values)
                self._sessions.settle(connection, principal.session, SECOND_FACTOR)
            outcome = "ok" if good else "OTP_WRONG"
            trail.write(connection, now, exchange, name, address, "totp_confirm", outcome)
        self._recognition.forget(exchange, name)
        if not good:
            raise Objection("OTP_WRONG")

    def remove_generator(self, principal: Principal, code: str, *, address: str = "") -> None:
        """The generator counts no longer, for a code of its own; refuses with OTP_WRONG."""
        exchange, name = _person(principal)
        self._throttle(exchange, name, address)
        user = self._attempt(exchange, name, address, "totp_remove")
        if user is None or not user.totp:
            raise self._failed(exchange, name, address, "totp_remove", "OTP_WRONG")
        self._prove(user, "totp", code, "", address, "totp_remove")
        with writing(self._engine) as connection:
            users.change(connection, exchange, name, totp=None, second="")
            self._failures.clear(connection, exchange, name)
            trail.write(connection, self._now_us(), exchange, name, address, "totp_remove")

    # --- keys of programs ------------------------------------------------------------------------

    def issue_key(
        self,
        exchange: str,
        name: str,
        scopes: Sequence[str] = SCOPES,
        *,
        label: str = "",
        addresses: Sequence[str] = (),
        expires_at: int = 0,
        address: str = "",
    ) -> str:
        """A new key `tpk_…` of an actor; told this once."""
        return self.issue_named_key(
            exchange, name, scopes, label=label, addresses=addresses, expires_at=expires_at, address=address
        )[1]

    def issue_named_key(
        self,
        exchange: str,
        name: str,
        scopes: Sequence[str],
        *,
        label: str = "",
        addresses: Sequence[str] = (),
        expires_at: int = 0,
        address: str = "",
    ) -> tuple[str, str]:
        """A new key with its public id; `expires_at` 0 never ends, `addresses` are networks it may come from."""
        _never_the_door(name)
        now = self._now_us()
        with writing(self._engine) as connection:
            found = self._keys.issue(connection, exchange, name, scopes, label, addresses, expires_at, now)
            trail.write(connection, now, exchange, name, address, "key_issue", f"ok {found[0]}")
        return found

    def revoke_key(self, exchange: str, name: str, key_id: str, *, address: str = "") -> None:
        """Ends a key of a user; refuses with UNKNOWN_KEY."""
        now = self._now_us()
        with writing(self._engine) as connection:
            done = self._keys.revoke(connection, exchange, name, key_id, now)
            if done:
                trail.write(connection, now, exchange, name, address, "key_revoke", f"ok {key_id}")
        self._recognition.forget(exchange, name)
        if not done:
            raise Objection("UNKNOWN_KEY", key=key_id)

    def keys(self, exchange: str, name: str) -> list[dict[str, Any]]:
        """A user's keys without their secrets."""
        with self._engine.connect() as connection:
            return self._keys.listed(connection, exchange, name)

    # --- the trail, and the broom ----------------------------------------------------------------

    def happenings(
        self, exchange: str, *, name: str = "", before: int = 0, limit: int = 50
    ) -> list[Happening]:
        """What happened to access, newest first; `before` is the id the last page ended with."""
        with self._engine.connect() as connection:
            return trail.read(connection, exchange, name=name, before=before, limit=limit)

    def note(self, exchange: str, name: str, what: str, outcome: str, address: str = "") -> None:
        """Adds a line to the trail."""
        with writing(self._engine) as connection:
            trail.write(connection, self._now_us(), exchange, name, address, what, outcome)

    def tidy(self) -> None:
        """Drops sessions, codes and failures that are over; runs by itself now and then."""
        now = self._now_us()
        with writing(self._engine) as connection:
            self._sessions.tidy(connection, now)
            self._codes.tidy(connection, now)
            self._failures.tidy(connection, now)

    def close(self) -> None:
        """Ends the threads; the engine stays its owner's."""
        self._workers.shutdown(wait=True, cancel_futures=True)
        self._recognition.close()

    # --- steps -----------------------------------------------------------------------------------

    def _throttle(self, exchange: str, name: str, address: str) -> None:
        if address:
            self._by_address.take(address)
        self._by_user.take(f"{exchange} {name[: users.LONGEST_NAME]}")

    def _attempt(self, exchange: str, name: str, address: str, what: str) -> User | None:
        """Counts an attempt and finds the user; refuses a locked name, whoever bears it."""
        now = self._now_us()
        with writing(self._engine) as connection:
            if now - self._tidied > self.settings.session_us // 12:
                self._tidied = now
                self._sessions.tidy(connection, now)
                self._codes.tidy(connection, now)
                self._failures.tidy(connection, now)
            open_ = self._failures.reserve(connection, exchange, name, now)
            if not open_:
                trail.write(connection, now, exchange, name, address, what, "USER_LOCKED")
            user = users.find(connection, exchange, name)
            locked = None if open_ else self._failures.locked(connection, exchange, name, now)
        if locked is not None:
            raise locked
        return user

    def _failed(self, exchange: str, name: str, address: str, what: str, code: str) -> Objection:
        with writing(self._engine) as connection:
            trail.write(connection, self._now_us(), exchange, name, address, what, code)
        return Objection(code)

    def _give_back(self, exchange: str, name: str, address: str, what: str, outcome: str) -> None:
        with writing(self._engine) as connection:
            self._failures.give_back(connection, exchange, name)
            trail.write(connection, self._now_us(), exchange, name, address, what, outcome)

    def _prove(self, user: User, means: str, code: str, purpose: str, address: str, what: str) -> None:
        """Takes a code of the generator, or one that was sent; refuses with OTP_REQUIRED, and sends one, or OTP_WRONG."""
        exchange, name = user.exchange, user.name
        if not code:
            if means == "code":
                with writing(self._engine) as connection:  # asked for too soon: the one before is still good
                    self._codes.ask(connection, exchange, name, purpose, address, self._now_us())
            self._give_back(exchange, name, address, what, "OTP_REQUIRED")
            raise Objection("OTP_REQUIRED", means=means, sent_to=masked(user) if means == "code" else "")
        counter = self._counter(user, user.totp, code) if means == "totp" else 0
        now = self._now_us()
        with writing(self._engine) as connection:
            if means == "totp":
                good = counter > 0 and users.take_counter(connection, exchange, name, counter)
            else:
                good = self._codes.try_one(connection, exchange, name, purpose, code, now)
                good = good and self._codes.spend(connection, exchange, name, purpose, code)
        if not good:
            raise self._failed(exchange, name, address, what, "OTP_WRONG")

    def _counter(self, user: User, box: bytes | None, code: str) -> int:
        if box is None:
            return 0
        secret = self._keyring.unseal("totp", box, _about(user.exchange, user.name))
        return totp.counter_of(secret, code, self._now_us())

    def _begin(self, user: User, fresh: str, owes: str, address: str, previous: str) -> SignedIn:
        exchange, name, now = user.exchange, user.name, self._now_us()
        with writing(self._engine) as connection:
            if previous:
                self._end_previous(connection, previous, now)
            self._unchanged(connection, user)
            if fresh:
                users.change(connection, exchange, name, password=fresh)
            self._failures.clear(connection, exchange, name)
            token, session = self._sessions.begin(connection, exchange, name, address, owes, now)
            trail.write(connection, now, exchange, name, address, "sign_in")
        self._recognition.forget(exchange, name)
        return SignedIn(token, self.csrf_of(token), session.principal, now + self.settings.session_us)

    def _end_previous(self, connection: Connection, previous: str, now: int) -> None:
        old = self._sessions.find(connection, digest_of(previous.encode()), now)
        if old is not None:
            who = old.principal
            self._sessions.end(connection, who.exchange, who.user, who.session)
            self._recognition.forget(who.exchange, who.user)

    def _unchanged(self, connection: Connection, user: User) -> None:
        """Refuses what rests on a password that somebody changed while it was being looked at."""
        now = users.find(connection, user.exchange, user.name, hold=True)
        if now is None or now.password != user.password:
            raise Objection("SIGN_IN_FAILED")

    def _check_new(self, user: User, new: str) -> None:
        self._passwords.check_rules(user.name, new)
        with self._engine.connect() as connection:
            earlier = users.earlier_passwords(connection, user)
        self._passwords.check_history(new, earlier)

    def _store_password(
        self, user: User, stored: str, address: str, what: str, code: str = "", purpose: str = ""
    ) -> None:
        exchange, name, now = user.exchange, user.name, self._now_us()
        with writing(self._engine) as connection:
            if purpose and not self._codes.spend(connection, exchange, name, purpose, code):
                raise Objection("OTP_WRONG")
            self._unchanged(connection, user)
            self._write_password(connection, user, stored, now, must_change=False)
            trail.write(connection, now, exchange, name, address, what)
        self._recognition.forget(exchange, name)

    def _write_password(
        self, connection: Connection, user: User, stored: str, now: int, *, must_change: bool
    ) -> None:
        exchange, name = user.exchange, user.name
        users.change(connection, exchange, name, password=stored, must_change=must_change, changed_at=now)
        users.remember_password(connection, user, stored, self.settings.passwords_remembered)
        self._sessions.end(connection, exchange, name)
        self._codes.drop(connection, exchange, name)
        self._failures.clear(connection, exchange, name)

    def _reach(
        self, connection: Connection, exchange: str, name: str, mail: str, mobile: str, now: int
    ) -> None:
        _nameable(name)
        users.make(connection, exchange, name, now)
        values = {key: value for key, value in (("mail", mail), ("mobile", mobile)) if value}
        if values:
            users.change(connection, exchange, name, **values)

    def _user(self, exchange: str, name: str) -> User:
        user = self.find(exchange, name)
        if user is None:
            raise Objection("NO_SECOND_FACTOR")
        return user


def masked(user: User) -> str:
    """Where a user's codes go, masked as the vault's token says it."""
    return (user.mobile or user.mail).rpartition(":")[2]


def _nameable(name: str) -> None:
    _never_the_door(name)
    if not users.nameable(name):
        raise ValueError(f"{name!r} can't be the name of a user")


def _never_the_door(name: str) -> None:
    """The door acts for whoever knocks: nobody signs in as it, and no program has a key of it."""
    if name == DOOR:
        raise ValueError("the door does not sign in")


def _person(principal: Principal) -> tuple[str, str]:
    if principal.kind != "session":
        raise Objection("SESSION_NEEDED")
    return principal.exchange, principal.user


def _about(exchange: str, name: str) -> str:
    return f"{exchange} {name}"
