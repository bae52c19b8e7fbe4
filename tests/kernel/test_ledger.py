"""The ledger by itself: where money goes when it is frozen, released, earned and settled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tanpan.ledger import Account, Hold, Ledger, Pledge
from tanpan.refusals import KernelFault


@pytest.fixture
def ledger() -> Ledger:
    exchange: Any = SimpleNamespace(emit=None)
    ledger = Ledger(exchange)
    for name in ("Alpha", "Beta"):
        ledger.accounts[name] = Account(name, name, "enterprise")
    return ledger


def sale(ledger: Ledger, seller: str, buyer: str, fen: int, tonnes: int = 1) -> None:
    """A sale without fees: the buyer's cash and the seller's units appear as they are needed."""
    give, take = ledger.accounts[seller], ledger.accounts[buyer]
    ledger.deposit(take, fen)
    ledger.transfer_in(give.holding("X"), tonnes)
    buy, sell = Hold(take, take.holding("X")), Hold(give, give.holding("X"))
    ledger.hold_cash(buy, fen)
    ledger.hold_units(sell, tonnes)
    ledger.trade(buy, sell, fen, tonnes, 0, 0, 0, 0)
    ledger.audit()


def cash(account: Account) -> tuple[int, int, int]:
    return account.available, account.frozen, account.proceeds


def test_proceeds_may_buy_and_may_not_leave_until_they_are_settled(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    sale(ledger, "Alpha", "Beta", 500)
    assert (alpha.tradable, alpha.withdrawable) == (500, 0)
    ledger.settle_sale(alpha, 500)
    assert (alpha.tradable, alpha.withdrawable) == (500, 500)


def test_a_hold_takes_proceeds_first_and_a_release_returns_them_as_proceeds(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    ledger.deposit(alpha, 1_000)
    sale(ledger, "Alpha", "Beta", 500)
    hold = Hold(alpha, alpha.holding("X"))
    ledger.hold_cash(hold, 700)
    assert cash(alpha) == (800, 700, 0)
    ledger.release_cash(hold, 300)
    assert cash(alpha) == (1_000, 400, 100)
    ledger.release(hold)
    assert cash(alpha) == (1_000, 0, 500)


def test_frozen_proceeds_of_a_day_settled_meanwhile_return_as_available(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    sale(ledger, "Alpha", "Beta", 500)
    hold = Hold(alpha, alpha.holding("X"))
    ledger.hold_cash(hold, 500)
    ledger.settle_sale(alpha, 500)
    assert cash(alpha) == (0, 500, 0)
    ledger.release(hold)
    assert cash(alpha) == (500, 0, 0)


def test_of_several_days_pending_each_settles_its_own_proceeds(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    for fen in (100, 200, 400):
        sale(ledger, "Alpha", "Beta", fen)
    assert (alpha.withdrawable, alpha.proceeds) == (0, 700)
    for fen, withdrawable in ((100, 100), (200, 300), (400, 700)):
        ledger.settle_sale(alpha, fen)
        assert (alpha.withdrawable, alpha.proceeds + alpha.available) == (withdrawable, 700)


def test_what_was_spent_of_proceeds_was_spent_of_the_oldest_day(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    sale(ledger, "Alpha", "Beta", 100)
    sale(ledger, "Alpha", "Beta", 200)
    hold = Hold(alpha, alpha.holding("X"))
    ledger.hold_cash(hold, 150)
    beta = ledger.accounts["Beta"]
    ledger.transfer_in(beta.holding("X"), 1)
    give = Hold(beta, beta.holding("X"))
    ledger.hold_units(give, 1)
    ledger.trade(hold, give, 150, 1, 0, 0, 0, 0)
    ledger.settle_sale(alpha, 100)
    assert cash(alpha) == (0, 0, 150)
    ledger.settle_sale(alpha, 200)
    assert cash(alpha) == (150, 0, 0)
    ledger.audit()


def test_units_bought_are_locked_by_lot_and_freed_on_their_day(ledger: Ledger) -> None:
    sale(ledger, "Alpha", "Beta", 10, tonnes=3)
    sale(ledger, "Alpha", "Beta", 10, tonnes=4)
    holding = ledger.accounts["Beta"].holding("X")
    assert holding.undelivered == 7
    ledger.settle_purchase(holding, 3, "m", release_on=6, now=1)
    ledger.settle_purchase(holding, 4, "m", release_on=7, now=2)
    ledger.unlock("m", 6)
    assert (holding.available, holding.locked, holding.lots) == (3, 4, [(7, 4)])
    ledger.unlock("m", 7)
    assert (holding.available, holding.locked, holding.lots) == (7, 0, [])
    ledger.audit()


def test_an_overdraft_is_a_fault_of_the_kernel(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    hold = Hold(alpha, alpha.holding("X"))
    for act in (
        lambda: ledger.hold_cash(hold, 1),
        lambda: ledger.hold_units(hold, 1),
        lambda: ledger.withdraw(alpha, 1),
        lambda: ledger.release_cash(hold, 5),
        lambda: ledger.release_units(hold, 5),
        lambda: ledger.settle_purchase(alpha.holding("X"), 1, "m", 0, 1),
        lambda: ledger.collect_fees(alpha, 1),
        lambda: ledger.provide_reserve(1),
        lambda: ledger.settle_sale(alpha, 1),
    ):
        with pytest.raises(KernelFault):
            act()


@pytest.mark.parametrize("break_it", ["available", "frozen", "proceeds"])
def test_an_audit_finds_a_fen_from_nowhere(ledger: Ledger, break_it: str) -> None:
    account = ledger.accounts["Alpha"]
    setattr(account, break_it, getattr(account, break_it) + 1)
    with pytest.raises(KernelFault, match="conserved"):
        ledger.audit()


def test_margin_comes_out_of_available_cash_and_never_out_of_proceeds(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    sale(ledger, "Alpha", "Beta", 500)
    ledger.deposit(alpha, 100)
    pledge = Pledge(alpha, alpha.holding("X"))
    ledger.pledgers.append(lambda: iter([pledge]))
    ledger.hold_margin(pledge, 100)
    assert (*cash(alpha), alpha.margin, pledge.margin_fen) == (0, 0, 500, 100, 100)
    ledger.audit()
    with pytest.raises(KernelFault):
        ledger.hold_margin(pledge, 1)


@pytest.mark.parametrize(
    "act",
    [
        lambda ledger, pledge, _: ledger.pledge_units(pledge, 11),
        lambda ledger, pledge, _: ledger.pledge_units(pledge, -1),
        lambda ledger, pledge, _: ledger.hold_margin(pledge, 101),
        lambda ledger, pledge, _: ledger.hold_margin(pledge, -1),
        lambda ledger, pledge, _: ledger.release_pledge(Pledge(pledge.account, pledge.holding, 1)),
        lambda ledger, pledge, _: ledger.release_pledge(Pledge(pledge.account, pledge.holding, 0, 1)),
        lambda ledger, pledge, other: ledger.deliver(pledge.holding, other, 1, 11, 0, 0),
        lambda ledger, pledge, other: ledger.deliver(pledge.holding, other, 500, 1, 1, 0),
        lambda ledger, pledge, other: ledger.deliver(pledge.holding, other, 1, 1, 0, 2),
        lambda ledger, pledge, other: ledger.deliver(pledge.holding, other, 1, 0, 0, 0),
    ],
)
def test_nobody_puts_up_gets_back_or_delivers_what_is_not_there(ledger: Ledger, act: Any) -> None:
    """Alpha has 1.00 and 10 t, Beta 5.00."""
    alpha, beta = ledger.accounts["Alpha"], ledger.accounts["Beta"]
    ledger.deposit(alpha, 100)
    ledger.deposit(beta, 500)
    ledger.transfer_in(alpha.holding("X"), 10)
    with pytest.raises(KernelFault):
        act(ledger, Pledge(alpha, alpha.holding("X")), beta.holding("X"))


def test_a_pledge_gathers_what_is_put_up_and_returns_all_of_it(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    holding = alpha.holding("X")
    ledger.deposit(alpha, 100)
    ledger.transfer_in(holding, 10)
    pledge, other = Pledge(alpha, holding), Pledge(alpha, holding)
    ledger.pledgers.append(lambda: iter([pledge, other]))
    legs: list[Any] = []
    ledger.on_posting = legs.extend
    for one, tonnes, fen in ((pledge, 3, 40), (pledge, 1, 0), (other, 2, 5)):
        ledger.pledge_units(one, tonnes)
        ledger.hold_margin(one, fen)
    ledger.audit()
    assert (holding.available, holding.pledged, alpha.margin, alpha.withdrawable) == (4, 6, 45, 55)
    legs.clear()
    ledger.release_pledge(pledge)
    ledger.audit()
    assert (holding.available, holding.pledged, alpha.available, alpha.margin) == (8, 2, 95, 5)
    assert (pledge.tonnes, pledge.margin_fen) == (0, 0)
    assert legs == [
        *(("Alpha", "X", "pledged", -4), ("Alpha", "X", "available", 4)),
        *(("Alpha", "CNY", "available", 40), ("Alpha", "CNY", "margin", -40)),
    ]


@pytest.mark.parametrize(("tonnes", "fen", "what"), [(1, 0, "pledged X"), (0, 1, "margin")])
def test_an_audit_finds_what_is_put_up_for_nobody(ledger: Ledger, tonnes: int, fen: int, what: str) -> None:
    alpha = ledger.accounts["Alpha"]
    ledger.deposit(alpha, 10)
    ledger.transfer_in(alpha.holding("X"), 10)
    pledge = Pledge(alpha, alpha.holding("X"))
    ledger.pledge_units(pledge, tonnes)
    ledger.hold_margin(pledge, fen)
    with pytest.raises(KernelFault, match=f"{what} of Alpha has no owner"):
        ledger.audit()


def test_an_audit_finds_a_frozen_fen_that_nobody_owns(ledger: Ledger) -> None:
    alpha = ledger.accounts["Alpha"]
    ledger.deposit(alpha, 10)
    ledger.hold_cash(Hold(alpha, alpha.holding("X")), 10)
    with pytest.raises(KernelFault, match="no owner"):
        ledger.audit()
