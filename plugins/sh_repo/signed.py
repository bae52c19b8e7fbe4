"""The checks of what the parties signed: agreement, risk disclosures, powers of attorney, declarations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sh_repo.agreement import (
    CASE_PARTS,
    CASES,
    DECLARATIONS,
    INITIAL_TRADE,
    MEASURES,
    authority_in,
    cases_in,
)
from sh_repo.contract import SIDES
from sh_repo.disclosure import disclosures_of
from tanpan.kinds import Content, fen_in
from tanpan.personal import fingerprint
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange


def check_cases(exchange: Exchange, application: Application, content: Content) -> None:
    """An early or deferred repurchase is agreed with conditions, price and day, or not at all (REPO-A6-23, A6-24)."""
    clauses = dict(zip(CASES, ("REPO-A6-23", "REPO-A6-24"), strict=True))
    for case in cases_in(content):
        for part in CASE_PARTS:
            if not content.get(f"{case}_{part}"):
                raise Refusal("FIELD_MISSING", clauses[case], field=f"{case}_{part}")


def check_disclosure(exchange: Exchange, application: Application, content: Content) -> None:
    """Both signed the latest risk disclosure and copied its sentence by hand (REPO-A4-7, REPO-A6-18)."""
    for side in SIDES:
        said = (content.get(f"{side}_disclosure", ""), content.get(f"{side}_copied", ""))
        disclosures_of(exchange).signed(*said, party=side)


def check_authority(exchange: Exchange, application: Application, content: Content) -> None:
    """Both powers of attorney are in force now and on the initial day, and cover what is applied for (REPO-A5-1)."""
    initial = date.fromisoformat(content["initial_day"])
    measures = content["freezes"] or content["monitored"] or fen_in(content, "margin") > 0
    for side in SIDES:
        authority = authority_in(content, side)
        term = {"since": authority.since, "until": authority.until}
        for day in (exchange.today(), initial):
            if not authority.since <= day <= authority.until:
                raise Refusal("AUTH_EXPIRED", "REPO-A5-1", party=side, day=day, **term)
        for scope in (INITIAL_TRADE, MEASURES) if measures else (INITIAL_TRADE,):
            if scope not in authority.scope:
                raise Refusal("AUTH_SCOPE", "REPO-A5-1", party=side, missing=scope)


def check_agent(exchange: Exchange, application: Application, content: Content) -> None:
    """The agent is the handler whose identity card was copied (REPO-A5-1)."""
    for side in SIDES:
        agent, handler = content[f"{side}_agent_identity"], content[f"{side}_handler_identity"]
        if fingerprint(agent) != fingerprint(handler):
            raise Refusal("AGENT_ID_MISMATCH", "REPO-A5-1", party=side)


def check_declared(exchange: Exchange, application: Application, content: Content) -> None:
    """Both made their eight declarations, and stand for what they filed (REPO-A6-2.3, REPO-A3-7)."""
    for side in SIDES:
        for name in DECLARATIONS:
            if content.get(f"{side}_declares_{name}") is not True:
                raise Refusal(
                    "DECLARATION_MISSING", "REPO-A6-2.3", field=f"{side}_declares_{name}", party=side
                )
    if content.get("declared_true") is not True:
        raise Refusal("DECLARATION_MISSING", "REPO-A3-7", field="declared_true")


def check_in_force(exchange: Exchange, application: Application, content: Content) -> None:
    """Both have signed the agreement (REPO-A6-38)."""
    for side in SIDES:
        said = content.get(f"{side}_signed_on", "")
        if not said or date.fromisoformat(said) > exchange.today():
            raise Refusal("AGREEMENT_NOT_IN_FORCE", "REPO-A6-38", party=side)
