"""Four eyes: a command that declares it is proposed by one person and takes effect when another confirms it.

The proposal is bound to the content as it was sent; its objections are made when it is proposed and once
more, against the state and the rights of that moment, before the confirmation's first event.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from tanpan.component import Component, decides, evolves
from tanpan.messages import STAFF, Command, Event, name_of
from tanpan.parties import Actor
from tanpan.refusals import Refusal


class ConfirmProposal(Command, frozen=True, tag="core.confirm_proposal"):
    """Confirm what another person proposed; it takes effect now."""

    zh: ClassVar = "复核通过"
    roles: ClassVar = (STAFF,)
    proposal: int


class RejectProposal(Command, frozen=True, tag="core.reject_proposal"):
    """Reject what was proposed."""

    zh: ClassVar = "复核不通过"
    roles: ClassVar = (STAFF,)
    proposal: int
    reason: str


class ProposalMade(Event, frozen=True, tag="core.proposal_made"):
    """Someone proposed a command that a second person must confirm."""

    proposal: int
    actor: str
    command: str
    body: bytes


class ProposalConfirmed(Event, frozen=True, tag="core.proposal_confirmed"):
    """A second person confirmed a proposal; the events beside this one are its effect."""

    proposal: int
    approver: str


class ProposalRejected(Event, frozen=True, tag="core.proposal_rejected"):
    """A proposal was rejected."""

    proposal: int
    approver: str
    reason: str


class Proposal(msgspec.Struct):
    """A command that waits for a second person."""

    number: int
    actor: str
    command: str
    body: bytes


class FourEyes(Component):
    """The proposals that wait."""

    name = "four_eyes"

    def reset(self) -> None:
        self.next_proposal = 1
        self.waiting: dict[int, Proposal] = {}

    def propose(self, actor: Actor, command: Command) -> None:
        """Make the command's objections, then a proposal of it."""
        self.exchange.objections(actor, command)
        body = self.exchange.encode(command)
        self.emit(ProposalMade(self.next_proposal, actor.name, name_of(type(command)), body))

    @decides(ConfirmProposal)
    def _confirm(self, actor: Actor, command: ConfirmProposal) -> None:
        proposal = self._waiting(command.proposal)
        inner = self.exchange.decode_command(proposal.body)
        self.exchange.authorise(actor, inner)
        if proposal.actor == actor.name:
            raise Refusal("SAME_PERSON", proposal=proposal.number, actor=actor.name)
        proposer = self.exchange.actor(proposal.actor)
        self.exchange.authorise(proposer, inner)
        self.exchange.objections(proposer, inner)
        self.emit(ProposalConfirmed(proposal.number, actor.name))
        self.exchange.carry_out(proposer, inner)

    @decides(RejectProposal)
    def _reject(self, actor: Actor, command: RejectProposal) -> None:
        proposal = self._waiting(command.proposal)
        self.exchange.authorise(actor, self.exchange.decode_command(proposal.body))
        if not command.reason:
            raise Refusal("FIELD_MISSING", field="reason")
        self.emit(ProposalRejected(proposal.number, actor.name, command.reason))

    def _waiting(self, number: int) -> Proposal:
        proposal = self.waiting.get(number)
        if proposal is None:
            known = 0 < number < self.next_proposal
            raise Refusal("PROPOSAL_CLOSED" if known else "UNKNOWN_PROPOSAL", proposal=number)
        return proposal

    @evolves(ProposalMade)
    def _made(self, event: ProposalMade) -> None:
        self.waiting[event.proposal] = Proposal(event.proposal, event.actor, event.command, event.body)
        self.next_proposal = event.proposal + 1

    @evolves(ProposalConfirmed)
    def _confirmed(self, event: ProposalConfirmed) -> None:
        del self.waiting[event.proposal]

    @evolves(ProposalRejected)
    def _rejected(self, event: ProposalRejected) -> None:
        del self.waiting[event.proposal]

    def dump(self) -> Any:
        rows = [[one.number, one.actor, one.command, one.body] for one in self.waiting.values()]
        return [self.next_proposal, rows]

    def load(self, data: Any) -> None:
        self.next_proposal = data[0]
        self.waiting = {row[0]: Proposal(*row) for row in data[1]}
