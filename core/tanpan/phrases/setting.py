"""Phrases that set the scene: exchange, clock, accounts, instruments, the trading day and its settlement."""

from __future__ import annotations

from datetime import time

from tanpan.calendar import instant
from tanpan.phrases import PhraseBook, table_rows
from tanpan.phrases.words import clock_of, columns, count_of, day_of
from tanpan.phrases.world import World

BOOK = PhraseBook()


@BOOK.phrase('the exchange runs "{packs}" on {day}', '{day} 交易机构启用规则包 "{packs}"')
def _runs(world: World, packs: str, day: str) -> None:
    world.start = instant(day_of(day), time(9, 0))
    world.run([name.strip() for name in packs.split(",")])


@BOOK.phrase("it is {clock} on {day}", "时间到了 {day} {clock}")
def _is(world: World, clock: str, day: str) -> None:
    world.accepted()
    world.advance(instant(day_of(day), clock_of(clock)))


@BOOK.phrase("it is {clock}", "时间到了 {clock}")
def _is_today(world: World, clock: str) -> None:
    world.accepted()
    world.advance(instant(world.today(), clock_of(clock)))


@BOOK.phrase("{who} has an account with {amount} yuan", "{who} 开立交易账户并入金 {amount} 元")
def _account(world: World, who: str, amount: str) -> None:
    world.do(
        "admin",
        "core.open_account",
        account=who,
        participant=who,
        kind="other",
        operator=who,
        data_declared_true=True,
    )
    if amount not in ("0", "0.00"):
        world.do("channel", "core.deposit", account=who, amount=amount)


@BOOK.phrase(
    '{who} is appointed as {role} with the permissions "{permissions}"',
    '{who} 被任命为 {role}，权限为 "{permissions}"',
)
def _appointed(world: World, who: str, role: str, permissions: str) -> None:
    world.accepted()
    world.two("core.appoint_staff", user=who, role=role, permissions=permissions)


@BOOK.phrase("these accounts", "以下交易账户", table=True)
def _accounts(world: World, table: list[list[str]]) -> None:
    """Columns account, cash, and one per instrument in which tonnes are held."""
    columns(table, 2, None, "账户、资金，其后每个交易标的一列", "account, cash, then one per instrument")
    head = table[0]
    for row in table_rows(table):
        _account(world, row[head[0]], row[head[1]])
        for instrument in head[2:]:
            if row[instrument] not in ("", "0"):
                _holds(world, row[head[0]], row[instrument], instrument)


@BOOK.phrase("{who} holds {tonnes} t of {instrument}", "{who} 持有 {instrument} {tonnes} 吨")
def _holds(world: World, who: str, tonnes: str, instrument: str) -> None:
    world.do("registry", "core.transfer_in", account=who, instrument=instrument, quantity=tonnes)


@BOOK.phrase(
    "{instrument} is registered on {market} as {product}", "{instrument} 在 {market} 登记为 {product}"
)
def _registered(world: World, instrument: str, market: str, product: str) -> None:
    world.do("registry", "core.register_instrument", instrument=instrument, market=market, product=product)


@BOOK.phrase(
    "{instrument} of {product} is listed on {market} at {price}",
    "{product} 的 {instrument} 在 {market} 上市，基准价 {price} 元",
)
def _listed(world: World, instrument: str, product: str, market: str, price: str) -> None:
    _registered(world, instrument, market, product)
    world.two(
        "core.list_instrument", instrument=instrument, listing_day=world.today().isoformat(), reference=price
    )


@BOOK.phrase("the trading day of {market} opens", "{market} 开市")
def _opens(world: World, market: str) -> None:
    world.accepted()
    world.do("admin", "core.open_day", market=market, day=world.today().isoformat())


@BOOK.phrase("{market} is open at {clock}", "{market} 开市后时间到了 {clock}")
def _open_at(world: World, market: str, clock: str) -> None:
    _opens(world, market)
    _is_today(world, clock)


@BOOK.phrase("the day of {market} is closed and settled", "{market} 收市并完成清算交收")
def _settled(world: World, market: str) -> None:
    world.accepted()
    world.driver.advance(max(world.driver.now(), instant(world.today(), time(15, 0))))
    _cleared(world, market)
    state = world.state_of(market)
    for actor in ("admin", "registry"):
        world.do(
            actor, "core.confirm_clearing", market=market, day=state["to_settle"], digest=state["digest"]
        )
    world.do("admin", "core.settle_day", market=market, day=state["to_settle"])


@BOOK.phrase("the day of {market} is cleared", "{market} 完成清算")
def _cleared(world: World, market: str) -> None:
    state = world.state_of(market)
    world.do("admin", "core.clear_day", market=market, day=state["to_clear"] or state["day"])


@BOOK.phrase(
    "{count} trading days later {market} is open at {clock}",
    "{count} 个交易日后 {market} 开市，时间到了 {clock}",
)
def _later(world: World, count: str, market: str, clock: str) -> None:
    """Every trading day in between is opened too: days are counted as they open."""
    world.accepted()
    for _ in range(count_of(count)):
        following = world.driver.trading_day_after(world.today(), 1)
        world.driver.advance(instant(following, time(9, 0)))
        _opens(world, market)
    _is_today(world, clock)
