"""What every rule pack owes, ours and a stranger's alike: one check per promise, asked of each of its markets.

A pack of your own passes it with two lines:

    @pytest.mark.parametrize("check", suite.CHECKS, ids=lambda check: check.__name__)
    def test_my_market(check): check(suite.Case("my_pack", "my_market"))
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from attrs import frozen

from kernel.helpers import CALENDAR, FIRST, REFERENCE, SETUP, Venue
from tanpan.blocks import AcceptBlock, OfferBlock
from tanpan.clearing import ClearDay, ConfirmClearing, SettleDay
from tanpan.exchange import Exchange
from tanpan.market import Market
from tanpan.messages import ROLES
from tanpan.packs import Pack, assemble, load
from tanpan.parties import OPERATOR_PERMISSIONS, STAFF_PERMISSIONS
from tanpan.refusals import BY_CODE, Refusal
from tanpan.rulebook import FIELDS
from tanpan.trading_day import OpenDay


@frozen
class Case:
    """A market of an installed pack."""

    pack: str
    name: str

    def declared(self) -> tuple[Pack, Market]:
        """What the pack says of itself and of the market."""
        pack = assemble(load([self.pack])).packs[0]
        return pack, next(market for market in pack.markets if market.name == self.name)

    def venue(self) -> Venue:
        """An exchange of the pack with people and the market's instrument `X`; the day is not open."""
        return Venue(self.pack).people(10**12).instrument(self.name, "X", 10**7)

    def opened(self, clock: str = "") -> Venue:
        """Its first day, in its first listed session."""
        venue = self.venue()
        return venue.open(self.name, FIRST, clock or venue.terms(self.name).listed_sessions[0][0])

    def __str__(self) -> str:
        return self.name


def cases(*packs: str) -> list[Case]:
    """Every market of some packs."""
    return [Case(pack.name, market.name) for pack in assemble(load(packs)).packs for market in pack.markets]


def _ended(venue: Venue, case: Case) -> None:
    terms = venue.terms(case.name)
    venue.until(FIRST, max(end for _, end in (*terms.listed_sessions, *terms.block_sessions)))


# --- the rulebook -------------------------------------------------------------------------------------


def terms_resolve_on_a_day_in_force_and_refuse_before(case: Case) -> None:
    _, market = case.declared()
    assert market.terms(SETUP)
    first = max(parameter.steps[0].day for parameter in market.parameters)
    assert market.terms(first)
    try:
        market.terms(min(parameter.steps[0].day for parameter in market.parameters) - timedelta(days=1))
    except Refusal as refusal:
        assert refusal.code == "RULE_NOT_IN_FORCE"
    else:
        raise AssertionError("rules are told of a day on which there were none")


def every_parameter_is_named_in_both_languages_and_cites_a_clause(case: Case) -> None:
    pack, market = case.declared()
    known = {clause.id for clause in pack.clauses}
    names = [parameter.name for parameter in market.parameters]
    assert len(names) == len(set(names))
    for parameter in market.parameters:
        assert parameter.zh and parameter.en, parameter.name
        for step in parameter.steps:
            assert step.clause, parameter.name
            assert not known or step.clause in known, (parameter.name, step.clause)


def every_mandatory_parameter_is_declared(case: Case) -> None:
    _, market = case.declared()
    declared = {parameter.name for parameter in market.parameters}
    assert {name for name, field in FIELDS.items() if field.required} <= declared


def every_clause_behind_a_refusal_exists_and_so_does_its_code(case: Case) -> None:
    pack, market = case.declared()
    known = {clause.id for clause in pack.clauses}
    codes = BY_CODE.keys() | {reason.code for reason in pack.refusals}
    for code, clause in market.clauses.items():
        assert code.split()[0] in codes, code
        assert not known or clause in known, (code, clause)


def every_clause_is_told_in_both_languages_once_and_says_why_not(case: Case) -> None:
    pack, _ = case.declared()
    ids = [clause.id for clause in pack.clauses]
    assert len(ids) == len(set(ids))
    for clause in pack.clauses:
        assert clause.zh and clause.en and clause.summary and clause.summary_zh, clause.id
        assert clause.now or clause.why_not, clause.id


def its_own_refusals_are_told_in_both_languages_and_are_not_the_kernels(case: Case) -> None:
    pack, market = case.declared()
    for reason in pack.refusals:
        assert reason.zh and reason.en and reason.code not in BY_CODE
    assert market.zh and market.en and pack.zh and pack.en and pack.institution


# --- commands and events --------------------------------------------------------------------------------


def every_command_says_what_it_does_and_who_may(case: Case) -> None:
    exchange = case.venue().exchange
    for name, kind in exchange.command_types.items():
        assert kind.__doc__ and kind.__doc__.strip().endswith((".", ")")), name
        assert "Struct" not in kind.__doc__, name
        assert kind.roles and set(kind.roles) <= set(ROLES), name
        assert kind.permission in ("", *OPERATOR_PERMISSIONS, *STAFF_PERMISSIONS), name


def names_of_commands_events_views_and_components_start_with_their_owner(case: Case) -> None:
    venue = case.venue()
    exchange, owners = venue.exchange, ("core.", f"{case.pack}.")
    for name in (*exchange.command_types, *exchange.event_types):
        assert name.startswith(owners), name
    for kind in exchange.event_types.values():
        owner = "core" if kind.__module__.startswith("tanpan.") else case.pack
        assert str(kind.__struct_config__.tag).startswith(f"{owner}."), kind
    for own in (*venue.assembly.components, *venue.assembly.views):
        assert own.name.startswith(f"{case.pack}."), own


# --- a day ------------------------------------------------------------------------------------------------


def a_day_opens_only_on_a_trading_day_and_once(case: Case) -> None:
    venue = case.opened()
    assert venue.refusal("admin", OpenDay(case.name, FIRST)) == "DAY_ALREADY_OPENED"
    saturday = FIRST + timedelta(days=4)
    venue.until(saturday, "09:00")
    assert venue.refusal("admin", OpenDay(case.name, saturday)) == "NOT_TRADING_DAY"


def a_listing_that_nobody_takes_expires_and_releases_to_the_fen(case: Case) -> None:
    venue = case.opened()
    accounts = venue.exchange.ledger.accounts
    before = (accounts["Alpha"].available, accounts["Beta"].holdings["X"].available)
    venue.post("Alpha", "X", "buy", REFERENCE - 1, 7)
    venue.post("Beta", "X", "sell", REFERENCE + 1, 7)
    assert accounts["Alpha"].frozen >= 7 * (REFERENCE - 1)
    assert accounts["Beta"].holdings["X"].frozen == 7
    _ended(venue, case)
    assert (accounts["Alpha"].available, accounts["Beta"].holdings["X"].available) == before
    assert [one.state for one in venue.exchange.listings.by_number.values()] == ["expired", "expired"]
    venue.watch.agrees()


def trade(venue: Venue, case: Case, tonnes: int = 5, code: str = "X", seller: str = "Alpha") -> Any:
    """Beta buys at the reference price, in the market's own way."""
    _, market = case.declared()
    venue.post(seller, code, "sell", REFERENCE, tonnes)
    if market.taking.automatic:
        record = venue.send("Beta", venue.posting("Beta", code, "buy", REFERENCE, tonnes))
    else:
        record = venue.take("Beta", code, "buy", tonnes, REFERENCE)
    return next(event for event in record.events if hasattr(event, "seller_fee_fen"))


def a_listing_is_taken_at_its_price_with_a_fee_for_each_side(case: Case) -> None:
    venue = case.opened()
    accounts = venue.exchange.ledger.accounts
    before = accounts["Beta"].available
    done = trade(venue, case)
    assert (done.seller, done.buyer, done.price_fen, done.quantity_tonnes) == ("Alpha", "Beta", REFERENCE, 5)
    assert accounts["Beta"].available == before - 5 * REFERENCE - done.buyer_fee_fen
    assert accounts["Alpha"].proceeds == 5 * REFERENCE - done.seller_fee_fen
    assert accounts["Beta"].holdings["X"].undelivered == 5
    venue.watch.agrees()


def a_day_settles_once_everyone_named_has_confirmed(case: Case) -> None:
    venue = case.opened()
    trade(venue, case)
    assert venue.refusal("admin", ClearDay(case.name, FIRST)) == "MARKET_OPEN"
    _ended(venue, case)
    settle = SettleDay(case.name, FIRST)
    assert venue.refusal("admin", settle) == "NOT_CLEARED"
    venue.send("admin", ClearDay(case.name, FIRST))
    book = venue.exchange.days.of(case.name).books[0]
    assert book.confirmers
    for party in book.confirmers:
        assert venue.refusal("admin", settle) == "CONFIRMATION_MISSING"
        actor = "admin" if party == "exchange" else "registry"
        wrong = ConfirmClearing(case.name, FIRST, "another")
        assert venue.refusal(actor, wrong) == "RECONCILIATION_BREAK"
        venue.send(actor, ConfirmClearing(case.name, FIRST, book.digest))
    venue.send("admin", settle)
    accounts = venue.exchange.ledger.accounts
    assert accounts["Alpha"].proceeds == accounts["Alpha"].unsettled == 0
    assert accounts["Beta"].holdings["X"].undelivered == 0
    venue.watch.agrees()


def units_bought_are_sellable_after_the_gap_and_not_before(case: Case) -> None:
    venue = case.venue().instrument(case.name, "Z", 10, accounts=("Gamma",))
    terms, day = venue.terms(case.name), FIRST
    # Where there is no gap, what was bought waits for its settlement all the same.
    gap = max(1, terms.resale_gap_trading_days)
    for number in range(gap + 1):
        venue.open(case.name, day, terms.listed_sessions[0][0])
        if number == 0:
            trade(venue, case, 5, "Z", "Gamma")
        early = number < gap
        sale = venue.posting("Beta", "Z", "sell", REFERENCE, 5)
        assert venue.refusal("Beta", sale) == ("RESALE_FREEZE" if early else "")
        venue.until(day, "23:00")
        venue.settle(case.name)
        day = CALENDAR.trading_day_after(day)


def both_edges_of_the_band_are_inside(case: Case) -> None:
    venue = case.opened()
    one = venue.exchange.instruments.by_code["X"]
    tick = venue.terms(case.name).tick_fen
    assert one.lower_fen < REFERENCE < one.upper_fen
    for price in (one.lower_fen - tick, one.upper_fen + tick):
        for side in ("buy", "sell"):
            assert venue.refusal("Alpha", venue.posting("Alpha", "X", side, price, 1)) == "PRICE_OUT_OF_BAND"
    assert venue.refusal("Alpha", venue.posting("Alpha", "X", "sell", one.upper_fen, 1)) == ""
    assert venue.refusal("Beta", venue.posting("Beta", "X", "buy", one.lower_fen, 1)) == ""


def sessions_start_inclusive_and_end_exclusive(case: Case) -> None:
    venue = case.opened("09:00")
    for start, end in venue.terms(case.name).listed_sessions:
        for clock, code in ((start, ""), (end, "OUTSIDE_SESSION")):
            venue.until(FIRST, clock)
            done = venue.refusal("Alpha", venue.posting("Alpha", "X", "sell", REFERENCE, 1))
            assert done == code or done == "NOT_TRADING_DAY", (clock, done)


def a_method_that_is_not_open_is_refused_and_one_that_is_open_trades(case: Case) -> None:
    venue = case.opened("09:00")
    terms = venue.terms(case.name)
    assert set(terms.methods_open) <= set(terms.methods_known)
    tonnes = terms.block_from_tonnes or 100
    venue.until(FIRST, terms.block_sessions[0][0])
    offer = OfferBlock("Alpha", "X", "sell", REFERENCE, tonnes, venue.number("X"))
    if "block" not in terms.methods_open:
        assert venue.refusal("Alpha", offer) == "METHOD_NOT_OPEN"
        return
    number = venue.send("Alpha", offer).events[0].offer
    done = venue.send("Beta", AcceptBlock("Beta", number, venue.number("X"))).events[-1]
    assert (done.seller, done.buyer, done.quantity_tonnes) == ("Alpha", "Beta", tonnes)


def nothing_is_refused_or_written_that_the_language_does_not_know(case: Case) -> None:
    """Garbage in every field of every command: a refusal with its text, or an accepted act; never anything else."""
    venue = case.opened()
    for kind in venue.exchange.command_types.values():
        for actor in ("Alpha", "admin", "registry", "channel", "regulator"):
            for number in (0, -1, 10**12):
                command = kind(*(_garbage(field, number) for field in msgspec.structs.fields(kind)))
                venue.refusal(actor, command)
    venue.watch.agrees()


def _garbage(field: Any, number: int) -> Any:
    kind = field.type.__origin__ if hasattr(field.type, "__metadata__") else field.type
    if kind is date:
        return date(2030, 1, 1) if number else SETUP
    kinds: dict[Any, Any] = {
        str: "?" if number else "",
        bool: bool(number),
        list[str]: ["?"] if number else [],
    }
    return kinds.get(kind, number)


# --- replay -------------------------------------------------------------------------------------------------


def a_snapshot_and_a_replay_give_the_same_state(case: Case) -> None:
    venue = case.opened()
    trade(venue, case)
    venue.post("Alpha", "X", "sell", REFERENCE + 3, 9)
    middle, snapshot = len(venue.drained()), venue.exchange.snapshot()
    _ended(venue, case)
    venue.settle(case.name)
    payload = venue.exchange.encode_records(venue.drained())
    whole, tail = venue.fresh(), venue.fresh()
    whole.apply(whole.decode_records(payload))
    tail.restore(snapshot)
    tail.apply(tail.decode_records(payload)[middle:])
    assert whole.state_hash() == tail.state_hash() == venue.exchange.state_hash()
    again = venue.fresh()
    again.restore(whole.snapshot())
    assert again.snapshot() == whole.snapshot()


def its_fingerprint_stands_for_its_version(case: Case) -> None:
    venue = case.venue()
    other = Exchange("venue", assemble([]), venue.exchange.calendar)
    assert venue.exchange.fingerprint() == venue.fresh().fingerprint() != other.fingerprint()


CHECKS: Final[tuple[Callable[[Case], None], ...]] = (
    terms_resolve_on_a_day_in_force_and_refuse_before,
    every_parameter_is_named_in_both_languages_and_cites_a_clause,
    every_mandatory_parameter_is_declared,
    every_clause_behind_a_refusal_exists_and_so_does_its_code,
    every_clause_is_told_in_both_languages_once_and_says_why_not,
    its_own_refusals_are_told_in_both_languages_and_are_not_the_kernels,
    every_command_says_what_it_does_and_who_may,
    names_of_commands_events_views_and_components_start_with_their_owner,
    a_day_opens_only_on_a_trading_day_and_once,
    a_listing_that_nobody_takes_expires_and_releases_to_the_fen,
    a_listing_is_taken_at_its_price_with_a_fee_for_each_side,
    a_day_settles_once_everyone_named_has_confirmed,
    units_bought_are_sellable_after_the_gap_and_not_before,
    both_edges_of_the_band_are_inside,
    sessions_start_inclusive_and_end_exclusive,
    a_method_that_is_not_open_is_refused_and_one_that_is_open_trades,
    nothing_is_refused_or_written_that_the_language_does_not_know,
    a_snapshot_and_a_replay_give_the_same_state,
    its_fingerprint_stands_for_its_version,
)
