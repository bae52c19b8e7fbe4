"""The checks of what both parties file, in the order in which they are asked; each cites its clause.

They are made at submission; those of what may change meanwhile are made once more before approval.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final, cast

from sh_repo.agreement import REFERENCE, ratio_in, rows_in
from sh_repo.contract import BUYER, NOT_STATED, SELLER, SIDES
from sh_repo.rulebook import MARKET, own
from sh_repo.signed import (
    check_agent,
    check_authority,
    check_cases,
    check_declared,
    check_disclosure,
    check_in_force,
)
from sh_repo.standings import standings_of
from tanpan.instruments import Instrument
from tanpan.kinds import RETURNED, Content, fen_in
from tanpan.quantities import LARGEST_TONNES
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from sh_repo.filing import Filings
    from tanpan.application import Application
    from tanpan.exchange import Exchange

# --- who ---------------------------------------------------------------------------------------------------


def check_parties(exchange: Exchange, application: Application, content: Content) -> None:
    """Two parties, two entities, each under the name of its account (REPO-A6-P)."""
    for side in SIDES:
        if not application.parties.get(side):
            raise Refusal("PARTY_MISSING", "REPO-A6-P", party=side)
    if content["seller_name"] == content["buyer_name"]:
        raise Refusal("SELF_TRADE", "REPO-A6-P", value=content["seller_name"])
    for side, clause in ((SELLER, "REPO-A3-3"), (BUYER, "REPO-A3-2")):
        name = content[f"{side}_name"]
        # Told is what was said: whoever names an account doesn't learn whose it is.
        if name != exchange.parties.active(application.parties[side]).name:
            raise Refusal("PARTY_MISMATCH", clause, field=f"{side}_name", value=name)


def check_who(exchange: Exchange, application: Application, content: Content) -> None:
    """Both may take part in this repo, and the buyer is qualified (REPO-4.1)."""
    standings = standings_of(exchange)
    reductions = all(is_reduction(exchange, one["instrument"]) for one in content["underlying"])
    for side, account in _sides(application):
        standings.eligible(account, reductions)
        if side == BUYER:
            standings.qualified(account)
        standings.may_repo(account)
        if side == SELLER and standings.managed(account) is not content["seller_managed"]:
            raise Refusal("PARTY_MISMATCH", "REPO-A3-3", field="seller_managed", account=account)


def _sides(application: Application) -> Iterator[tuple[str, str]]:
    return ((side, application.parties[side]) for side in SIDES if application.parties.get(side))


# --- the underlying ------------------------------------------------------------------------------------------


def is_reduction(exchange: Exchange, code: str) -> bool:
    """Whether an instrument is a reduction."""
    instrument = exchange.instruments.by_code.get(code)
    return instrument is not None and instrument.product in own(exchange)["reduction_products"]


def is_allowance(exchange: Exchange, code: str) -> bool:
    """Whether an instrument is an allowance."""
    instrument = exchange.instruments.by_code.get(code)
    return instrument is not None and instrument.product in own(exchange)["allowance_products"]


def check_manual(exchange: Exchange, application: Application, content: Content) -> None:
    """The manual relied on is the one in force; earlier ones have lapsed (REPO-5-c)."""
    version = own(exchange)["manual_version"]
    if content["manual"] < version:
        raise Refusal("RULE_SUPERSEDED", "REPO-5-c", value=content["manual"], version=version)
    if content["manual"] != version:
        raise Refusal("BAD_FIELD", "REPO-1-a", field="manual", version=version)


def check_underlying(exchange: Exchange, application: Application, content: Content) -> None:
    """Listed products of this market, each once; one row, or several of reductions where that is allowed (AMB-63)."""
    rules, codes = own(exchange), [one["instrument"] for one in content["underlying"]]
    instruments = [_traded(exchange, code) for code in codes]
    if len(codes) != len(dict.fromkeys(codes)):
        raise Refusal("BAD_FIELD", "REPO-4.2.2-d", field="underlying", why="an instrument stands twice")
    several = rules["several_rows_for_reductions"] and not rules["repo_indivisible"]
    reductions = all(one.product in rules["reduction_products"] for one in instruments)
    if len(codes) > 1 and not (several and reductions):
        raise Refusal("ONE_ROW_ONLY", "REPO-4.2.2-d", field="underlying")


def _traded(exchange: Exchange, code: str) -> Instrument:
    instrument, rules = exchange.instruments.known(code), own(exchange)
    known = (*rules["allowance_products"], *rules["reduction_products"])
    if instrument.market != MARKET or instrument.product not in known:
        raise Refusal("UNKNOWN_INSTRUMENT", "REPO-A6-1.4", instrument=code)
    return exchange.instruments.listed(code)


def check_quantities(exchange: Exchange, application: Application, content: Content) -> None:
    """Whole tonnes, no less than the smallest repo, the same in both legs (REPO-A6-1.5-9)."""
    rows = rows_in(content)
    for row in rows:
        if not 0 < row.quantity_tonnes <= LARGEST_TONNES:
            raise Refusal("BAD_QUANTITY", "REPO-A6-6-15", quantity_tonnes=row.quantity_tonnes)
    total, least = sum(row.quantity_tonnes for row in rows), own(exchange)["repo_minimum_tonnes"]
    if total < least:
        raise Refusal("QTY_BELOW_REPO_MIN", "REPO-PUB-2", quantity_tonnes=total, from_tonnes=least)
    if content["repurchase_quantity"] != total:
        raise Refusal("TERMS_MISMATCH", "REPO-A6-1.5-9", field="repurchase_quantity", quantity_tonnes=total)


def check_amounts(exchange: Exchange, application: Application, content: Content) -> None:
    """An amount is its price times the quantity, in both legs (REPO-A6-1.5-9)."""
    total = sum(row.quantity_tonnes for row in rows_in(content))
    for leg in ("initial", "repurchase"):
        amount = fen_in(content, f"{leg}_price") * total
        if fen_in(content, f"{leg}_amount") != amount:
            raise Refusal("AMOUNT_MISMATCH", "REPO-A6-1.5-9", field=f"{leg}_amount", amount_fen=amount)


# --- the days ------------------------------------------------------------------------------------------------


def day_in(content: Content, name: str) -> date:
    """The day in a field."""
    return date.fromisoformat(content[name])


def check_dates(exchange: Exchange, application: Application, content: Content) -> None:
    """The repurchase comes after the initial trade; both ends of the term are counted; both days trade (AMB-33, 35)."""
    first, last = day_in(content, "initial_day"), day_in(content, "repurchase_day")
    if last <= first:
        raise Refusal("BAD_DATES", "REPO-A6-1.3", initial_day=first, repurchase_day=last)
    days = (last - first).days + 1
    if content["term_days"] != days:
        raise Refusal("TERM_MISMATCH", "REPO-A6-1.12", field="term_days", value=days)


def check_trading_days(exchange: Exchange, application: Application, content: Content) -> None:
    """Both days are trading days (AMB-35)."""
    for name in ("initial_day", "repurchase_day"):
        if not exchange.calendar.is_trading_day(day_in(content, name)):
            raise Refusal("NOT_TRADING_DAY", "REPO-A6-6-15", field=name, day=day_in(content, name))


def check_cutoff(exchange: Exchange, application: Application, content: Content) -> None:
    """Allowances for this year's surrender are bought back in time for it (REPO-A6-12, AMB-32)."""
    rules = own(exchange)
    codes = (one["instrument"] for one in content["underlying"])
    # A reduction of the same year is no allowance.
    vintages = [exchange.instruments.by_code[code].vintage for code in codes if is_allowance(exchange, code)]
    if not content["for_surrender"] and not any(one in rules["surrender_vintages"] for one in vintages):
        return
    said = rules["surrender_deadline"]
    # Last year's deadline is none of this year's.
    if not said or date.fromisoformat(said) < exchange.today():
        raise Refusal("CUTOFF_NOT_CONFIGURED", "REPO-A6-12")
    deadline, day = date.fromisoformat(said), day_in(content, "repurchase_day")
    count = rules["cutoff_trading_days"]
    last = exchange.calendar.trading_day_before(deadline, count) if count else deadline
    if day > last:
        raise Refusal("AFTER_COMPLIANCE_CUTOFF", "REPO-A6-12", repurchase_day=day, last_day=last)


def check_in_time(exchange: Exchange, application: Application, content: Content) -> None:
    """Filed both three trading days and three working days before the initial day (AMB-31).

    What the exchange returned was filed when it was first submitted for the day that it names.
    """
    rules, calendar, day = own(exchange), exchange.calendar, day_in(content, "initial_day")
    filings = cast("Filings", exchange.components["sh_repo.filings"])
    named, since = filings.filed_for.get(application.number, ("", ""))
    returned = application.state == RETURNED and named == content["initial_day"]
    filed = date.fromisoformat(since) if returned else exchange.today()
    for last, clause in (
        (calendar.trading_day_before(day, rules["filing_trading_days"]), "REPO-4.2.1-b"),
        (calendar.working_day_before(day, rules["filing_working_days"]), "REPO-A6-16"),
    ):
        if filed > last:
            raise Refusal("FILING_TOO_LATE", clause, day=filed, last_day=last)


# --- the measures --------------------------------------------------------------------------------------------


def check_freeze(exchange: Exchange, application: Application, content: Content) -> None:
    """A managed seller's allowances need a product freeze; what is stated of it agrees (REPO-A6-1.15, A6-21)."""
    rows, ratio = rows_in(content), ratio_in(content)
    stated = ratio != NOT_STATED or any(row.frozen_tonnes != NOT_STATED for row in rows)
    allowances = any(is_allowance(exchange, row.instrument) for row in rows)
    if not content["freezes"]:
        if content["seller_managed"] and allowances:
            raise Refusal("FREEZE_REQUIRED", "REPO-A6-1.15", field="freezes")
        if stated:
            raise Refusal("BAD_FIELD", "REPO-A3-5", field="freezes", why="a freeze is stated, but not agreed")
        return
    for row in rows:
        frozen, quantity = row.frozen_tonnes, row.quantity_tonnes
        if frozen == NOT_STATED:
            if ratio == NOT_STATED and not allowances:
                # The formula is about allowances (article 21).
                raise Refusal("FIELD_MISSING", "REPO-A3-5", field="freeze_ratio")
            continue
        if frozen > quantity:
            raise Refusal(
                "FREEZE_EXCEEDS_QTY", "REPO-4.2.2-d", frozen_tonnes=frozen, quantity_tonnes=quantity
            )
        if frozen < 0:
            raise Refusal("BAD_QUANTITY", "REPO-A3-5", frozen_tonnes=frozen)
        if ratio != NOT_STATED and abs(frozen * 10_000 - ratio * quantity) >= 10_000:
            raise Refusal(
                "FREEZE_MISMATCH", "REPO-A6-21", frozen_tonnes=frozen, ratio=content["freeze_ratio"]
            )


def check_monitoring(exchange: Exchange, application: Application, content: Content) -> None:
    """The exchange monitors its own formula only, for a managed seller's allowances (REPO-A6-1.17)."""
    if not content["monitored"]:
        if content.get("alarm_ratio"):
            raise Refusal("MONITORING_NOT_AVAILABLE", "REPO-A6-1.17-c", field="alarm_ratio")
        return
    if content["monitoring_formula"] != REFERENCE:
        raise Refusal("MONITORING_NOT_AVAILABLE", "REPO-A6-1.17-c", field="monitoring_formula")
    allowances = all(is_allowance(exchange, one["instrument"]) for one in content["underlying"])
    if not content["seller_managed"] or not allowances:
        raise Refusal("MONITORING_NOT_AVAILABLE", "REPO-A6-1.17-a", field="monitored")


def check_fee(exchange: Exchange, application: Application, content: Content) -> None:
    """The exchange's schedule of repo fees is set (REPO-A6-4.2.4)."""
    if own(exchange)["repo_fee_ppm"] < 0:
        raise Refusal("FEE_NOT_CONFIGURED", "REPO-A6-4.2.4")


CHECKS: Final = (
    check_manual,
    check_parties,
    check_underlying,
    check_who,
    check_dates,
    check_trading_days,
    check_quantities,
    check_amounts,
    check_freeze,
    check_monitoring,
    check_cutoff,
    check_cases,
    check_disclosure,
    check_authority,
    check_agent,
    check_declared,
    check_in_force,
    check_in_time,
    check_fee,
)
"""In the order in which they are asked."""
