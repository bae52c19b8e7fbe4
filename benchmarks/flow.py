"""The generated flow of commands that every engine is measured on."""

from random import Random

from benchmarks.reference import POST, WITHDRAW, Book, Command

REFERENCE_FEN = 5000
LOWEST_FEN, HIGHEST_FEN = 4500, 5500
MOST_TONNES = 100
CROSSING_SHARE = 0.43
WITHDRAWAL_SHARE = 0.10
FURTHEST_FEN = 160
MOST_SLACK_FEN = 15


class Generator:
    """Draws commands from a seed, against a book of its own.

    Participants with an odd index only buy and those with an even index only sell, so that nobody can
    trade with himself: engines don't agree on what should happen then.
    """

    def __init__(self, instruments: int, participants: int, seed: int) -> None:
        self._random = Random(seed)
        self._books = [Book() for _ in range(instruments)]
        self._pairs = participants // 2
        self._posted: list[Command] = []
        self._last_no = 0
        self.postings = self.crossing = self.withdrawals = 0

    def next(self) -> Command:
        if self._random.random() < WITHDRAWAL_SHARE:
            command = self._withdrawal()
            if command is not None:
                return command
        return self._posting()

    def _withdrawal(self) -> Command | None:
        posting = self._resting()
        if posting is None:
            return None
        _, no, participant, instrument, buy, price_fen, tonnes = posting
        self._books[instrument].withdraw(no, buy, price_fen)
        self.withdrawals += 1
        return (WITHDRAW, no, participant, instrument, buy, price_fen, tonnes)

    def _resting(self) -> Command | None:
        """Any posting that still rests; those found closed are forgotten on the way."""
        posted = self._posted
        while posted:
            place = self._below(len(posted))
            posting = posted[place]
            posted[place] = posted[-1]
            posted.pop()
            if posting[1] in self._books[posting[3]].open_tonnes:
                return posting
        return None

    def _posting(self) -> Command:
        self._last_no += 1
        buy = self._random.random() < 0.5
        instrument = self._below(len(self._books))
        participant = 2 * self._below(self._pairs) + (1 if buy else 0)
        tonnes = 1 + self._below(MOST_TONNES)
        price_fen = self._price_fen(self._books[instrument], buy)
        command = (POST, self._last_no, participant, instrument, buy, price_fen, tonnes)
        trades = self._books[instrument].post(self._last_no, buy, price_fen, tonnes)
        self.postings += 1
        self.crossing += bool(trades)
        self._posted.append(command)
        return command

    def _price_fen(self, book: Book, buy: bool) -> int:
        opposite_fen = book.best(not buy)
        towards = 1 if buy else -1
        if opposite_fen is not None and self._random.random() < CROSSING_SHARE:
            return _inside(opposite_fen + towards * self._below(MOST_SLACK_FEN + 1))
        price_fen = REFERENCE_FEN - towards * (1 + self._distance_fen())
        if opposite_fen is None:
            return _inside(price_fen)
        behind_fen = opposite_fen - towards
        return _inside(min(price_fen, behind_fen) if buy else max(price_fen, behind_fen))

    def _distance_fen(self) -> int:
        """Dense near the reference price, thin far from it."""
        return int(FURTHEST_FEN * self._random.random() * self._random.random())

    def _below(self, limit: int) -> int:
        return int(self._random.random() * limit)


def generate(
    commands: int = 200_000, *, instruments: int = 1, participants: int = 10, seed: int = 20261120
) -> list[Command]:
    """The same arguments give the same commands, on every machine and Python."""
    generator = Generator(instruments, participants, seed)
    flow = [generator.next() for _ in range(commands)]
    _check(generator)
    return flow


def extent(flow: list[Command]) -> tuple[int, int]:
    """How many instruments and how many participants a flow speaks of."""
    return 1 + max(command[3] for command in flow), 1 + max(command[2] for command in flow)


def _check(generator: Generator) -> None:
    """The shares are part of what is claimed about the flow, so they are asserted."""
    commands = generator.postings + generator.withdrawals
    if commands < 20_000:
        return
    crossing = generator.crossing / generator.postings
    withdrawn = generator.withdrawals / commands
    assert abs(crossing - CROSSING_SHARE) < 0.025, f"{crossing:.1%} of the orders cross"
    assert abs(withdrawn - WITHDRAWAL_SHARE) < 0.01, f"{withdrawn:.1%} of the commands withdraw"


def _inside(price_fen: int) -> int:
    return max(LOWEST_FEN, min(HIGHEST_FEN, price_fen))
