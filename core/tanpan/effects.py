"""Effects: whether an approved application may take effect, and what it then brings about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from tanpan.application_events import ApplicationFailed, ApplicationTookEffect, EffectScheduled
from tanpan.deadlines import effective
from tanpan.kinds import EFFECT
from tanpan.messages import Command
from tanpan.refusals import Refusal, show

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange
    from tanpan.parties import Actor


def missing(exchange: Exchange, application: Application, before: str) -> Refusal | None:
    """The first objection of the conditions that must hold before a step; None where all hold."""
    for condition in application.kind.conditions:
        if condition.before == before:
            objection = condition.missing(exchange, application)
            if objection is not None:
                return objection
    return None


def hold(exchange: Exchange, application: Application, before: str) -> None:
    """Refuse unless the conditions before a step hold."""
    objection = missing(exchange, application, before)
    if objection is not None:
        raise objection


@frozen
class Plan:
    """What an effect will be: when (UTC microseconds), and the commands it carries out."""

    due_us: int
    commands: Sequence[Command]


def prepared(exchange: Exchange, actor: Actor, application: Application) -> Plan:
    """What an effect would be if it were approved now, all objections made; refuses what is missing before it."""
    hold(exchange, application, EFFECT)
    consequence = application.kind.consequence
    commands = consequence(exchange, application) if consequence is not None else ()
    for command in commands:
        exchange.objections(actor, command)
    return Plan(effective(exchange, application), commands)


def take_effect(exchange: Exchange, actor: Actor, application: Application, plan: Plan) -> None:
    """Bring an effect about, now or, by a timer, when its instant comes."""
    if plan.due_us > exchange.now:
        exchange.emit(EffectScheduled(application.number, plan.due_us))
    else:
        bring_about(exchange, actor, application, plan.commands)


def bring_about(
    exchange: Exchange, actor: Actor, application: Application, commands: Sequence[Command]
) -> None:
    """Carry out the commands of an effect whose objections were made, and say that it took effect."""
    for command in commands:
        exchange.bring_about(actor, command)
    whose = (application.kind.name, application.applicant, application.account)
    exchange.emit(ApplicationTookEffect(application.number, *whose))


def failure(application: Application, refusal: Refusal) -> ApplicationFailed:
    """The fact that a timed effect was refused."""
    details = {key: show(key, value) for key, value in refusal.details.items()}
    whose = (application.kind.name, application.applicant, application.account)
    return ApplicationFailed(application.number, *whose, refusal.code, details)
