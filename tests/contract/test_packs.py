"""Every pack passes the same contract suite; a pack that can't be one is refused with its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract import suite
from kernel.helpers import CALENDAR
from kernel.odd_pack import pack
from tanpan.exchange import Exchange
from tanpan.packs import PackError, assemble, installed, load

MARKETS = suite.cases("ccer_national", "cea_shanghai", "sh_repo", "neutral_market")


@pytest.mark.parametrize("check", suite.CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("market", MARKETS, ids=str)
def test_of_every_market(market: suite.Case, check: Callable[[suite.Case], None]) -> None:
    check(market)


def test_the_suite_asks_every_installed_pack() -> None:
    with_markets = {name for name in installed() if assemble(load([name])).markets}
    assert with_markets <= {market.pack for market in MARKETS}


def _market() -> Any:
    return MARKETS[-1].declared()[1]


def test_a_pack_that_is_not_installed_is_named() -> None:
    with pytest.raises(PackError, match="no rule pack named 'no_such_pack' is installed"):
        load(["no_such_pack"])


def test_a_pack_with_a_misspelt_hook_is_named_with_the_hook() -> None:
    def views() -> list[Any]:
        return []

    with pytest.raises(PackError, match=r"tanpan_veiws.*strange|strange.*tanpan_veiws"):
        assemble([pack("strange", tanpan_veiws=views)])


@pytest.mark.parametrize("contract", [0, 2])
def test_a_pack_of_another_contract_is_named(contract: int) -> None:
    with pytest.raises(PackError, match=f"strange was written for contract {contract}"):
        assemble([pack("strange", contract)])


def test_a_pack_that_does_not_say_who_it_is_is_refused() -> None:
    nameless = pack("nameless")
    del nameless.tanpan_pack
    with pytest.raises(PackError, match="nameless"):
        assemble([nameless])


def test_a_market_declared_twice_is_named() -> None:
    with pytest.raises(PackError, match=r"market '\w+' is declared twice"):
        assemble([pack("one", markets=(_market(),)), pack("two", markets=(_market(),))])


def test_a_pack_enabled_twice_is_named() -> None:
    with pytest.raises(PackError, match="rule pack 'one' is declared twice"):
        assemble([pack("one"), pack("one")])


def test_a_component_declared_twice_is_named() -> None:
    twice = pack("twice", tanpan_components=pack().tanpan_components)
    with pytest.raises(PackError, match=r"odd\.odd"):
        Exchange("x", assemble([pack(), twice]), CALENDAR)
