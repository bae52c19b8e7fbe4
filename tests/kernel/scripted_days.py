"""Several scripted days of one market, everything in them: the same every time. Run as a module, it prints the state hash."""

from __future__ import annotations

import sys
from random import Random

from kernel.helpers import ACCOUNTS, CALENDAR, FIRST, MAIL, MOBILE, PACK_OF, Venue
from kernel.scripted_applications import applications
from tanpan.blocks import AcceptBlock, ConfirmBlock, OfferBlock, OpenDialogue, ProposeTerms
from tanpan.custody import TransferOut, Withdraw
from tanpan.listings import WithdrawListing
from tanpan.messages import Command
from tanpan.oversight import LiftMeasure, OpenCase, PublishNotice, Resume, Suspend, TakeMeasure
from tanpan.parties import AddOperator, FreezeOperator, ModifyOperator, SetPermissions, UnfreezeOperator
from tanpan.refusals import Refusal
from tanpan.timetable import CloseDay, CloseSession, HoldStep, OpenSession, ReleaseStep
from tanpan.trading_day import AnnounceClosure, StateBlockFigures


def scripted(market: str, days: int = 8) -> Venue:
    """A venue after some days of one market; two days wait for their settlement at any time."""
    venue = Venue(PACK_OF[market]).people().instrument(market, "X").instrument(market, "Y")
    random = Random(market)
    day = FIRST
    for number in range(days):
        venue.open(market, day)
        _trading(venue, random)
        venue.until(day, "13:00")
        _blocks(venue, market)
        _around(venue, market, number)
        if PACK_OF[market] == "neutral_market":
            applications(venue, number)
        _trading(venue, random)
        if number == 2:
            venue.change(market, "methods_open", ["listed", "block"], CALENDAR.trading_day_after(day))
        venue.until(day, "15:00")
        if number == 4:
            venue.send("admin", ReleaseStep(market, "closing", "reason"))
        if number >= 2:
            venue.settle(market)
        if number == 4:
            venue.send("admin", AnnounceClosure(CALENDAR.trading_day_after(day), "notice"))
        day = venue.exchange.calendar.trading_day_after(day)
    return venue


def _try(venue: Venue, actor: str, command: Command) -> None:
    try:
        venue.send(actor, command)
    except Refusal:
        return


def _trading(venue: Venue, random: Random) -> None:
    for _ in range(40):
        who, code = random.choice(ACCOUNTS), random.choice("XY")
        side, tonnes = random.choice(("buy", "sell")), random.randint(1, 400)
        price = venue.exchange.instruments.by_code[code].reference_fen + random.randint(-9, 9)
        if random.random() < 0.6:
            _try(venue, who, venue.posting(who, code, side, price, tonnes))
        else:
            _try(venue, who, venue.taking(who, code, side, tonnes // 4 + 1, price))
        if random.random() < 0.1:
            _try(venue, who, WithdrawListing(who, random.randint(1, venue.exchange.listings.next_listing)))


def _blocks(venue: Venue, market: str) -> None:
    terms = venue.terms(market)
    if "block" not in terms.methods_open:
        return
    tonnes = terms.block_from_tonnes or 500
    price = venue.exchange.instruments.by_code["X"].reference_fen
    for who, other in (("Alpha", "Beta"), ("Gamma", "Alpha")):
        offer = OfferBlock(who, "X", "sell", price, tonnes, venue.number("X"))
        _try(venue, who, offer)
        _try(venue, other, OpenDialogue(other, venue.exchange.blocks.next_offer - 1, "hello"))
        number = venue.exchange.blocks.next_dialogue - 1
        _try(venue, other, ProposeTerms(other, number, price + 1, tonnes))
        for party in (who, other) if who == "Alpha" else (who,):
            _try(venue, party, ConfirmBlock(party, number, price + 1, tonnes, "by rail", venue.number("X")))
    offer = OfferBlock("Beta", "Y", "buy", price, tonnes, venue.number("Y"))
    _try(venue, "Beta", offer)
    _try(venue, "Gamma", AcceptBlock("Gamma", venue.exchange.blocks.next_offer - 1, venue.number("Y")))


def _around(venue: Venue, market: str, number: int) -> None:
    measure = venue.terms(market).measures[0][0]
    if number == 0:
        venue.send("admin", PublishNotice(market, "title", "text"))
        venue.send("Alpha", AddOperator("Alpha", "Alpha-2", ["trade"], MAIL))
        venue.send("Alpha", ModifyOperator("Alpha", "Alpha-2", mobile=MOBILE))
        venue.send("Alpha", FreezeOperator("Alpha", "Alpha-2"))
    elif number == 1:
        venue.send("Alpha", UnfreezeOperator("Alpha", "Alpha-2"))
        venue.send("Alpha", SetPermissions("Alpha", "Alpha-2", ["cash"]))
        venue.send("admin", Suspend(market, "accident", "notice", "report", ["Y"]))
    elif number == 3:
        venue.send("admin", Resume(market, "notice", "report", ["Y"]))
        venue.send("admin", OpenCase("Beta", "manipulation", "report"))
        until_us = venue.exchange.now + 86_400_000_000
        venue.send("admin", TakeMeasure(market, "Beta", measure, "reason", 1, until_us))
        venue.send("admin", TakeMeasure(market, "Gamma", measure, "reason"))
        venue.two(
            StateBlockFigures(market, "X", venue.exchange.today(), 1_000, 5_000_000, "a bulletin, line 1")
        )
    elif number == 4:
        venue.send("admin", HoldStep(market, "closing", "reason"))
    elif number == 6:
        venue.send("admin", CloseSession(market, "listed"))
        venue.send("admin", OpenSession(market, "listed"))
        venue.until(venue.exchange.today(), "14:30")
        venue.send("admin", CloseDay(market, venue.exchange.today()))
    elif number == 5:
        venue.send("admin", LiftMeasure(2, "reason"))
        venue.send("Gamma", Withdraw("Gamma", 1_000_000))
        venue.send("Gamma", TransferOut("Gamma", "Y", 1_000))


if __name__ == "__main__":
    print(scripted(sys.argv[1]).exchange.state_hash())
