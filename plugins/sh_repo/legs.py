"""What both legs of a repo ask and do: the hours, the fee, restrictions, the means, the trades row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sh_repo.contract import Agreed
from sh_repo.rulebook import MARKET, NOT_SET, own
from tanpan.calendar import parse_windows, within
from tanpan.means import short_of_units
from tanpan.quantities import share
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

METHOD: Final = "repo"
"""What the exchange's trades call this method."""


def in_session(exchange: Exchange, agreed: Agreed, clause: str) -> None:
    """Refuse outside the repo hours of a day that is open, and while the market or an instrument is halted."""
    day, today = exchange.days.of(MARKET), exchange.today()
    if day.today is None or day.today.day != today:
        code = "OUTSIDE_SESSION" if day.opened_on == today else "NOT_TRADING_DAY"
        raise Refusal(code, clause, market=MARKET, today=today)
    if day.halted:
        raise Refusal("MARKET_SUSPENDED", clause, market=MARKET)
    for row in agreed.rows:
        exchange.direct.open_on(row.instrument)
        if exchange.instruments.by_code[row.instrument].halted:
            raise Refusal("MARKET_SUSPENDED", clause, instrument=row.instrument)
    sessions = own(exchange)["repo_sessions"]
    if not within(parse_windows(sessions), exchange.now):
        hours = [f"{start}-{end}" for start, end in sessions]
        raise Refusal("OUTSIDE_SESSION", clause, market=MARKET, sessions=hours)


def unrestricted(exchange: Exchange, agreed: Agreed) -> None:
    """Refuse while either side's account is closed or may not trade."""
    for number in (agreed.seller, agreed.buyer):
        if exchange.parties.active(number).no_trade:
            raise Refusal("ACCOUNT_RESTRICTED", "REPO-A4-2", account=number, scope="trade")


def fees(exchange: Exchange, agreed: Agreed, price_fen: int) -> list[int]:
    """The fee of each side for each row's trade, in fen, half up; refused while none is set."""
    rate = own(exchange)["repo_fee_ppm"]
    if rate == NOT_SET:
        raise Refusal("FEE_NOT_CONFIGURED", "REPO-A6-4.2.4", parameter="repo_fee_ppm")
    return [share(price_fen * row.quantity_tonnes, rate) for row in agreed.rows]


def units_of(exchange: Exchange, agreed: Agreed, account: str, of_rows: Sequence[int], clause: str) -> None:
    """Refuse an account that lacks available units, so many tonnes of each row."""
    needed: dict[str, int] = {}
    for row, tonnes in zip(agreed.rows, of_rows, strict=True):
        needed[row.instrument] = needed.get(row.instrument, 0) + tonnes
    holdings = exchange.ledger.accounts[account].holdings
    for code, tonnes in needed.items():
        holding = holdings.get(code)
        if (holding.available if holding is not None else 0) < tonnes:
            instrument = exchange.instruments.by_code[code]
            refusal = short_of_units(instrument.day, holding, instrument, tonnes)
            raise Refusal(refusal.code, clause, **refusal.details)


def reductions_only(exchange: Exchange, agreed: Agreed) -> bool:
    """Whether a contract is about reductions and nothing else."""
    return _tonnes_of(exchange, agreed, "reduction_products") == agreed.quantity_tonnes


def within_largest_holding(exchange: Exchange, agreed: Agreed) -> None:
    """Refuse a buyer whose allowances would come above the largest holding, where there is one (REPO-PUB-3)."""
    largest = own(exchange)["largest_holding_tonnes"]
    more = _tonnes_of(exchange, agreed, "allowance_products")
    if not largest or not more:
        return
    by_code, allowances = exchange.instruments.by_code, own(exchange)["allowance_products"]
    holdings = exchange.ledger.accounts[agreed.buyer].holdings
    held = sum(one.total for code, one in holdings.items() if by_code[code].product in allowances)
    if held + more > largest:
        raise Refusal(
            "HOLDING_ABOVE_MAX",
            "REPO-PUB-3",
            account=agreed.buyer,
            held_tonnes=held,
            quantity_tonnes=more,
            most_tonnes=largest,
        )


def _tonnes_of(exchange: Exchange, agreed: Agreed, products: str) -> int:
    """Tonnes of the rows whose product a parameter names."""
    by_code, names = exchange.instruments.by_code, own(exchange)[products]
    return sum(row.quantity_tonnes for row in agreed.rows if by_code[row.instrument].product in names)


def trade(
    exchange: Exchange,
    contract: str,
    agreed: Agreed,
    price_fen: int,
    fees_fen: Sequence[int],
    *,
    back: bool = False,
) -> None:
    """Trade the rows one by one between the two sides, `back` at the repurchase; settled at once (AMB-83)."""
    buyer, seller = (agreed.seller, agreed.buyer) if back else (agreed.buyer, agreed.seller)
    for row, fee in zip(agreed.rows, fees_fen, strict=True):
        exchange.direct.complete(
            METHOD, contract, row.instrument, buyer, seller, price_fen, row.quantity_tonnes, fee, fee
        )
