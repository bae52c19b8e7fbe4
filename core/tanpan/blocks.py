"""Blocks (大宗协议): offer, talk, agree, confirm. A trade is done when both have confirmed identical terms.

An offer freezes what it promises. Whoever confirms terms has them frozen too (an offering party only what
its offer has not frozen already), so that the second confirmation can only fail for the means of the one
who gives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from tanpan.component import Component, decides, evolves
from tanpan.instruments import Instrument
from tanpan.ledger import Account, Hold, Holding
from tanpan.listings import SIDES
from tanpan.means import short_of_cash, short_of_units
from tanpan.messages import OPERATOR, Command, Event
from tanpan.parties import Actor
from tanpan.quantities import Fen, Tonnes, share
from tanpan.refusals import Refusal
from tanpan.trading_day import MarketDay


class OfferBlock(Command, frozen=True, tag="core.offer_block"):
    """Publish a declaration to buy or sell a block; cash or units are frozen at once."""

    zh: ClassVar = "大宗申报"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    instrument: str
    side: str
    price_fen: Fen
    quantity_tonnes: Tonnes
    trade_no: str = ""


class WithdrawBlock(Command, frozen=True, tag="core.withdraw_block"):
    """Withdraw one's own block declaration; its dialogues end."""

    zh: ClassVar = "撤销大宗申报"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    urgent: ClassVar = True
    account: str
    offer: int


class AcceptBlock(Command, frozen=True, tag="core.accept_block"):
    """Trade directly with a block declaration, on its own terms."""

    zh: ClassVar = "大宗点选成交"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    offer: int
    trade_no: str = ""


class OpenDialogue(Command, frozen=True, tag="core.open_dialogue"):
    """Begin to bargain with the party of a block declaration."""

    zh: ClassVar = "发起对话议价"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    offer: int
    text: str = ""


class ProposeTerms(Command, frozen=True, tag="core.propose_terms"):
    """Say a price and a quantity in a dialogue; binds nobody yet."""

    zh: ClassVar = "议价"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    dialogue: int
    price_fen: Fen
    quantity_tonnes: Tonnes
    text: str = ""


class ConfirmBlock(Command, frozen=True, tag="core.confirm_block"):
    """Confirm the agreed terms; the second party's confirmation of the same terms makes the trade."""

    zh: ClassVar = "大宗成交确认"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    dialogue: int
    price_fen: Fen
    quantity_tonnes: Tonnes
    terms: str = ""
    trade_no: str = ""


class EndDialogue(Command, frozen=True, tag="core.end_dialogue"):
    """End a dialogue without a trade; a confirmation given in it is void."""

    zh: ClassVar = "结束对话议价"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    urgent: ClassVar = True
    account: str
    dialogue: int


class BlockOffered(Event, frozen=True, tag="core.block_offered"):
    """A block declaration stands."""

    offer: int
    account: str
    instrument: str
    buy: bool
    price_fen: int
    quantity_tonnes: int
    frozen_fen: int
    trade_no: str


class BlockWithdrawn(Event, frozen=True, tag="core.block_withdrawn"):
    """A block declaration was withdrawn."""

    offer: int


class DialogueOpened(Event, frozen=True, tag="core.dialogue_opened"):
    """Two parties began to bargain."""

    dialogue: int
    offer: int
    account: str
    text: str


class TermsProposed(Event, frozen=True, tag="core.terms_proposed"):
    """One of them said a price and a quantity."""

    dialogue: int
    account: str
    price_fen: int
    quantity_tonnes: int
    text: str


class BlockConfirmed(Event, frozen=True, tag="core.block_confirmed"):
    """One party confirmed terms; what its offer had not frozen already was frozen for them."""

    dialogue: int
    account: str
    price_fen: int
    quantity_tonnes: int
    terms: str
    frozen_fen: int
    frozen_tonnes: int
    trade_no: str


class DialogueEnded(Event, frozen=True, tag="core.dialogue_ended"):
    """A dialogue ended without a trade."""

    dialogue: int
    account: str


class BlockTraded(Event, frozen=True, tag="core.block_traded"):
    """A block trade, final as of now."""

    trade: int
    dialogue: int
    instrument: str
    buyer: str
    seller: str
    price_fen: int
    quantity_tonnes: int
    buyer_fee_fen: int
    seller_fee_fen: int


class BlocksExpired(Event, frozen=True, tag="core.blocks_expired"):
    """At the end of the day's trading what was still offered or talked about expired."""

    market: str
    offers: list[int]


class Offer(msgspec.Struct):
    """A block declaration and the hold behind it."""

    number: int
    instrument: str
    buy: bool
    price_fen: int
    quantity_tonnes: int
    hold: Hold


class Confirmation(msgspec.Struct):
    """One party's word: terms and the hold behind them."""

    price_fen: int
    quantity_tonnes: int
    terms: str
    hold: Hold


class Dialogue(msgspec.Struct):
    """Bargaining between the offering account and another; confirmations by account number."""

    number: int
    offer: Offer
    account: Account
    confirmations: dict[str, Confirmation] = {}

    def buyer(self) -> Account:
        """The side that buys."""
        return self.offer.hold.account if self.offer.buy else self.account

    def seller(self) -> Account:
        """The side that sells."""
        return self.account if self.offer.buy else self.offer.hold.account


class Blocks(Component):
    """The block declarations and dialogues of the day."""

    name = "blocks"

    def reset(self) -> None:
        self.next_offer = 1
        self.next_dialogue = 1
        self.offers: dict[int, Offer] = {}
        self.dialogues: dict[int, Dialogue] = {}
        self.exchange.ledger.holders.append(self._holds)
        self.exchange.days.before_close.append(self._expire)

    def _holds(self) -> Iterator[Hold]:
        for offer in self.offers.values():
            yield offer.hold
        for dialogue in self.dialogues.values():
            for confirmation in dialogue.confirmations.values():
                yield confirmation.hold

    # --- decisions -------------------------------------------------------------------------------

    @decides(OfferBlock)
    def _offer(self, actor: Actor, command: OfferBlock) -> None:
        account = self.exchange.parties.trading(actor, command.account)
        buy = SIDES.get(command.side)
        if buy is None:
            raise Refusal("BAD_SIDE", side=command.side)
        instrument = self.exchange.instruments.listed(command.instrument)
        self._check(account, instrument, buy, command.price_fen, command.quantity_tonnes)
        self._numbered(instrument, account, command.trade_no)
        fen, _ = self._means(account, instrument, buy, command.price_fen, command.quantity_tonnes, None)
        self.emit(
            BlockOffered(
                self.next_offer,
                account.number,
                instrument.code,
                buy,
                command.price_fen,
                command.quantity_tonnes,
                fen,
                command.trade_no,
            )
        )

    @decides(WithdrawBlock)
    def _withdraw(self, actor: Actor, command: WithdrawBlock) -> None:
        account = self.exchange.parties.acting(actor, command.account)
        offer = self._standing(command.offer)
        if offer.hold.account is not account:
            raise Refusal("PERMISSION_DENIED", offer=offer.number, account=account.number)
        self.emit(BlockWithdrawn(offer.number))

    @decides(AcceptBlock)
    def _accept(self, actor: Actor, command: AcceptBlock) -> None:
        account = self.exchange.parties.trading(actor, command.account)
        offer = self._counterparty(account, command.offer)
        instrument = self.exchange.instruments.listed(offer.instrument)
        price, tonnes = offer.price_fen, offer.quantity_tonnes
        self._check(account, instrument, not offer.buy, price, tonnes)
        self._numbered(instrument, account, command.trade_no)
        means = self._means(account, instrument, not offer.buy, price, tonnes, None)
        number = self.next_dialogue
        self.emit(DialogueOpened(number, offer.number, account.number, ""))
        self._confirm_and_trade(number, offer.hold.account, price, tonnes, "", (0, 0), "")
        self._confirm_and_trade(number, account, price, tonnes, "", means, command.trade_no)

    @decides(OpenDialogue)
    def _open_dialogue(self, actor: Actor, command: OpenDialogue) -> None:
        account = self.exchange.parties.trading(actor, command.account)
        offer = self._counterparty(account, command.offer)
        instrument = self.exchange.instruments.listed(offer.instrument)
        self._check(account, instrument, not offer.buy, offer.price_fen, offer.quantity_tonnes)
        self.emit(DialogueOpened(self.next_dialogue, offer.number, account.number, command.text))

    @decides(ProposeTerms)
    def _propose(self, actor: Actor, command: ProposeTerms) -> None:
        account = self.exchange.parties.trading(actor, command.account)
        dialogue = self._party_to(account, command.dialogue)
        instrument = self.exchange.instruments.listed(dialogue.offer.instrument)
        buy = dialogue.buyer() is account
        self._check(account, instrument, buy, command.price_fen, command.quantity_tonnes)
        self.emit(
            TermsProposed(
                dialogue.number, account.number, command.price_fen, command.quantity_tonnes, command.text
            )
        )

    @decides(ConfirmBlock)
    def _confirm(self, actor: Actor, command: ConfirmBlock) -> None:
        account = self.exchange.parties.trading(actor, command.account)
        dialogue = self._party_to(account, command.dialogue)
        instrument = self.exchange.instruments.listed(dialogue.offer.instrument)
        buy = dialogue.buyer() is account
        price, tonnes = command.price_fen, command.quantity_tonnes
        self._check(account, instrument, buy, price, tonnes)
        self._numbered(instrument, account, command.trade_no)
        if account.number in dialogue.confirmations:
            raise Refusal("ALREADY_CONFIRMED", dialogue=dialogue.number, account=account.number)
        for other in dialogue.confirmations.values():
            if (other.price_fen, other.quantity_tonnes, other.terms) != (price, tonnes, command.terms):
                raise Refusal(
                    "TERMS_MISMATCH",
                    method="block",
                    price_fen=price,
                    other_price_fen=other.price_fen,
                    quantity_tonnes=tonnes,
                    other_quantity_tonnes=other.quantity_tonnes,
                )
        offered = dialogue.offer.hold if dialogue.offer.hold.account is account else None
        means = self._means(account, instrument, buy, price, tonnes, offered)
        self._confirm_and_trade(
            dialogue.number, account, price, tonnes, command.terms, means, command.trade_no
        )

    @decides(EndDialogue)
    def _end(self, actor: Actor, command: EndDialogue) -> None:
        account = self.exchange.parties.acting(actor, command.account)
        dialogue = self._party_to(account, command.dialogue)
        self.emit(DialogueEnded(dialogue.number, account.number))

    def _confirm_and_trade(
        self,
        number: int,
        account: Account,
        price: int,
        tonnes: int,
        terms: str,
        means: tuple[int, int],
        trade_no: str,
    ) -> None:
        self.emit(BlockConfirmed(number, account.number, price, tonnes, terms, *means, trade_no))
        dialogue = self.dialogues[number]
        if len(dialogue.confirmations) < 2:
            return
        instrument = self.exchange.instruments.by_code[dialogue.offer.instrument]
        fee = share(price * tonnes, self._day(instrument).terms.block_fee_ppm)  # type: ignore[union-attr]
        self.emit(
            BlockTraded(
                self.exchange.listings.next_trade,
                number,
                instrument.code,
                dialogue.buyer().number,
                dialogue.seller().number,
                price,
                tonnes,
                fee,
                fee,
            )
        )
        day = self._day(instrument)
        if day.gap_reaches_further:
            seller = dialogue.seller()
            self.exchange.listings.gap_begins(day, instrument.code, dialogue.buyer(), True, [seller])

    def withdraw_side(self, code: str, accounts: list[Account], *, buy: bool) -> None:
        """Withdraw what accounts offer on one side of an instrument (part of another decision)."""
        for offer in list(self.offers.values()):
            mine = any(offer.hold.account is account for account in accounts)
            if mine and offer.instrument == code and offer.buy is buy:
                self.emit(BlockWithdrawn(offer.number))

    def withdraw_all(self, account: Account) -> None:
        """Withdraw an account's block declarations and end its dialogues (part of another decision)."""
        for offer in [one for one in self.offers.values() if one.hold.account is account]:
            self.emit(BlockWithdrawn(offer.number))
        for dialogue in [one for one in self.dialogues.values() if one.account is account]:
            self.emit(DialogueEnded(dialogue.number, account.number))

    def _expire(self, market: str) -> None:
        offers = [
            offer.number
            for offer in self.offers.values()
            if self.exchange.instruments.by_code[offer.instrument].market == market
        ]
        if offers:
            self.emit(BlocksExpired(market, offers))

    # --- objections ------------------------------------------------------------------------------

    def _day(self, instrument: Instrument) -> MarketDay:
        day: MarketDay = instrument.day
        return day

    def _check(self, account: Account, instrument: Instrument, buy: bool, price: int, tonnes: int) -> None:
        for check in self._day(instrument).block_checks:
            check(account, instrument, buy, price, tonnes)

    def _numbered(self, instrument: Instrument, account: Account, trade_no: str) -> None:
        self.exchange.listings.numbered(self._day(instrument), account, trade_no)

    def _standing(self, number: int) -> Offer:
        offer = self.offers.get(number)
        if offer is None:
            known = 0 < number < self.next_offer
            raise Refusal("ORDER_CLOSED" if known else "UNKNOWN_ORDER", method="block", offer=number)
        return offer

    def _counterparty(self, account: Account, number: int) -> Offer:
        offer = self._standing(number)
        if offer.hold.account is account:
            raise Refusal("SELF_TRADE", method="block", offer=number)
        return offer

    def _party_to(self, account: Account, number: int) -> Dialogue:
        dialogue = self.dialogues.get(number)
        if dialogue is None:
            known = 0 < number < self.next_dialogue
            raise Refusal("DIALOGUE_CLOSED" if known else "UNKNOWN_DIALOGUE", dialogue=number)
        if account is not dialogue.account and account is not dialogue.offer.hold.account:
            raise Refusal("PERMISSION_DENIED", dialogue=number, account=account.number)
        return dialogue

    def _means(
        self,
        account: Account,
        instrument: Instrument,
        buy: bool,
        price: int,
        tonnes: int,
        offered: Hold | None,
    ) -> tuple[int, int]:
        """Fen and tonnes still to be frozen for terms; refuses who lacks them, its own offer's hold counted."""
        day = self._day(instrument)
        assert day.terms is not None
        if buy:
            fee = share(price * tonnes, day.terms.block_fee_ppm)
            frozen = offered.fen if offered is not None else 0
            if account.tradable + frozen < price * tonnes + fee:
                raise short_of_cash(account, price * tonnes, fee)
            return max(0, price * tonnes + fee - frozen), 0
        holding = account.holdings.get(instrument.code) or Holding(account.number, instrument.code)
        missing = tonnes - (offered.tonnes if offered is not None else 0)
        if holding.available < missing:
            raise short_of_units(day, holding, instrument, missing)
        return 0, max(0, missing)

    # --- evolution -------------------------------------------------------------------------------

    def _freeze(self, hold: Hold, fen: int, tonnes: int) -> None:
        if fen:
            self.exchange.ledger.hold_cash(hold, fen)
        if tonnes:
            self.exchange.ledger.hold_units(hold, tonnes)

    def _number_used(self, account: str, instrument: str, trade_no: str, number: int) -> None:
        if trade_no:
            day = self._day(self.exchange.instruments.by_code[instrument])
            day.trade_nos[f"{account} {trade_no}"] = number

    @evolves(BlockOffered)
    def _offered(self, event: BlockOffered) -> None:
        account = self.exchange.ledger.accounts[event.account]
        hold = Hold(account, account.holding(event.instrument))
        self._freeze(hold, event.frozen_fen, 0 if event.buy else event.quantity_tonnes)
        self.offers[event.offer] = Offer(
            event.offer, event.instrument, event.buy, event.price_fen, event.quantity_tonnes, hold
        )
        self.next_offer = event.offer + 1
        self._number_used(event.account, event.instrument, event.trade_no, event.offer)

    @evolves(DialogueOpened)
    def _dialogue_opened(self, event: DialogueOpened) -> None:
        account = self.exchange.ledger.accounts[event.account]
        self.dialogues[event.dialogue] = Dialogue(event.dialogue, self.offers[event.offer], account)
        self.next_dialogue = event.dialogue + 1

    @evolves(TermsProposed)
    def _terms_proposed(self, event: TermsProposed) -> None:
        """Nothing changes: what was said is kept by the journal and its views."""

    @evolves(BlockConfirmed)
    def _confirmed(self, event: BlockConfirmed) -> None:
        dialogue = self.dialogues[event.dialogue]
        account = self.exchange.ledger.accounts[event.account]
        offer = dialogue.offer
        hold = Hold(account, account.holding(offer.instrument))
        self._freeze(hold, event.frozen_fen, event.frozen_tonnes)
        dialogue.confirmations[event.account] = Confirmation(
            event.price_fen, event.quantity_tonnes, event.terms, hold
        )
        self._number_used(event.account, offer.instrument, event.trade_no, event.dialogue)

    @evolves(BlockTraded)
    def _traded(self, event: BlockTraded) -> None:
        exchange = self.exchange
        instrument = exchange.instruments.by_code[event.instrument]
        turnover = event.price_fen * event.quantity_tonnes
        # Whatever was frozen for this offer is released, and exactly the trade's cash and units taken.
        self._close(self.dialogues[event.dialogue].offer)
        buyer, seller = exchange.ledger.accounts[event.buyer], exchange.ledger.accounts[event.seller]
        buy = Hold(buyer, buyer.holding(event.instrument))
        sell = Hold(seller, seller.holding(event.instrument))
        self._freeze(buy, turnover + event.buyer_fee_fen, 0)
        self._freeze(sell, 0, event.quantity_tonnes)
        exchange.ledger.trade(
            buy, sell, turnover, event.quantity_tonnes, event.buyer_fee_fen, event.seller_fee_fen, 0, 0
        )
        day = self._day(instrument)
        buy.holding.bought_on = sell.holding.sold_on = day.ordinal
        instrument.block_tonnes += event.quantity_tonnes
        instrument.block_fen += turnover
        day.books[-1].trades.append(event)
        exchange.listings.next_trade = event.trade + 1

    @evolves(DialogueEnded)
    def _ended(self, event: DialogueEnded) -> None:
        self._release_confirmations(self.dialogues.pop(event.dialogue))

    @evolves(BlockWithdrawn)
    def _withdrawn(self, event: BlockWithdrawn) -> None:
        self._close(self.offers[event.offer])

    @evolves(BlocksExpired)
    def _expired(self, event: BlocksExpired) -> None:
        for number in event.offers:
            self._close(self.offers[number])

    def _close(self, offer: Offer) -> None:
        for dialogue in [one for one in self.dialogues.values() if one.offer is offer]:
            self._release_confirmations(dialogue)
            del self.dialogues[dialogue.number]
        self.exchange.ledger.release(offer.hold)
        del self.offers[offer.number]

    def _release_confirmations(self, dialogue: Dialogue) -> None:
        for confirmation in dialogue.confirmations.values():
            self.exchange.ledger.release(confirmation.hold)
        dialogue.confirmations.clear()

    def dump(self) -> Any:
        return [
            self.next_offer,
            self.next_dialogue,
            [
                [o.number, o.instrument, o.buy, o.price_fen, o.quantity_tonnes, _plain(o.hold)]
                for o in self.offers.values()
            ],
            [
                [
                    d.number,
                    d.offer.number,
                    d.account.number,
                    [
                        [a, c.price_fen, c.quantity_tonnes, c.terms, _plain(c.hold)]
                        for a, c in d.confirmations.items()
                    ],
                ]
                for d in self.dialogues.values()
            ],
        ]

    def load(self, data: Any) -> None:
        self.next_offer, self.next_dialogue, offers, dialogues = data
        self.offers = {
            number: Offer(number, code, buy, price, tonnes, self._hold(hold))
            for number, code, buy, price, tonnes, hold in offers
        }
        self.dialogues = {}
        for number, offer, account, confirmations in dialogues:
            self.dialogues[number] = Dialogue(
                number,
                self.offers[offer],
                self.exchange.ledger.accounts[account],
                {
                    a: Confirmation(price, tonnes, terms, self._hold(h))
                    for a, price, tonnes, terms, h in confirmations
                },
            )

    def _hold(self, data: Any) -> Hold:
        number, instrument, fen, proceeds, tonnes = data
        account = self.exchange.ledger.accounts[number]
        return Hold(account, account.holding(instrument), fen, proceeds, tonnes)


def _plain(hold: Hold) -> list[Any]:
    return [hold.account.number, hold.holding.instrument, hold.fen, hold.proceeds_fen, hold.tonnes]
