"""Applicants: who has no account yet and files an application. What he signs in with belongs to adapters."""

from __future__ import annotations

from typing import ClassVar

from tanpan.component import Component, decides, evolves
from tanpan.messages import APPLICANT, DOOR, Command, Event
from tanpan.parties import Actor, name_is_free
from tanpan.personal import Mail, Mobile


class RegisterApplicant(Command, frozen=True, tag="core.register_applicant"):
    """Let a visitor in as an applicant, an actor of his own before any account exists."""

    zh: ClassVar = "登记申请人"
    roles: ClassVar = (DOOR,)
    user: str
    mail: Mail = ""
    mobile: Mobile = ""


class ApplicantRegistered(Event, frozen=True, tag="core.applicant_registered"):
    """A visitor became an applicant; mail and mobile are tokens."""

    user: str
    mail: str
    mobile: str


class Applicants(Component):
    """Lets applicants in; who there is stands with the parties."""

    name = "applicants"

    @decides(RegisterApplicant)
    def _register(self, actor: Actor, command: RegisterApplicant) -> None:
        name_is_free(self.exchange.parties, command.user)
        self.emit(ApplicantRegistered(command.user, command.mail, command.mobile))

    @evolves(ApplicantRegistered)
    def _registered(self, event: ApplicantRegistered) -> None:
        self.exchange.parties.actors[event.user] = Actor(
            event.user, APPLICANT, mail=event.mail, mobile=event.mobile
        )
