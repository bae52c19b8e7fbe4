"""The ledger: double entry in integers; every frozen fen and tonne says why.

Cash phases of an account: available · frozen · proceeds (today's sales: may buy, may not leave) · margin.
Unit phases of a holding: available · frozen · undelivered (bought, not settled) · locked (resale gap) · pledged.
Contra accounts stand for the outside: settlement channel, registry, fee income, fees receivable, risk reserve.
Every movement has legs that sum to zero per asset and leaves no phase below zero; both are asserted each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from attrs import define, field

from tanpan.component import Component
from tanpan.refusals import KernelFault

CASH = "CNY"
Leg = tuple[str, str, str, int]
"""One posting: (holder, asset, phase, signed amount in fen or tonnes)."""


@define(eq=False)
class Holding:
    """One account's tonnes of one instrument, by phase.

    `lots` are the locked ones as [ordinal of the trading day that releases it, tonnes], oldest first;
    `bought_on` and `sold_on` are the ordinals of the last purchase and sale (-1: never).
    """

    account: str
    instrument: str
    available: int = 0
    frozen: int = 0
    undelivered: int = 0
    locked: int = 0
    pledged: int = 0
    lots: list[tuple[int, int]] = field(factory=list)
    bought_on: int = -1
    sold_on: int = -1

    @property
    def total(self) -> int:
        """Tonnes in all phases."""
        return self.available + self.frozen + self.undelivered + self.locked + self.pledged


@define(eq=False)
class Account:
    """A trading account: who it belongs to, its cash by phase (fen), its holdings and its restrictions.

    `spent` is what was spent or frozen out of the proceeds of sales not yet settled; `fees_due` are fees charged
    and not yet collected.
    `no_trade`, `no_cash`, `no_units` count the restrictions in force.
    """

    number: str
    name: str
    kind: str
    available: int = 0
    frozen: int = 0
    proceeds: int = 0
    margin: int = 0
    spent: int = 0
    fees_due: int = 0
    no_trade: int = 0
    no_cash: int = 0
    no_units: int = 0
    holdings: dict[str, Holding] = field(factory=dict)

    @property
    def tradable(self) -> int:
        """Fen that may buy: available and today's proceeds."""
        return self.available + self.proceeds

    @property
    def withdrawable(self) -> int:
        """Fen that may leave: proceeds stay until settled, fees due are kept back."""
        return max(0, self.available - self.fees_due)

    @property
    def unsettled(self) -> int:
        """Fen earned by sales that are not settled yet, spent or not."""
        return self.proceeds + self.spent

    @property
    def total(self) -> int:
        """Fen in all phases."""
        return self.available + self.frozen + self.proceeds + self.margin

    def holding(self, instrument: str) -> Holding:
        """The holding of an instrument, made when it is first needed."""
        holding = self.holdings.get(instrument)
        if holding is None:
            holding = self.holdings[instrument] = Holding(self.number, instrument)
        return holding


class Hold(msgspec.Struct, eq=False, gc=False):
    """What is frozen for one owner; the owner is the object that carries it (a listing, a block offer).

    `fen` is frozen cash, of which `proceeds_fen` came from proceeds; `tonnes` are frozen units.
    """

    account: Account
    holding: Holding
    fen: int = 0
    proceeds_fen: int = 0
    tonnes: int = 0


class Pledge(msgspec.Struct, eq=False, gc=False):
    """What one account has put up as security for one owner (a contract that a component keeps): `tonnes` of a
    holding are pledged, `margin_fen` of its cash is margin. It outlasts the day on which it was given."""

    account: Account
    holding: Holding
    tonnes: int = 0
    margin_fen: int = 0


@define(eq=False)
class Contra:
    """The outside's side of the books: cash in fen, units per instrument in tonnes (negative: taken in)."""

    settlement_channel: int = 0
    fee_income: int = 0
    fees_receivable: int = 0
    risk_reserve: int = 0
    registry: dict[str, int] = field(factory=dict)


class Ledger(Component):
    """The only place where value moves. Called by evolvers; asks no rule and refuses nothing."""

    name = "ledger"

    def reset(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.contra = Contra()
        self.holders: list[Callable[[], Iterator[Hold]]] = []
        self.pledgers: list[Callable[[], Iterator[Pledge]]] = []
        self.on_posting: Callable[[tuple[Leg, ...]], None] | None = None
        self.releases: dict[str, dict[int, list[Holding]]] = {}

    # --- holds ---------------------------------------------------------------------------------

    def holds(self) -> Iterator[Hold]:
        """Every hold there is, from the components that own them."""
        for holder in self.holders:
            yield from holder()

    def freeze_cash(self, account: Account, fen: int) -> int:
        """Freeze cash, from proceeds first so that what may leave stays free; returns what came from proceeds.

        Whoever calls it is the owner and keeps both numbers in a hold.
        """
        from_proceeds = account.proceeds
        if from_proceeds:
            if from_proceeds > fen:
                from_proceeds = fen
            account.proceeds -= from_proceeds
            account.spent += from_proceeds
        available = account.available + from_proceeds - fen
        account.available = available
        account.frozen += fen
        if available < 0 or fen < 0:
            raise KernelFault(f"available cash of {account.number} below zero")
        if self.on_posting is not None:
            number = account.number
            self.on_posting(
                (
                    (number, CASH, "proceeds", -from_proceeds),
                    (number, CASH, "available", from_proceeds - fen),
                    (number, CASH, "frozen", fen),
                )
            )
        return from_proceeds

    def hold_cash(self, hold: Hold, fen: int) -> None:
        """Freeze cash for an owner that has a hold already."""
        hold.proceeds_fen += self.freeze_cash(hold.account, fen)
        hold.fen += fen

    def release_cash(self, hold: Hold, fen: int) -> None:
        """Return frozen cash to where it came from; what was proceeds of a day settled since is available."""
        account = hold.account
        to_proceeds = 0
        if hold.proceeds_fen:
            back = max(0, fen - (hold.fen - hold.proceeds_fen))
            hold.proceeds_fen -= back
            to_proceeds = min(back, account.spent)
            account.spent -= to_proceeds
            account.proceeds += to_proceeds
        hold.fen -= fen
        account.frozen -= fen
        account.available += fen - to_proceeds
        if account.frozen < 0 or hold.fen < 0 or fen < 0:
            raise KernelFault(f"frozen cash of {account.number} below zero")
        if self.on_posting is not None:
            number = account.number
            self.on_posting(
                (
                    (number, CASH, "frozen", -fen),
                    (number, CASH, "proceeds", to_proceeds),
                    (number, CASH, "available", fen - to_proceeds),
                )
            )

    def freeze_units(self, holding: Holding, tonnes: int) -> int:
        """Freeze units; returns them for the hold of whoever calls it."""
        available = holding.available - tonnes
        holding.available = available
        holding.frozen += tonnes
        if available < 0 or tonnes < 0:
            raise KernelFault(f"available {holding.instrument} of {holding.account} below zero")
        if self.on_posting is not None:
            self._post_units(holding, ("available", -tonnes), ("frozen", tonnes))
        return tonnes

    def hold_units(self, hold: Hold, tonnes: int) -> None:
        """Freeze units for an owner that has a hold already."""
        hold.tonnes += self.freeze_units(hold.holding, tonnes)

    def release_units(self, hold: Hold, tonnes: int) -> None:
        """Return frozen units to available."""
        holding = hold.holding
        holding.frozen -= tonnes
        holding.available += tonnes
        hold.tonnes -= tonnes
        if holding.frozen < 0 or hold.tonnes < 0 or tonnes < 0:
            raise KernelFault(f"frozen {holding.instrument} of {holding.account} below zero")
        if self.on_posting is not None:
            self._post_units(holding, ("frozen", -tonnes), ("available", tonnes))

    def release(self, hold: Hold) -> None:
        """Return everything of a hold."""
        if hold.fen:
            self.release_cash(hold, hold.fen)
        if hold.tonnes:
            self.release_units(hold, hold.tonnes)

    # --- pledges -------------------------------------------------------------------------------

    def pledges(self) -> Iterator[Pledge]:
        """Every pledge there is, from the components that own them."""
        for pledger in self.pledgers:
            yield from pledger()

    def pledge_units(self, pledge: Pledge, tonnes: int) -> None:
        """Pledge available units."""
        holding = pledge.holding
        holding.available -= tonnes
        holding.pledged += tonnes
        pledge.tonnes += tonnes
        if holding.available < 0 or tonnes < 0:
            raise KernelFault(f"available {holding.instrument} of {holding.account} below zero")
        if self.on_posting is not None:
            self._post_units(holding, ("available", -tonnes), ("pledged", tonnes))

    def hold_margin(self, pledge: Pledge, fen: int) -> None:
        """Put available cash up as margin; never proceeds, which may be spent the same day but not kept."""
        account = pledge.account
        account.available -= fen
        account.margin += fen
        pledge.margin_fen += fen
        if account.available < 0 or fen < 0:
            raise KernelFault(f"available cash of {account.number} below zero")
        self._post_margin(account, fen)

    def release_pledge(self, pledge: Pledge) -> None:
        """Return everything of a pledge: its units and its margin are available again."""
        account, holding = pledge.account, pledge.holding
        tonnes, fen = pledge.tonnes, pledge.margin_fen
        pledge.tonnes = pledge.margin_fen = 0
        holding.pledged -= tonnes
        holding.available += tonnes
        account.margin -= fen
        account.available += fen
        if holding.pledged < 0 or account.margin < 0:
            raise KernelFault(f"pledge of {account.number} below zero")
        if tonnes and self.on_posting is not None:
            self._post_units(holding, ("pledged", -tonnes), ("available", tonnes))
        if fen:
            self._post_margin(account, -fen)

    def _post_margin(self, account: Account, fen: int) -> None:
        if self.on_posting is not None:
            self.on_posting(
                ((account.number, CASH, "available", -fen), (account.number, CASH, "margin", fen))
            )

    # --- trades --------------------------------------------------------------------------------

    def trade(
        self,
        buy: Hold,
        sell: Hold,
        turnover_fen: int,
        tonnes: int,
        buyer_fee_fen: int,
        seller_fee_fen: int,
        unpaid_fen: int,
        release_fen: int,
    ) -> None:
        """Exchange one trade's cash and units out of the two holds, in full, with the fee of each side.

        `unpaid_fen` is the part of the buyer's fee that nothing covers: it becomes a fee due. `release_fen`
        of the buyer's hold is no longer needed and returns to where it came from.
        """
        buyer, seller = buy.account, sell.account
        given, received = sell.holding, buy.holding
        cost = turnover_fen + buyer_fee_fen - unpaid_fen
        net = turnover_fen - seller_fee_fen
        fees = buyer_fee_fen + seller_fee_fen
        leaving = cost
        if release_fen:
            if buy.proceeds_fen or self.on_posting is not None:
                self.release_cash(buy, release_fen)
            else:
                buyer.available += release_fen
                leaving += release_fen
        if buy.proceeds_fen:
            buy.proceeds_fen = max(0, buy.proceeds_fen - cost)
        buy.fen = hold_fen = buy.fen - leaving
        buyer.frozen = frozen_fen = buyer.frozen - leaving
        seller.proceeds += net
        self.contra.fee_income += fees
        if unpaid_fen:
            self.contra.fees_receivable -= unpaid_fen
            buyer.fees_due += unpaid_fen
        sell.tonnes = hold_tonnes = sell.tonnes - tonnes
        given.frozen = frozen_tonnes = given.frozen - tonnes
        received.undelivered += tonnes
        if net + fees - unpaid_fen != cost:
            raise KernelFault("the cash legs of a trade do not sum to zero")
        # One of them is negative if and only if their bitwise or is.
        if hold_fen | frozen_fen | hold_tonnes | frozen_tonnes | net | tonnes - 1 < 0:
            raise KernelFault(f"a trade takes more than {buyer.number} or {seller.number} holds for it")
        if self.on_posting is not None:
            self.on_posting(
                (
                    (buyer.number, CASH, "frozen", -cost),
                    (seller.number, CASH, "proceeds", net),
                    ("fee_income", CASH, "contra", fees),
                    ("fees_receivable", CASH, "contra", -unpaid_fen),
                    (seller.number, given.instrument, "frozen", -tonnes),
                    (buyer.number, received.instrument, "undelivered", tonnes),
                )
            )

    def deliver(
        self,
        given: Holding,
        received: Holding,
        turnover_fen: int,
        tonnes: int,
        buyer_fee_fen: int,
        seller_fee_fen: int,
    ) -> None:
        """Exchange one trade's cash and units at once, delivery versus payment, with the fee of each side.

        The buyer's tradable cash pays, proceeds first as where cash is frozen; the seller's net is available
        at once, and so are the units.
        """
        buyer, seller = self.accounts[received.account], self.accounts[given.account]
        cost = turnover_fen + buyer_fee_fen
        net = turnover_fen - seller_fee_fen
        fees = buyer_fee_fen + seller_fee_fen
        from_proceeds = min(buyer.proceeds, cost)
        buyer.proceeds -= from_proceeds
        buyer.spent += from_proceeds
        buyer.available -= cost - from_proceeds
        seller.available += net
        self.contra.fee_income += fees
        given.available -= tonnes
        received.available += tonnes
        if net + fees != cost:
            raise KernelFault("the cash legs of a trade do not sum to zero")
        if min(buyer.available, given.available, net, buyer_fee_fen, seller_fee_fen, tonnes - 1) < 0:
            raise KernelFault(
                f"a trade takes more than {buyer.number} or {seller.number} has available for it"
            )
        if self.on_posting is not None:
            self.on_posting(
                (
                    (buyer.number, CASH, "proceeds", -from_proceeds),
                    (buyer.number, CASH, "available", from_proceeds - cost),
                    (seller.number, CASH, "available", net),
                    ("fee_income", CASH, "contra", fees),
                    (seller.number, given.instrument, "available", -tonnes),
                    (buyer.number, received.instrument, "available", tonnes),
                )
            )

    def settle_sale(self, seller: Account, net_fen: int) -> None:
        """Deliver a settled sale's cash: what is left of it in proceeds becomes available, oldest first."""
        spent = min(net_fen, seller.spent)
        released = net_fen - spent
        seller.spent -= spent
        seller.proceeds -= released
        seller.available += released
        if seller.proceeds < 0 or seller.spent < 0:
            raise KernelFault(f"proceeds of {seller.number} do not match its unsettled sales")
        if self.on_posting is not None:
            number = seller.number
            self.on_posting(((number, CASH, "proceeds", -released), (number, CASH, "available", released)))

    def settle_purchase(self, holding: Holding, tonnes: int, market: str, release_on: int, now: int) -> None:
        """Deliver settled units: locked until the trading day of ordinal `release_on`, or available at once."""
        holding.undelivered -= tonnes
        if holding.undelivered < 0:
            raise KernelFault(f"undelivered {holding.instrument} of {holding.account} below zero")
        if release_on <= now:
            holding.available += tonnes
            phase = "available"
        else:
            holding.locked += tonnes
            phase = "locked"
            self._lock(holding, tonnes, market, release_on)
        if self.on_posting is not None:
            self._post_units(holding, ("undelivered", -tonnes), (phase, tonnes))

    def _lock(self, holding: Holding, tonnes: int, market: str, release_on: int) -> None:
        lots = holding.lots
        if lots and lots[-1][0] == release_on:
            lots[-1] = (release_on, lots[-1][1] + tonnes)
        else:
            lots.append((release_on, tonnes))
            self.releases.setdefault(market, {}).setdefault(release_on, []).append(holding)

    def unlock(self, market: str, ordinal: int) -> None:
        """Make every lot available whose trading day has come."""
        for holding in self.releases.setdefault(market, {}).pop(ordinal, ()):
            freed = sum(tonnes for release_on, tonnes in holding.lots if release_on <= ordinal)
            holding.lots = [lot for lot in holding.lots if lot[0] > ordinal]
            holding.locked -= freed
            holding.available += freed
            if holding.locked < 0:
                raise KernelFault(f"locked {holding.instrument} of {holding.account} below zero")
            if self.on_posting is not None:
                self._post_units(holding, ("locked", -freed), ("available", freed))

    # --- in and out ----------------------------------------------------------------------------

    def deposit(self, account: Account, fen: int) -> None:
        """Cash comes in through the settlement channel."""
        account.available += fen
        self.contra.settlement_channel -= fen
        self._post_cash(account.number, "available", fen, "settlement_channel")

    def withdraw(self, account: Account, fen: int) -> None:
        """Cash leaves through the settlement channel."""
        account.available -= fen
        self.contra.settlement_channel += fen
        if account.available < 0:
            raise KernelFault(f"available cash of {account.number} below zero")
        self._post_cash(account.number, "available", -fen, "settlement_channel")

    def collect_fees(self, account: Account, fen: int) -> None:
        """Collect fees due from available cash."""
        account.available -= fen
        account.fees_due -= fen
        self.contra.fees_receivable += fen
        if account.available < 0 or account.fees_due < 0:
            raise KernelFault(f"fees due of {account.number} below zero")
        self._post_cash(account.number, "available", -fen, "fees_receivable")

    def provide_reserve(self, fen: int) -> None:
        """Move fee income into the risk reserve."""
        self.contra.fee_income -= fen
        self.contra.risk_reserve += fen
        if self.contra.fee_income < 0:
            raise KernelFault("fee income below zero")
        if self.on_posting is not None:
            self.on_posting((("fee_income", CASH, "contra", -fen), ("risk_reserve", CASH, "contra", fen)))

    def transfer_in(self, holding: Holding, tonnes: int) -> None:
        """Units come in from the registry and are available at once."""
        holding.available += tonnes
        registry = self.contra.registry
        registry[holding.instrument] = registry.get(holding.instrument, 0) - tonnes
        if self.on_posting is not None:
            self._post_units(holding, ("available", tonnes))
            self.on_posting((("registry", holding.instrument, "contra", -tonnes),))

    def transfer_out(self, holding: Holding, tonnes: int, locked_tonnes: int) -> None:
        """Units leave to the registry; `locked_tonnes` of them out of locked lots, oldest first."""
        holding.available -= tonnes - locked_tonnes
        holding.locked -= locked_tonnes
        self.contra.registry[holding.instrument] += tonnes
        if holding.available < 0 or holding.locked < 0:
            raise KernelFault(f"{holding.instrument} of {holding.account} below zero")
        self._take_locked(holding, locked_tonnes)
        if self.on_posting is not None:
            self._post_units(holding, ("available", locked_tonnes - tonnes), ("locked", -locked_tonnes))
            self.on_posting((("registry", holding.instrument, "contra", tonnes),))

    def _take_locked(self, holding: Holding, tonnes: int) -> None:
        lots = []
        for release_on, lot in holding.lots:
            taken = min(lot, tonnes)
            tonnes -= taken
            # An emptied lot keeps its place: its day still has the holding on its list.
            lots.append((release_on, lot - taken))
        holding.lots = lots

    # --- postings, checks, plain data ------------------------------------------------------------

    def _post_units(self, holding: Holding, *legs: tuple[str, int]) -> None:
        if self.on_posting is not None:
            self.on_posting(
                tuple((holding.account, holding.instrument, phase, tonnes) for phase, tonnes in legs)
            )

    def _post_cash(self, number: str, phase: str, fen: int, contra: str) -> None:
        if self.on_posting is not None:
            self.on_posting(((number, CASH, phase, fen), (contra, CASH, "contra", -fen)))

    def audit(self) -> None:
        """Check the whole ledger: conservation per asset, no phase below zero, every hold and pledge owned. Not per order."""
        contra = self.contra
        cash = sum(account.total for account in self.accounts.values())
        outside = contra.settlement_channel + contra.fee_income + contra.fees_receivable + contra.risk_reserve
        if cash + outside:
            raise KernelFault(f"cash is not conserved: {cash + outside} fen too many")
        if contra.fees_receivable + sum(account.fees_due for account in self.accounts.values()):
            raise KernelFault("fees due do not match fees receivable")
        units = dict(contra.registry)
        for account in self.accounts.values():
            for holding in account.holdings.values():
                self._audit_holding(holding)
                units[holding.instrument] = units.get(holding.instrument, 0) + holding.total
            if min(account.available, account.frozen, account.proceeds, account.margin) < 0:
                raise KernelFault(f"cash of {account.number} below zero")
        for instrument, left in units.items():
            if left:
                raise KernelFault(f"{instrument} is not conserved: {left} t too many")
        self._audit_holds()
        self._audit_pledges()

    def _audit_holding(self, holding: Holding) -> None:
        phases = (holding.available, holding.frozen, holding.undelivered, holding.locked, holding.pledged)
        if min(phases) < 0 or sum(tonnes for _, tonnes in holding.lots) != holding.locked:
            raise KernelFault(f"{holding.instrument} of {holding.account} does not add up")

    def _audit_holds(self) -> None:
        cash: dict[str, int] = {}
        units: dict[str, int] = {}
        for hold in self.holds():
            number = hold.account.number
            cash[number] = cash.get(number, 0) + hold.fen
            key = f"{number} {hold.holding.instrument}"
            units[key] = units.get(key, 0) + hold.tonnes
        for account in self.accounts.values():
            if cash.get(account.number, 0) != account.frozen:
                raise KernelFault(f"frozen cash of {account.number} has no owner")
            for holding in account.holdings.values():
                if units.get(f"{account.number} {holding.instrument}", 0) != holding.frozen:
                    raise KernelFault(f"frozen {holding.instrument} of {account.number} has no owner")

    def _audit_pledges(self) -> None:
        cash: dict[str, int] = {}
        units: dict[tuple[str, str], int] = {}
        for pledge in self.pledges():
            number, code = pledge.account.number, pledge.holding.instrument
            cash[number] = cash.get(number, 0) + pledge.margin_fen
            units[number, code] = units.get((number, code), 0) + pledge.tonnes
        for account in self.accounts.values():
            if cash.get(account.number, 0) != account.margin:
                raise KernelFault(f"margin of {account.number} has no owner")
            for holding in account.holdings.values():
                if units.get((account.number, holding.instrument), 0) != holding.pledged:
                    raise KernelFault(f"pledged {holding.instrument} of {account.number} has no owner")

    def dump(self) -> Any:
        releases = [
            [market, [[on, [[h.account, h.instrument] for h in holdings]] for on, holdings in days.items()]]
            for market, days in self.releases.items()
        ]
        accounts = [msgspec.to_builtins(account) for account in self.accounts.values()]
        return [accounts, msgspec.to_builtins(self.contra), releases]

    def load(self, data: Any) -> None:
        accounts, contra, releases = data
        self.accounts.update((one["number"], msgspec.convert(one, Account)) for one in accounts)
        self.contra = msgspec.convert(contra, Contra)
        self.releases = {
            market: {on: [self.accounts[a].holding(i) for a, i in holdings] for on, holdings in days}
            for market, days in releases
        }
