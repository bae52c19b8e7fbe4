"""Signing in and what goes with it: sessions, passwords, codes, code generators, keys, and who did what of it when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from tanpan.exchange import Exchange
from tanpan.messages import APPLICANT, DOOR, OPERATOR, REGULATOR, STAFF
from tanpan_adapters.api.doors import principal_of
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.identity import (
    DAY,
    SECOND,
    Identity,
    Objection,
    Principal,
    SignedIn,
    cookie_name,
    system_now,
)
from tanpan_adapters.service.metrics import METRICS

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host, Hosted

AnyRequest = Request[Any, Any, Any]
UserName = Annotated[str, Meta(min_length=1, max_length=64, description="用户名 / the user name")]
Secret = Annotated[str, Meta(min_length=1, max_length=1_024)]
Code = Annotated[str, Meta(max_length=40, description="验证码 / a one-time code")]
LONGEST_LIFE_DAYS: Final = 3_650


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes in; what isn't known is refused."""


class SignIn(Body, frozen=True):
    """A user name with its password and, where one is asked for, a code."""

    user: UserName
    password: Secret
    code: Code = ""


class PasswordChange(Body, frozen=True):
    """The old password, the new one, and a code of whoever has a way to get one."""

    old: Secret
    new: Secret
    code: Code = ""


class ResetAsked(Body, frozen=True):
    """Whose password was forgotten."""

    user: UserName


class PasswordReset(Body, frozen=True):
    """A new password for a code that was sent, or for the activation code of a new user."""

    user: UserName
    code: Code
    new: Secret


class CodeAsked(Body, frozen=True):
    """What a code is wanted for."""

    purpose: Annotated[str, Meta(pattern="^(sign_in|password)$")] = "password"


class Enrolment(Body, frozen=True):
    """The password, once more: an open session is not enough to set up a second factor."""

    password: Secret


class Proof(Body, frozen=True):
    """What the code generator shows now."""

    code: Code


class KeyAsked(Body, frozen=True):
    """What a program's key may be used for, from where and for how long."""

    scopes: list[str] = msgspec.field(default_factory=lambda: ["read"])
    label: Annotated[str, Meta(max_length=100)] = ""
    addresses: Annotated[list[str], Meta(max_length=32)] = []
    days: Annotated[int, Meta(ge=1, le=LONGEST_LIFE_DAYS)] = 365


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Who one is on an exchange, what one may do there, and what one owes before: `password` or `second_factor`."""

    exchange: str
    user: str
    role: str
    account: str
    permissions: list[str]
    scopes: list[str]
    owes: str
    csrf: str = ""


class Sent(msgspec.Struct, frozen=True):
    """Where a code goes, masked."""

    sent_to: str


class Generator(msgspec.Struct, frozen=True):
    """The secret of a code generator, as text and as an address to be shown as a picture; told this once."""

    secret: str
    uri: str


class NewKey(msgspec.Struct, frozen=True):
    """A key and its public id; the key is told this once."""

    id: str
    key: str


class KeyLine(msgspec.Struct, frozen=True):
    """A key without its secret; days are UTC."""

    id: str
    label: str
    scopes: list[str]
    addresses: list[str]
    created_at: str
    expires_at: str
    revoked_at: str
    last_used: str


class Keys(msgspec.Struct, frozen=True):
    """One's keys, newest first."""

    rows: list[KeyLine]


class HappeningLine(msgspec.Struct, frozen=True):
    """Something that happened to a user's access; `outcome` is "ok" or a code (CEA-4-c: with the user's account)."""

    id: int
    at: str
    user: str
    role: str
    account: str
    address: str
    what: str
    outcome: str


class Happenings(msgspec.Struct, frozen=True):
    """A page, newest first; `next` is the `after` of the page that follows, null at the end."""

    rows: list[HappeningLine]
    next: str | None


class _Seen(msgspec.Struct, frozen=True):
    """What the kernel knows of an actor."""

    role: str = ""
    account: str = ""
    permissions: tuple[str, ...] = ()
    frozen: bool = False

    @property
    def standing(self) -> str:
        return "frozen" if self.frozen else "active" if self.role not in ("", DOOR) else "unknown"


def make_access_router(host: Host) -> Router:
    """The routes of `/api/{exchange}/` that say who is who."""
    identity = host.identity

    def hosted_of(exchange: str) -> Hosted:
        found = host.exchanges.get(exchange)
        if found is None:
            raise Problem("UNKNOWN_EXCHANGE", exchange=exchange)
        return found

    async def seen(exchange: str, user: str) -> _Seen:
        return await hosted_of(exchange).writer.ask(lambda one: _actor(one, user))

    @post("/session", status_code=200, summary="登录 · Sign in", tags=["access"])
    async def sign_in(request: AnyRequest, exchange: FromPath[str], data: JSONBody[SignIn]) -> Response[Who]:
        """Begin a session: sets a cookie and tells the token that goes into the header X-CSRF-Token."""
        actor = await seen(exchange, data.user)
        needed = identity.settings.staff_need_second_factor and actor.role not in (OPERATOR, APPLICANT, "")
        try:
            signed: SignedIn = await identity.in_thread(
                identity.sign_in,
                exchange,
                data.user,
                data.password,
                data.code,
                address=address_of(request),
                standing=actor.standing,
                needs_second=needed,
                previous=request.cookies.get(cookie_name(exchange), ""),
            )
        except Objection as objection:
            METRICS.signed_in(exchange, objection.code)
            raise
        METRICS.signed_in(exchange, "ok")
        cookie = _cookie(identity, exchange, signed.token)
        return Response(_who(signed.principal, actor, signed.csrf), cookies=[cookie])

    @delete("/session", summary="退出 · Sign out", tags=["access"])
    async def sign_out(request: AnyRequest, exchange: FromPath[str]) -> Response[None]:
        """End this session."""
        person = person_in(request, exchange)
        await identity.in_thread(identity.sign_out, person, address_of(request))
        return Response(None, status_code=204, cookies=[_cookie(identity, exchange, "")])

    @get("/session", summary="当前用户 · Who am I", tags=["access"])
    async def who_am_i(request: AnyRequest, exchange: FromPath[str]) -> Who:
        """Who calls, and what he may do; for sessions also the token that goes into the header X-CSRF-Token."""
        principal = _known(request, exchange)
        actor = await seen(exchange, principal.user)
        if actor.frozen:
            raise Objection("OPERATOR_FROZEN", operator=principal.user)
        if not actor.role:
            raise Objection("AUTH_REQUIRED")
        cookie = request.cookies.get(cookie_name(exchange), "")
        csrf = identity.csrf_of(cookie) if principal.kind == "session" else ""
        return _who(principal, actor, csrf)

    @post("/password", status_code=204, summary="修改登录密码 · Change the password", tags=["access"])
    async def change_password(
        request: AnyRequest, exchange: FromPath[str], data: JSONBody[PasswordChange]
    ) -> Response[None]:
        """Change one's password (CCER-Q72): every session ends, this one too."""
        person = person_in(request, exchange)
        address = address_of(request)
        await identity.in_thread(
            identity.change_password, person, data.old, data.new, data.code, address=address
        )
        return Response(None, status_code=204, cookies=[_cookie(identity, exchange, "")])

    @post("/password/reset-code", status_code=202, summary="忘记密码 · Ask for a reset code", tags=["access"])
    async def ask_reset(
        request: AnyRequest, exchange: FromPath[str], data: JSONBody[ResetAsked]
    ) -> dict[str, str]:
        """Have a code for a new password sent (CCER-Q73); answered alike whether there is such a user or not."""
        hosted_of(exchange)
        await identity.in_thread(identity.ask_reset, exchange, data.user, address=address_of(request))
        return {}

    @post("/password/reset", status_code=204, summary="重置密码 · Reset the password", tags=["access"])
    async def reset_password(
        request: AnyRequest, exchange: FromPath[str], data: JSONBody[PasswordReset]
    ) -> None:
        """Set a new password for a code that was sent, or the first one for an activation code."""
        hosted_of(exchange)
        address = address_of(request)
        await identity.in_thread(
            identity.reset_password, exchange, data.user, data.code, data.new, address=address
        )

    @post("/codes", status_code=202, summary="发送验证码 · Send me a code", tags=["access"])
    async def ask_code(request: AnyRequest, exchange: FromPath[str], data: JSONBody[CodeAsked]) -> Sent:
        """Have a one-time code sent to one's mobile or mail."""
        person = person_in(request, exchange)
        return Sent(
            await identity.in_thread(identity.ask_code, person, data.purpose, address=address_of(request))
        )

    @post("/totp", status_code=200, summary="启用动态口令 · Set up a code generator", tags=["access"])
    async def enrol(request: AnyRequest, exchange: FromPath[str], data: JSONBody[Enrolment]) -> Generator:
        """A new secret for a code generator; it counts once it is confirmed."""
        person = person_in(request, exchange)
        made = await identity.in_thread(identity.enrol, person, data.password, address=address_of(request))
        return Generator(*made)

    @post("/totp/confirm", status_code=204, summary="确认动态口令 · Confirm the generator", tags=["access"])
    async def confirm(request: AnyRequest, exchange: FromPath[str], data: JSONBody[Proof]) -> None:
        """From now on the generator is the second factor."""
        person = person_in(request, exchange)
        await identity.in_thread(identity.confirm_generator, person, data.code, address=address_of(request))

    @post("/totp/remove", status_code=204, summary="停用动态口令 · Remove the generator", tags=["access"])
    async def remove(request: AnyRequest, exchange: FromPath[str], data: JSONBody[Proof]) -> None:
        """The generator counts no longer."""
        person = person_in(request, exchange)
        await identity.in_thread(identity.remove_generator, person, data.code, address=address_of(request))

    @get("/keys", summary="接口密钥 · Keys", tags=["access"])
    async def keys(request: AnyRequest, exchange: FromPath[str]) -> Keys:
        """One's keys, without their secrets."""
        principal = principal_of(request.scope, exchange, "read")
        rows = await identity.in_thread(identity.keys, exchange, principal.user)
        return Keys([_key_line(row) for row in rows])

    @post("/keys", status_code=201, summary="签发密钥 · Issue a key", tags=["access"])
    async def issue_key(request: AnyRequest, exchange: FromPath[str], data: JSONBody[KeyAsked]) -> NewKey:
        """A key for a program that acts as this user, within the scopes `read`, `trade` and `manage`."""
        principal_of(request.scope, exchange, "manage")
        person = person_in(request, exchange)
        made = await identity.in_thread(
            identity.issue_named_key,
            exchange,
            person.user,
            data.scopes,
            label=data.label,
            addresses=data.addresses,
            expires_at=system_now() + data.days * DAY,
            address=address_of(request),
        )
        return NewKey(*made)

    @delete("/keys/{key_id:str}", status_code=204, summary="吊销密钥 · Revoke a key", tags=["access"])
    async def revoke_key(request: AnyRequest, exchange: FromPath[str], key_id: FromPath[str]) -> None:
        """End one of one's keys."""
        principal_of(request.scope, exchange, "manage")
        person = person_in(request, exchange)
        address = address_of(request)
        await identity.in_thread(identity.revoke_key, exchange, person.user, key_id, address=address)

    @get("/sign-ins", summary="登录记录 · What happened to access", tags=["access"])
    async def sign_ins(
        request: AnyRequest,
        exchange: FromPath[str],
        user: FromQuery[str | None] = None,
        after: Annotated[int, QueryParameter(ge=0, le=(1 << 63) - 1)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    ) -> Happenings:
        """Sign-ins, failures, changes and keys, newest first: one's own; everybody's for staff and the regulator."""
        principal = principal_of(request.scope, exchange, "read")
        actor = await seen(exchange, principal.user)
        if actor.frozen:
            raise Objection("OPERATOR_FROZEN", operator=principal.user)
        name = user or ""
        if actor.role not in (STAFF, REGULATOR):
            if name not in ("", principal.user):
                raise Problem("PERMISSION_DENIED", user=name)
            name = principal.user
        if not name.isprintable():
            return Happenings([], None)
        found = await identity.in_thread(
            identity.happenings, exchange, name=name, before=after, limit=limit + 1
        )
        page = found[:limit]

        def who(one: Exchange) -> dict[str, _Seen]:
            return {name: _actor(one, name) for name in {line.name for line in page}}

        people = await hosted_of(exchange).writer.ask(who)
        rows = [
            HappeningLine(
                one.id,
                _instant(one.at),
                one.name,
                people[one.name].role,
                people[one.name].account,
                one.address,
                one.what,
                one.outcome,
            )
            for one in page
        ]
        return Happenings(rows, str(rows[-1].id) if len(found) > limit else None)

    return Router(
        "/api/{exchange:str}",
        route_handlers=[
            sign_in,
            sign_out,
            who_am_i,
            change_password,
            ask_reset,
            reset_password,
            ask_code,
            enrol,
            confirm,
            remove,
            keys,
            issue_key,
            revoke_key,
            sign_ins,
        ],
        before_request=json_only,
        response_headers=[],
    )


async def json_only(request: AnyRequest) -> None:
    """Refuses what a form of another site could send: signing somebody in as somebody else, say."""
    if request.method == "POST" and not request.headers.get("content-type", "").startswith(
        "application/json"
    ):
        raise Objection("NOT_JSON")


def _known(request: AnyRequest, exchange: str) -> Principal:
    """Whoever calls, also one who has to change a password first."""
    principal: Principal | None = request.scope["state"].get("principal")
    if principal is None or principal.exchange != exchange or not principal.must_change:
        return principal_of(request.scope, exchange, "read")
    return principal


def person_in(request: AnyRequest, exchange: str) -> Principal:
    """A person who has signed in; refuses programs."""
    principal = _known(request, exchange)
    if principal.kind != "session":
        raise Objection("SESSION_NEEDED")
    return principal


def _actor(exchange: Exchange, user: str) -> _Seen:
    actor = exchange.parties.actors.get(user)
    if actor is None:
        return _Seen()
    return _Seen(actor.role, actor.account, actor.permissions, actor.frozen)


def _who(principal: Principal, actor: _Seen, csrf: str) -> Who:
    return Who(
        exchange=principal.exchange,
        user=principal.user,
        role=actor.role,
        account=actor.account,
        permissions=list(actor.permissions),
        scopes=list(principal.scopes),
        owes=principal.owes,
        csrf=csrf,
    )


def _cookie(identity: Identity, exchange: str, token: str) -> Cookie:
    return Cookie(
        key=cookie_name(exchange),
        value=token,
        path="/",
        httponly=True,
        secure=identity.settings.secure_cookies,
        samesite="strict",
        max_age=None if token else 0,
    )


def address_of(request: AnyRequest) -> str:
    return str(request.scope["state"].get("address", ""))


def _key_line(row: dict[str, Any]) -> KeyLine:
    return KeyLine(
        row["id"],
        row["label"],
        row["scopes"].split(),
        row["addresses"].split(),
        _instant(row["created_at"]),
        _instant(row["expires_at"]),
        _instant(row["revoked_at"]),
        row["last_used"],
    )


def _instant(us: int) -> str:
    """An instant as ISO text in UTC; empty for none."""
    return datetime.fromtimestamp(us // SECOND, UTC).isoformat() if us else ""
