"""The door for visitors and applicants, and what of an application is told in clear to who reviews it.

A visitor shows that a mobile or a mailbox is his; then the exchange lets him in as an applicant, on the word of
its own door, and he signs in as everybody does. The same door states that the mobile in an application is proved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from tanpan.application import Application
from tanpan.exchange import Exchange
from tanpan.filing import acts_for, denied
from tanpan.kinds import MOBILE
from tanpan.messages import APPLICANT, DOOR
from tanpan.parties import plain_name
from tanpan.personal import fingerprint, is_token
from tanpan.refusals import Refusal
from tanpan_adapters.api.access import (
    AnyRequest,
    Code,
    Secret,
    Sent,
    UserName,
    address_of,
    json_only,
    person_in,
)
from tanpan_adapters.api.doors import principal_of
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.identity import Objection
from tanpan_adapters.identity.visitors import MOBILE as MOBILE_PROOF
from tanpan_adapters.identity.visitors import VISITOR
from tanpan_adapters.service.requests import Reply
from tanpan_adapters.service.requests import Request as Asked
from tanpan_adapters.vault import Forgotten, UnknownToken, person_of

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host, Hosted

REGISTER: Final = "core.register_applicant"
STATE_FACT: Final = "core.state_fact"
Place = Annotated[str, Meta(max_length=254)]
Number = Annotated[int, Meta(ge=1)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes in; what isn't known is refused."""


class Visit(Body, frozen=True):
    """The user name that a visitor would like, and either a mobile or a mailbox of his."""

    user: UserName
    mobile: Place = ""
    mail: Place = ""


class Confirmation(Body, frozen=True):
    """The code that was sent, and the password that is to be, twice."""

    user: UserName
    code: Code
    password: Secret
    password_again: Secret


class ProofOfMobile(Body, frozen=True):
    """The code that was sent to the mobile in the form."""

    code: Code


class LetIn(msgspec.Struct, frozen=True):
    """Who has been let in; he signs in with his user name and password."""

    user: str


class Stated(msgspec.Struct, frozen=True):
    """What the exchange has on record now: the fact that was stated, and the record's sequence."""

    application: int
    fact: str
    seq: int


class Revealed(msgspec.Struct, frozen=True):
    """A personal field in clear."""

    application: int
    field: str
    text: str


class _Place(msgspec.Struct, frozen=True):
    """The mobile in an application: which fact proves it, in which of its fields, and the token."""

    fact: str
    field: str
    token: str
    applicant: str


def make_visitors_router(host: Host) -> Router:
    """The routes of `/api/{exchange}/` for visitors, for proofs of a mobile, and for reviewers' looks."""
    identity, vault = host.identity, host.vault

    def hosted_of(exchange: str) -> Hosted:
        found = host.exchanges.get(exchange)
        if found is None:
            raise Problem("UNKNOWN_EXCHANGE", exchange=exchange)
        return found

    def open_to_visitors(exchange: str) -> Hosted:
        hosted = hosted_of(exchange)
        if not any(APPLICANT in kind.applicants for kind in hosted.assembly.kinds):
            raise Problem("PERMISSION_DENIED", why="nothing here can be applied for without an account")
        return hosted

    @post(
        "/visitors",
        status_code=202,
        before_request=json_only,
        summary="访客登记 · Come in as a visitor",
        tags=["visitors"],
    )
    async def ask_in(request: AnyRequest, exchange: FromPath[str], data: JSONBody[Visit]) -> Sent:
        """Have a code sent to one's mobile or mailbox; answered alike whether the user name is taken or not."""
        open_to_visitors(exchange)
        plain_name("user", data.user)
        kind, clear = _place_of(data)
        return Sent(
            await identity.in_thread(
                identity.visitors.ask_in, exchange, data.user, kind, clear, address=address_of(request)
            )
        )

    @post(
        "/visitors/confirm",
        status_code=201,
        before_request=json_only,
        summary="访客注册 · Become an applicant",
        tags=["visitors"],
    )
    async def confirm(request: AnyRequest, exchange: FromPath[str], data: JSONBody[Confirmation]) -> LetIn:
        """Become an applicant, with a password, for the code that was sent; then sign in as usual.

        What was answered with 503 may be sent again with the same code: it acts once.
        """
        hosted = open_to_visitors(exchange)
        if data.password != data.password_again:
            raise Objection("PASSWORD_MISMATCH")
        await identity.in_thread(identity.check_rules, data.user, data.password)
        address = address_of(request)
        proof = await identity.in_thread(
            identity.visitors.proved, exchange, data.user, VISITOR, data.user, data.code, address=address
        )
        known = await hosted.writer.ask(lambda one: one.parties.actors.get(data.user))
        if known is not None and (known.role != APPLICANT or _has_password(host, exchange, data.user)):
            await identity.in_thread(identity.visitors.spend, exchange, proof)
            raise Problem("DUPLICATE_USERNAME", user=data.user)
        kind = proof.place.partition(":")[0]
        try:
            clear = await identity.in_thread(vault.reveal, proof.place)
        except (Forgotten, UnknownToken):  # the same code again, which was faster
            raise Objection("OTP_WRONG") from None
        token = await identity.in_thread(vault.keep, person_of(exchange, data.user), kind, clear)
        # First the exchange, where a name is one person's: no password of anybody else's is touched.
        reply = await _send(hosted, f"visitor-{proof.id}", REGISTER, {"user": data.user, kind: token})
        if reply.refusal is not None:
            await identity.in_thread(identity.visitors.spend, exchange, proof)
            if reply.refusal.code == "OPERATOR_EXISTS":
                raise Problem("DUPLICATE_USERNAME", user=data.user)
            raise reply.refusal
        await identity.in_thread(identity.visitors.spend, exchange, proof)
        await identity.in_thread(identity.set_password, exchange, data.user, data.password, must_change=False)
        await identity.in_thread(identity.reach, exchange, data.user, **{kind: token})
        return LetIn(data.user)

    @post(
        "/applications/{number:int}/mobile-code",
        status_code=202,
        summary="手机验证码 · Have a code sent to the mobile in the form",
        tags=["applications"],
    )
    async def ask_mobile(request: AnyRequest, exchange: FromPath[str], number: FromPath[Number]) -> Sent:
        """Have a code sent to the mobile in one's application, to show that it is one's own."""
        person = person_in(request, exchange)
        place = await hosted_of(exchange).writer.ask(lambda one: _mobile(one, person.user, number))
        return Sent(
            await identity.in_thread(
                identity.visitors.ask,
                exchange,
                person.user,
                f"{number} {place.fact}",
                place.token,
                address=address_of(request),
            )
        )

    @post(
        "/applications/{number:int}/mobile-proof",
        status_code=200,
        before_request=json_only,
        summary="验证手机号 · Prove the mobile in the form",
        tags=["applications"],
    )
    async def prove_mobile(
        request: AnyRequest, exchange: FromPath[str], number: FromPath[Number], data: JSONBody[ProofOfMobile]
    ) -> Stated:
        """Give the code: that the mobile is the applicant's is then on record. A mobile changed since needs another."""
        person = person_in(request, exchange)
        hosted = hosted_of(exchange)
        place = await hosted.writer.ask(lambda one: _mobile(one, person.user, number))
        proof = await identity.in_thread(
            identity.visitors.proved,
            exchange,
            person.user,
            MOBILE_PROOF,
            f"{number} {place.fact}",
            data.code,
            address=address_of(request),
        )
        if fingerprint(proof.place) != fingerprint(place.token):
            raise Objection("OTP_WRONG")
        fields = {
            "application": number,
            "fact": place.fact,
            "reference": f"mobile-{proof.id}",
            "content": {place.field: proof.place},
            "user": place.applicant,
        }
        reply = await _send(hosted, f"mobile-{proof.id}", STATE_FACT, fields)
        await identity.in_thread(identity.visitors.spend, exchange, proof)
        if reply.refusal is not None:
            raise reply.refusal
        return Stated(number, place.fact, reply.seq)

    @get(
        "/applications/{number:int}/reveal",
        summary="查看敏感信息 · Look at a personal field in clear",
        tags=["applications"],
    )
    async def reveal(
        request: AnyRequest,
        exchange: FromPath[str],
        number: FromPath[Number],
        field: FromQuery[Annotated[str, Meta(min_length=1, max_length=64)]],
        fact: FromQuery[Annotated[str, Meta(max_length=64)]] = "",
    ) -> Revealed:
        """The clear text of a personal field of a form, or of a fact's: for the reviewer who has taken it up.

        Every look is in the trail, with who, what and when.
        """
        person = principal_of(request.scope, exchange, "manage")
        hosted = hosted_of(exchange)
        what = f"reveal {number} {fact}.{field}" if fact else f"reveal {number} {field}"

        async def note(outcome: str) -> None:
            address = address_of(request)
            await identity.in_thread(identity.note, exchange, person.user, what, outcome, address)

        try:
            token = await hosted.writer.ask(lambda one: _looked_at(one, person.user, number, field, fact))
        except Refusal as refusal:
            if field.isprintable() and fact.isprintable():
                await note(refusal.code)
            raise
        # In the trail first: nobody has seen what isn't there.
        await note("ok")
        try:
            clear = await identity.in_thread(vault.reveal, token)
        except (Forgotten, UnknownToken):
            raise Problem("PERSON_FORGOTTEN", application=number, field=field) from None
        return Revealed(number, field, clear)

    return Router(
        "/api/{exchange:str}",
        route_handlers=[ask_in, confirm, ask_mobile, prove_mobile, reveal],
    )


def _place_of(data: Visit) -> tuple[str, str]:
    """The kind of the one place that a visitor gave, and its clear text."""
    given = [(kind, said) for kind, said in (("mobile", data.mobile), ("mail", data.mail)) if said]
    if not given:
        raise Refusal("FIELD_MISSING", field="mobile")
    if len(given) > 1:
        raise Refusal("BAD_FIELD", field="mail", why="a mobile or a mailbox is expected, not both")
    return given[0]


def _has_password(host: Host, exchange: str, user: str) -> bool:
    found = host.identity.find(exchange, user)
    return found is not None and bool(found.password)


async def _send(hosted: Hosted, request_id: str, command: str, fields: dict[str, Any]) -> Reply:
    """What the exchange answers to its door; a problem where it could not be asked."""
    request = Asked(request_id, DOOR, "web", command, msgspec.json.encode(fields))
    reply = (await hosted.writer.send((request,)))[0]
    if reply.code:
        raise Problem(reply.code, why=reply.why)
    return reply


def _known(exchange: Exchange, user: str) -> Any:
    actor = exchange.actor(user)
    if actor.frozen:
        raise Refusal("OPERATOR_FROZEN", operator=user)
    return actor


def _mobile(exchange: Exchange, user: str, number: int) -> _Place:
    """The mobile in somebody's own application that the door may prove."""
    actor = _known(exchange, user)
    application = exchange.applications.of(number)
    if not acts_for(actor, application, application.kind.parties[0].name):
        raise denied(actor, application)
    for fact in application.kind.facts:
        field = next((one for one in fact.form if one.shape == MOBILE), None)
        if DOOR not in fact.by or field is None:
            continue
        token = application.content.get(field.name, "")
        if not is_token(MOBILE, token):
            raise Refusal("FIELD_MISSING", field=field.name)
        return _Place(fact.name, field.name, token, application.applicant)
    raise Refusal("UNKNOWN_FACT", application=number)


def _looked_at(exchange: Exchange, user: str, number: int, field: str, fact: str) -> str:
    """The token of a personal field, for the one who has taken the application up for a review."""
    actor = _known(exchange, user)
    application: Application = exchange.applications.of(number)
    if application.claimed_by != actor.name:
        if actor.role not in {review.role for review in application.kind.reviews}:
            raise denied(actor, application)
        raise Refusal("CLAIM_REQUIRED", application=number, stage=application.stage_name)
    declared = application.kind.fact(fact) if fact else None
    form = declared.form if declared is not None else () if fact else application.kind.form
    known = next((one for one in form if one.name == field and one.personal), None)
    if known is None:
        raise Refusal("BAD_FIELD", field=field, known=[one.name for one in form if one.personal])
    content = application.facts.get(fact, {}) if fact else application.content
    token = content.get(field, "")
    if not is_token(known.shape, token):
        raise Refusal("FIELD_MISSING", field=field)
    return str(token)
