"""A plain exchange in the usual manner: SQLAlchemy ORM on SQLite, one transaction for each command.

It freezes, matches, books both legs and both fees of each trade, and releases on withdrawal. It applies no
market's rules (session, band, lots, resale gap) and checks no authority: it does less than tanpan does.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine, Index, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.harness import Result, timed, verified
from benchmarks.reference import POST, Command, Trade

CASH, UNITS = -1, 0  # an instrument's units are asset UNITS + its index
EXCHANGE = -1  # the holder of the fee income
ENDOWMENT = 10**12
FEE_PER_MILLE = 6
PAGE = 10
OPEN, FILLED, WITHDRAWN = "open", "filled", "withdrawn"


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"
    holder: Mapped[int] = mapped_column(primary_key=True)
    asset: Mapped[int] = mapped_column(primary_key=True)
    available: Mapped[int]
    frozen: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    no: Mapped[int] = mapped_column(primary_key=True)
    participant: Mapped[int]
    instrument: Mapped[int]
    buy: Mapped[bool]
    price_fen: Mapped[int]
    tonnes: Mapped[int]
    open_tonnes: Mapped[int]
    frozen: Mapped[int]  # fen for a buyer, tonnes for a seller
    state: Mapped[str]
    __table_args__ = (Index("book", "instrument", "buy", "state", "price_fen", "no"),)


class TradeRow(Base):
    __tablename__ = "trade"
    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_no: Mapped[int]
    seller_no: Mapped[int]
    price_fen: Mapped[int]
    tonnes: Mapped[int]


class Posting(Base):
    __tablename__ = "posting"
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[int]
    asset: Mapped[int]
    amount: Mapped[int]
    kind: Mapped[str]
    order_no: Mapped[int]


class Exchange:
    """The service: each public method is one transaction in a session of its own."""

    def __init__(self, path: Path, *, instruments: int, participants: int) -> None:
        self._engine = _database(path)
        Base.metadata.create_all(self._engine)
        with Session(self._engine) as session, session.begin():
            session.add(Account(holder=EXCHANGE, asset=CASH, available=0, frozen=0))
            for holder in range(participants):
                for asset in (CASH, *range(UNITS, UNITS + instruments)):
                    session.add(Account(holder=holder, asset=asset, available=ENDOWMENT, frozen=0))
        self._endowed = participants * ENDOWMENT

    def post(self, no: int, participant: int, instrument: int, buy: bool, price_fen: int, tonnes: int) -> int:
        """Freeze, match, book; the number of trades made."""
        with Session(self._engine, autoflush=False) as session, session.begin():
            order = Order(
                no=no,
                participant=participant,
                instrument=instrument,
                buy=buy,
                price_fen=price_fen,
                tonnes=tonnes,
                open_tonnes=tonnes,
                frozen=0,
                state=OPEN,
            )
            session.add(order)
            desk = Desk(session)
            desk.freeze(order, _needed(order))
            return _match(session, desk, order)

    def withdraw(self, no: int, participant: int) -> None:
        with Session(self._engine, autoflush=False) as session, session.begin():
            order = session.get_one(Order, no)
            if order.participant != participant or order.state != OPEN:
                raise ValueError(f"order {no} can't be withdrawn by {participant}")
            order.state = WITHDRAWN
            Desk(session).release(order)

    def trades(self) -> list[Trade]:
        with Session(self._engine) as session:
            rows = session.scalars(select(TradeRow).order_by(TradeRow.id))
            return [(row.buyer_no, row.seller_no, row.price_fen, row.tonnes) for row in rows]

    def assert_conserved(self) -> None:
        """Nothing was made or lost, nothing is below zero, every frozen amount belongs to an order."""
        with Session(self._engine) as session:
            held = func.sum(Account.available + Account.frozen)
            for asset, total in session.execute(select(Account.asset, held).group_by(Account.asset)).all():
                assert total == self._endowed, f"asset {asset}: {total} held, {self._endowed} endowed"
            lowest = session.scalar(select(func.min(func.min(Account.available, Account.frozen))))
            assert lowest is not None and lowest >= 0, f"an account is at {lowest}"
            frozen = session.scalar(select(func.sum(Account.frozen)))
            owned = session.scalar(select(func.sum(Order.frozen)).where(Order.state == OPEN))
            assert frozen == owned, f"{frozen} frozen, {owned} owned by open orders"


def measure(commands: Sequence[Command], *, instruments: int, participants: int, path: Path) -> Result:
    """Time the commands from an empty book on; every trade is compared and the cash is counted."""
    exchange = Exchange(path, instruments=instruments, participants=participants)
    seconds, count = timed(lambda: _run(exchange, commands))
    exchange.assert_conserved()
    return verified(commands, instruments, seconds=seconds, count=count, found=exchange.trades())


def _run(exchange: Exchange, commands: Sequence[Command]) -> int:
    count = 0
    for kind, no, participant, instrument, buy, price_fen, tonnes in commands:
        if kind == POST:
            count += exchange.post(no, participant, instrument, buy, price_fen, tonnes)
        else:
            exchange.withdraw(no, participant)
    return count


class Desk:
    """The accounts of one transaction: each is read once, and every change leaves a posting."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._accounts: dict[tuple[int, int], Account] = {}

    def freeze(self, order: Order, amount: int) -> None:
        account = self._account(order.participant, _own_asset(order))
        if account.available < amount:
            raise ValueError(f"order {order.no} is not covered")
        account.available -= amount
        account.frozen += amount
        order.frozen += amount
        self._book(account, amount, "frozen", order)

    def release(self, order: Order) -> None:
        if not order.frozen:
            return
        account = self._account(order.participant, _own_asset(order))
        account.frozen -= order.frozen
        account.available += order.frozen
        self._book(account, order.frozen, "released", order)
        order.frozen = 0

    def spend(self, order: Order, amount: int, kind: str) -> None:
        account = self._account(order.participant, _own_asset(order))
        account.frozen -= amount
        order.frozen -= amount
        self._book(account, -amount, kind, order)

    def receive(self, holder: int, asset: int, amount: int, kind: str, order: Order) -> None:
        account = self._account(holder, asset)
        account.available += amount
        self._book(account, amount, kind, order)

    def _account(self, holder: int, asset: int) -> Account:
        account = self._accounts.get((holder, asset))
        if account is None:
            account = self._accounts[holder, asset] = self._session.get_one(Account, (holder, asset))
        return account

    def _book(self, account: Account, amount: int, kind: str, order: Order) -> None:
        self._session.add(
            Posting(holder=account.holder, asset=account.asset, amount=amount, kind=kind, order_no=order.no)
        )


def _match(session: Session, desk: Desk, order: Order) -> int:
    count = 0
    for resting in _crossing(session, order):
        _trade(session, desk, order, resting, min(order.open_tonnes, resting.open_tonnes))
        count += 1
        if not order.open_tonnes:
            break
    return count


def _crossing(session: Session, order: Order) -> Iterator[Order]:
    """The other side, best price and oldest first, a page at a time: the database keeps the book."""
    book = select(Order).where(
        Order.instrument == order.instrument, Order.buy.is_(not order.buy), Order.state == OPEN
    )
    if order.buy:
        book = book.where(Order.price_fen <= order.price_fen).order_by(Order.price_fen, Order.no)
    else:
        book = book.where(Order.price_fen >= order.price_fen).order_by(Order.price_fen.desc(), Order.no)
    while page := session.scalars(book.limit(PAGE)).all():
        yield from page
        session.flush()


def _trade(session: Session, desk: Desk, taker: Order, resting: Order, tonnes: int) -> None:
    buyer, seller = (taker, resting) if taker.buy else (resting, taker)
    price_fen = resting.price_fen
    amount_fen = price_fen * tonnes
    fee_fen = _fee_fen(amount_fen)
    session.add(TradeRow(buyer_no=buyer.no, seller_no=seller.no, price_fen=price_fen, tonnes=tonnes))
    desk.spend(buyer, amount_fen, "paid")
    desk.spend(buyer, fee_fen, "fee")
    desk.receive(seller.participant, CASH, amount_fen - fee_fen, "proceeds", seller)
    desk.spend(seller, tonnes, "delivered")
    desk.receive(buyer.participant, UNITS + buyer.instrument, tonnes, "received", buyer)
    desk.receive(EXCHANGE, CASH, 2 * fee_fen, "fee income", taker)
    for order in (buyer, seller):
        order.open_tonnes -= tonnes
        if not order.open_tonnes:
            order.state = FILLED
            desk.release(order)


def _needed(order: Order) -> int:
    """What is frozen: the tonnes of a seller, the price and the highest fees of a buyer."""
    if not order.buy:
        return order.tonnes
    return order.tonnes * (order.price_fen + _fee_fen(order.price_fen) + 1)


def _fee_fen(amount_fen: int) -> int:
    return (2 * amount_fen * FEE_PER_MILLE + 1000) // 2000


def _own_asset(order: Order) -> int:
    return CASH if order.buy else UNITS + order.instrument


def _database(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _durable(connection: object, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
        connection.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]

    return engine
